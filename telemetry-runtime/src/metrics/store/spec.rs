//! What is known of a family besides its values.

use std::{
    error::Error,
    fmt,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use super::{Buckets, FamilyKind};

/// The labels that a family's series have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum LabelRule<'a> {
    /// These, in this order.
    Exactly(&'a [&'a str]),
    /// Whatever a series brings along.
    Any,
}

/// A family as code asks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewFamily<'a> {
    pub(crate) name: &'a str,
    /// Before it was made legal.
    pub(crate) raw: &'a str,
    /// Empty takes what others say.
    pub(crate) help: &'a str,
    pub(crate) labels: LabelRule<'a>,
    /// Of histograms; empty takes what others say, or the default.
    pub(crate) bounds: &'a [f64],
    /// Label sets at the most, if not as many as of other families.
    pub(crate) limit: Option<usize>,
    /// One of the toolkit's.
    pub(crate) is_own: bool,
}

/// What is known of a family besides its values.
#[derive(Debug)]
pub(crate) struct Spec {
    pub(crate) name: String,
    raw: String,
    pub(crate) kind: FamilyKind,
    help: RwLock<String>,
    /// `None` if series may have any.
    pub(crate) labels: Option<Box<[String]>>,
    pub(crate) buckets: Buckets,
    pub(crate) limit: Option<usize>,
    is_own: bool,
    /// What is written to it inside of a test goes to the test.
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "tests look at it"))]
    pub(super) is_of_process: bool,
    folded: AtomicU64,
    refused: AtomicU64,
    pub(super) has_warned: AtomicBool,
}

impl Spec {
    pub(super) fn new(
        new: &NewFamily<'_>,
        kind: FamilyKind,
        described: Option<String>,
        is_of_process: bool,
    ) -> Self {
        let labels = match new.labels {
            LabelRule::Exactly(labels) => Some(labels.iter().map(|label| (*label).to_owned()).collect()),
            LabelRule::Any => None,
        };
        let help = if new.help.is_empty() { described.unwrap_or_default() } else { new.help.to_owned() };
        let bounds = if new.bounds.is_empty() { crate::cells::DEFAULT_BOUNDS } else { new.bounds };
        Self {
            name: new.name.to_owned(),
            raw: new.raw.to_owned(),
            kind,
            help: RwLock::new(help),
            labels,
            buckets: Buckets::new(bounds.iter().copied()),
            limit: new.limit,
            is_own: new.is_own,
            is_of_process,
            folded: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            has_warned: AtomicBool::new(false),
        }
    }

