//! Types whose values are one text.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::duration;
use super::endpoint::{self, Endpoint};
use super::reference::SettingForm;
use super::secret::Secret;
use super::size::{self, ByteSize};
use crate::trace::ParentSampler;

/// A value that is one text.
pub(super) trait Scalar: Sized {
    const SECRET: bool = false;
    /// What a reference calls it.
    fn form() -> SettingForm;
    /// What an error names as accepted.
    fn allowed() -> String;
    fn parse(text: &str) -> Option<Self>;
    fn show(&self) -> String;
    /// What an error shows of a text that did not parse.
    fn shown(text: &str) -> String {
        text.to_owned()
    }
}

/// One line for each scalar type: its form, what is allowed, how it is read, how it is shown.
macro_rules! scalars {
    ($($type:ty, $form:ident, $allowed:expr, $parse:expr, $show:expr;)*) => { $(
        impl Scalar for $type {
            fn form() -> SettingForm {
                SettingForm::$form
            }
            fn allowed() -> String {
                $allowed.to_owned()
            }
            fn parse(text: &str) -> Option<Self> {
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(text)
            }
            fn show(&self) -> String {
                let show: fn(&Self) -> String = $show;
                show(self)
            }
        }
    )* };
}

scalars! {
    bool, Boolean, "`true` or `false`", parse_bool, ToString::to_string;
    u32, Integer, "a whole number", |text| text.trim().parse().ok(), ToString::to_string;
    usize, Integer, "a whole number", |text| text.trim().parse().ok(), ToString::to_string;
    f64, Number, "a number", parse_number, ToString::to_string;
    String, Text, "a text", |text| Some(text.to_owned()), |text| if text.is_empty() { "\"\"".to_owned() } else { text.clone() };
    PathBuf, Path, "a path", |text| Some(PathBuf::from(text)), |path| path.display().to_string();
    Duration, Duration, duration::ALLOWED, duration::parse, |value| duration::show(*value);
    ByteSize, Size, size::ALLOWED, ByteSize::parse, ToString::to_string;
    ParentSampler, Sampler, "`always_on`, `always_off`, `root` or a number from 0 to 1", parse_parent, ToString::to_string;
    SocketAddr, Address, "a port or an address such as `127.0.0.1:9464`", parse_listen, ToString::to_string;
}

impl Scalar for Secret {
    const SECRET: bool = true;

    fn form() -> SettingForm {
        SettingForm::Secret
    }

    fn allowed() -> String {
        "a text".to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        Some(Self::new(text))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Scalar for Endpoint {
    fn form() -> SettingForm {
        SettingForm::Url
    }

    fn allowed() -> String {
        endpoint::ALLOWED.to_owned()
    }

    fn parse(text: &str) -> Option<Self> {
        Self::parse(text)
    }

    fn show(&self) -> String {
        self.to_string()
    }

    fn shown(text: &str) -> String {
        endpoint::masked(text)
    }
}

/// Also the spellings of YAML 1.1 and of shells.
fn parse_bool(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Some(true),
        "false" | "no" | "off" | "0" => Some(false),
        _ => None,
    }
}

fn parse_number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

fn parse_parent(text: &str) -> Option<ParentSampler> {
    let text = text.trim();
    let words = [ParentSampler::AlwaysOn, ParentSampler::AlwaysOff, ParentSampler::Root];
    let word = words.into_iter().find(|word| word.to_string().eq_ignore_ascii_case(text));
    let ratio = || parse_number(text).filter(|ratio| (0.0..=1.0).contains(ratio)).map(ParentSampler::Ratio);
    word.or_else(ratio)
}

/// A port alone listens on loopback: nothing is opened to the network unless told so.
fn parse_listen(text: &str) -> Option<SocketAddr> {
    let text = text.trim();
    if let Ok(port) = text.parse() {
        return Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    }
    match text.strip_prefix("localhost:") {
        Some(port) => parse_listen(port),
        None => text.parse().ok(),
    }
}
