//! Whose attributes the shapes get.

use crate::shape::Block;

/// A crate whose attributes stand where ours did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Ours,
    Tracing,
    Autometrics,
    Fastrace,
    Hotpath,
}

impl Peer {
    pub(crate) const ALL: [Self; 5] =
        [Self::Ours, Self::Tracing, Self::Autometrics, Self::Fastrace, Self::Hotpath];

    /// The crate, as a package is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ours => "telemetry-runtime",
            Self::Tracing => "tracing",
            Self::Autometrics => "autometrics",
            Self::Fastrace => "fastrace",
            Self::Hotpath => "hotpath",
        }
    }

    /// The line of `Cargo.toml` that brings the attribute; ours is there always.
    pub(crate) fn dependency(self) -> &'static str {
        match self {
            Self::Ours => "",
            Self::Tracing => "tracing = \"0.1\"\n",
            Self::Autometrics => "autometrics = { version = \"3\", features = [\"prometheus\"] }\n",
            Self::Fastrace => "fastrace = { version = \"0.7\", features = [\"enable\"] }\n",
            Self::Hotpath => "hotpath = { version = \"0.30\", features = [\"hotpath\"] }\n",
        }
    }

    /// On a function; none if the suite's own attributes stay.
    pub(crate) fn on_function(self) -> Option<&'static str> {
        match self {
            Self::Ours => None,
            Self::Tracing => Some("tracing::instrument(skip_all)"),
            Self::Autometrics => Some("autometrics::autometrics"),
            Self::Fastrace => Some("fastrace::trace"),
            Self::Hotpath => Some("hotpath::measure"),
        }
    }

    /// On a whole block, where the peer has such an attribute; otherwise each method gets one.
    pub(crate) fn on_block(self, block: &Block) -> Option<&'static str> {
        match self {
            Self::Autometrics if !block.is_trait => Some("autometrics::autometrics"),
            Self::Hotpath if !block.is_trait => Some("hotpath::measure_all"),
            _ => None,
        }
    }

    /// How the table names what stands on functions and on blocks.
    pub(crate) fn attributes(self) -> &'static str {
        match self {
            Self::Ours => "`#[instrument]`, `#[instrument_adapter]`",
            Self::Tracing => "`#[instrument(skip_all)]`",
            Self::Autometrics => "`#[autometrics]`",
            Self::Fastrace => "`#[trace]`",
            Self::Hotpath => "`#[measure]`, `#[measure_all]`",
        }
    }
}