    /// The same, to be asked for elsewhere.
    pub(super) fn again<R>(&self, ask: impl FnOnce(NewFamily<'_>) -> R) -> R {
        let labels: Option<Vec<&str>> =
            self.labels.as_ref().map(|labels| labels.iter().map(String::as_str).collect());
        ask(NewFamily {
            name: &self.name,
            raw: &self.raw,
            help: &self.help(),
            labels: labels.as_ref().map_or(LabelRule::Any, |labels| LabelRule::Exactly(labels)),
            bounds: self.buckets.bounds(),
            limit: self.limit,
            is_own: self.is_own,
        })
    }

    /// Whether code that asks for `new` means this family.
    pub(super) fn admit(&self, new: &NewFamily<'_>, kind: FamilyKind) -> Result<(), Refusal> {
        let name = || self.name.clone();
        if self.kind != kind {
            return Err(Refusal::Kind { name: name(), known: self.kind, asked: kind });
        }
        if self.is_own != new.is_own {
            return Err(Refusal::Reserved { name: name() });
        }
        if self.raw != new.raw {
            return Err(Refusal::Raw { name: name(), known: self.raw.clone(), asked: new.raw.to_owned() });
        }
        if let (Some(known), LabelRule::Exactly(asked)) = (&self.labels, new.labels)
            && !known.iter().map(String::as_str).eq(asked.iter().copied())
        {
            let known = known.join(", ");
            return Err(Refusal::Labels { name: name(), known, asked: asked.join(", ") });
        }
        if self.labels.is_none() && matches!(new.labels, LabelRule::Exactly(_)) {
            let known = "whatever the `metrics` macros brought along".to_owned();
            return Err(Refusal::Labels { name: name(), known, asked: "declared ones".to_owned() });
        }
        let is_other = |known: &str| !new.help.is_empty() && !known.is_empty() && known != new.help;
        if is_other(&self.help()) {
            return Err(Refusal::Help { name: name(), known: self.help() });
        }
        if !new.bounds.is_empty() && new.bounds != self.buckets.bounds() {
            return Err(Refusal::OtherBounds { name: name() });
        }
        self.describe(new.help.to_owned());
        Ok(())
    }

    /// States the help where nobody has.
    pub(super) fn describe(&self, help: String) {
        let is_open = self.help.read().unwrap_or_else(PoisonError::into_inner).is_empty();
        if is_open && !help.is_empty() {
            *self.help.write().unwrap_or_else(PoisonError::into_inner) = help;
        }
    }

    pub(super) fn help(&self) -> String {
        self.help.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn fold(&self) {
        self.folded.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn folded(&self) -> u64 {
        self.folded.load(Ordering::Relaxed)
    }

    /// Counts a value that is left out.
    #[cold]
    pub(super) fn refuse(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }
}

/// Why a metric cannot be had under a name.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    Name {
        name: String,
    },
    Reserved {
        name: String,
    },
    Label {
        name: String,
        label: String,
    },
    Bounds {
        name: String,
    },
    Kind {
        name: String,
        known: FamilyKind,
        asked: FamilyKind,
    },
    Raw {
        name: String,
        known: String,
        asked: String,
    },
    Labels {
        name: String,
        known: String,
        asked: String,
    },
    Help {
        name: String,
        known: String,
    },
    OtherBounds {
        name: String,
    },
    Overlap {
        name: String,
        other: String,
    },
    TooMany {
        name: String,
        limit: usize,
    },
    /// A kind that is not its own cannot be stored.
    Gone,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { name } => write!(
                f,
                "`{name}` is no name of a metric; use letters, digits and `_`, not beginning with a digit"
            ),
            Self::Reserved { name } => {
                write!(f, "`{name}` is a name of the toolkit's own families; choose another prefix")
            }
            Self::Label { name, label } => write!(
                f,
                "`{name}` cannot have the label `{label}`; use letters, digits and `_`, not beginning with a digit or \
                 `__`, each once, and neither `le`, `quantile` nor `otel_metric_overflow`"
            ),
            Self::Bounds { name } => {
                write!(f, "the buckets of `{name}` are not at most 200 finite bounds in increasing order")
            }
            Self::Kind { name, known, asked } => {
                let (known, asked) = (known.as_str(), asked.as_str());
                write!(f, "`{name}` is a {known} already and cannot be a {asked} too; choose another name")
            }
            Self::Raw { name, known, asked } => {
                write!(f, "`{asked}` and `{known}` are both `{name}` for Prometheus; rename one")
            }
            Self::Labels { name, known, asked } => write!(
                f,
                "`{name}` has the labels ({known}) and is asked for with ({asked}); state the same, or choose another \
                 name"
            ),
            Self::Help { name, known } => {
                write!(
                    f,
                    "`{name}` has another help already, `{known}`; state the same, or choose another name"
                )
            }
            Self::OtherBounds { name } => {
                write!(f, "`{name}` has other buckets already; state the same, or choose another name")
            }
            Self::Overlap { name, other } => {
                write!(f, "`{name}` would write lines named like those of `{other}`; choose another name")
            }
            Self::TooMany { name, limit } => write!(
                f,
                "`{name}` is one metric too many, there are {limit}; keep ids out of names, and put them nowhere"
            ),
            Self::Gone => f.write_str("the metric is not there any more"),
        }
    }
}

impl Error for Refusal {}
