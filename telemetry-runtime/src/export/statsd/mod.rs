//! Reports metrics to a StatsD server, over UDP.
//!
//! Counters and the counts of histograms are sent as what was added since the report before, gauges as they are.

mod identity;
mod reading;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, io};

use tokio::net::{UdpSocket, lookup_host};

use self::{
    identity::{Identity, Style},
    reading::{Reading, readings},
};
use super::{
    delivery::{Delivery, Failure, Pending, Reason},
    readers::MetricSink,
};
use crate::{
    metrics::Snapshot,
    settings::{StatsdFlavor, StatsdSettings},
};

/// Bytes of a datagram: what an Ethernet frame carries without being cut.
const MAX_DATAGRAM: usize = 1432;

/// The StatsD exporter of metrics.
#[derive(Debug)]
pub(crate) struct StatsdExporter {
    address: String,
    style: Style,
    socket: Option<UdpSocket>,
    /// What the server has been told of each counter.
    told: HashMap<Identity, Reading>,
}

/// A line to be sent, and what the server knows then.
struct Line {
    text: String,
    identity: Identity,
    reading: Reading,
}

impl StatsdExporter {
    /// `None` if the settings name no server; it is looked up once there is something to send.
    pub(crate) fn new(settings: &StatsdSettings) -> Option<Self> {
        let style = Style { prefix: identity::prefix(&settings.prefix), has_tags: has_tags(settings.flavor) };
        let address = settings.address.clone()?;
        Some(Self { address, style, socket: None, told: HashMap::new() })
    }

    async fn socket(&mut self) -> io::Result<&UdpSocket> {
        if self.socket.is_none() {
            self.socket = Some(connect(&self.address).await?);
        }
        // Made above if it was not there.
        self.socket.as_ref().ok_or_else(|| io::Error::from(io::ErrorKind::NotConnected))
    }

    /// What is there to tell, counters that nothing was added to left out.
    fn lines(&mut self, snapshot: &Snapshot) -> Vec<Line> {
        let readings = readings(snapshot, &self.style);
        // Series that are gone begin anew if they come back.
        self.told.retain(|identity, _| readings.contains_key(identity));
        let line = |(identity, reading): (Identity, Reading)| {
            let text = reading.lines(&identity, self.told.get(&identity))?;
            Some(Line { text, identity, reading })
        };
        readings.into_iter().filter_map(line).collect()
    }

    async fn send(&mut self, snapshot: &Snapshot) -> io::Result<()> {
        let lines = self.lines(snapshot);
        let mut datagram = String::with_capacity(MAX_DATAGRAM);
        let mut begun: Vec<Line> = Vec::new();
        for line in lines {
            if !datagram.is_empty() && datagram.len() + 1 + line.text.len() > MAX_DATAGRAM {
                self.send_datagram(&mut datagram, &mut begun).await?;
            }
            if !datagram.is_empty() {
                datagram.push('\n');
            }
            datagram.push_str(&line.text);
            begun.push(line);
        }
        if datagram.is_empty() { Ok(()) } else { self.send_datagram(&mut datagram, &mut begun).await }
    }

    /// What was sent is told, whatever becomes of the rest: it must not be added twice.
    async fn send_datagram(&mut self, datagram: &mut String, lines: &mut Vec<Line>) -> io::Result<()> {
        self.socket().await?.send(datagram.as_bytes()).await?;
        datagram.clear();
        self.told.extend(lines.drain(..).map(|line| (line.identity, line.reading)));
        Ok(())
    }
}

fn has_tags(flavor: StatsdFlavor) -> bool {
    flavor == StatsdFlavor::Dogstatsd
}

async fn connect(address: &str) -> io::Result<UdpSocket> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in lookup_host(address).await? {
        let here = if address.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(here).await?;
        match socket.connect(address).await {
            Ok(()) => return Ok(socket),
            Err(error) => last = error,
        }
    }
    Err(last)
}

impl MetricSink for StatsdExporter {
    fn export<'a>(&'a mut self, snapshot: &'a Snapshot) -> Pending<'a, Delivery> {
        Box::pin(async move {
            match self.send(snapshot).await {
                Ok(()) => Delivery::ACCEPTED,
                Err(error) => {
                    // Its address may have changed.
                    self.socket = None;
                    let is_refused = error.kind() == io::ErrorKind::ConnectionRefused;
                    let reason = if is_refused { Reason::Unreachable } else { Reason::Connection };
                    Delivery::try_again(Failure::new(reason, &format_args!("StatsD: {error}")))
                }
            }
        })
    }
}
