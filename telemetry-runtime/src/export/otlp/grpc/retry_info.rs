//! `google.rpc.RetryInfo`, with which servers permit another attempt.

use std::time::Duration;

use prost::Message;

use crate::export::net::LONGEST_WAIT;
use crate::export::otlp::rpc_status::RpcStatus;

#[derive(Clone, PartialEq, Message)]
pub(in crate::export::otlp) struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    pub(in crate::export::otlp) retry_delay: Option<Delay>,
}

/// `google.protobuf.Duration`.
#[derive(Clone, Copy, PartialEq, Message)]
pub(in crate::export::otlp) struct Delay {
    #[prost(int64, tag = "1")]
    pub(in crate::export::otlp) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(in crate::export::otlp) nanos: i32,
}

/// How long the server asks to be left alone; zero where it names no time that makes sense.
pub(super) fn delay(status: &RpcStatus) -> Option<Duration> {
    let detail = status.details.iter().find(|detail| detail.type_url.ends_with("/google.rpc.RetryInfo"))?;
    let info = RetryInfo::decode(detail.value.as_slice()).ok()?;
    Some(info.retry_delay.map_or(Duration::ZERO, Delay::bounded))
}

impl Delay {
    fn bounded(self) -> Duration {
        let (Ok(seconds), Ok(nanos)) = (u64::try_from(self.seconds), u32::try_from(self.nanos)) else {
            return Duration::ZERO;
        };
        Duration::from_secs(seconds).saturating_add(Duration::from_nanos(nanos.into())).min(LONGEST_WAIT)
    }
}
