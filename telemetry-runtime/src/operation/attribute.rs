//! The operations of attributes, as constants.

use std::sync::OnceLock;

use super::{Keys, Kind, Operation, Signals, Site};

// Each call of a constant function is one more for the compiler to evaluate, so that these write out what they could share.
impl Operation {
    /// The operation of an attribute without keys; `signals` are bits of [`Signals`].
    #[doc(hidden)]
    #[must_use]
    pub const fn internal(
        provider: &'static str,
        owner: &'static str,
        name: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        signals: u32,
    ) -> Self {
        let site = Site { provider, owner, name, module, file, line };
        Self {
            site,
            kind: Kind::Internal,
            signals: Signals(signals),
            keys: None,
            ledger: const { OnceLock::new() },
        }
    }

    /// As [`internal`](Self::internal), of a call to another service.
    #[doc(hidden)]
    #[must_use]
    pub const fn client(
        provider: &'static str,
        owner: &'static str,
        name: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        signals: u32,
    ) -> Self {
        let site = Site { provider, owner, name, module, file, line };
        Self {
            site,
            kind: Kind::Client,
            signals: Signals(signals),
            keys: None,
            ledger: const { OnceLock::new() },
        }
    }

    /// As [`internal`](Self::internal), of an attribute with keys.
    #[doc(hidden)]
    #[must_use]
    #[expect(
        clippy::too_many_arguments,
        reason = "the facts of one attribute, with one call for the compiler"
    )]
    pub const fn keyed(
        provider: &'static str,
        owner: &'static str,
        name: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        signals: u32,
        keys: &'static Keys,
    ) -> Self {
        let site = Site { provider, owner, name, module, file, line };
        Self::with_keys(site, Signals(signals), keys)
    }

    pub(crate) const fn with_keys(site: Site, signals: Signals, keys: &'static Keys) -> Self {
        let signals = if keys.sample.is_some() { signals.by_rule() } else { signals };
        Self { site, kind: keys.kind, signals, keys: Some(keys), ledger: const { OnceLock::new() } }
    }
}
