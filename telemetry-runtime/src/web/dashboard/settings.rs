//! `/telemetry/api/settings`: what is in force and from where, and what may change while the program runs.

use std::sync::Arc;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    answer::{Answer, Given, Problem},
    page::Page,
};
use crate::settings::ShownSetting;

/// What is in force and from where.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct SettingsAnswer {
    settings: Vec<SettingRow>,
    live: LiveSettings,
}

/// A setting as it was loaded.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct SettingRow {
    key: String,
    /// `****` for a secret, `(set)` for a place in the network.
    value: String,
    /// `default`, a file with line and column, a variable of the environment, or `program`.
    source: String,
    /// Null where there is no such setting by default.
    default: Option<String>,
}

/// What may change while the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub(super) struct LiveSettings {
    /// Share of new traces that are recorded; null where it decides nothing.
    sampling_ratio: Option<f64>,
    /// The least severe level that is written; null where no log records are.
    log_level: Option<LogLevel>,
}

/// What is to change.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingsOrder {
    /// Share of new traces that are recorded, 0 to 1.
    sampling_ratio: Option<f64>,
    /// The least severe level that is written.
    log_level: Option<LogLevel>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// What is in force and from where.
#[utoipa::path(
    get,
    path = "/telemetry/api/settings",
    tag = "settings",
    responses((status = 200, description = "What is in force and from where.", body = SettingsAnswer))
)]
pub(super) async fn get(State(page): State<Arc<Page>>) -> Json<SettingsAnswer> {
    let settings = page.plan().shown.iter().map(SettingRow::from).collect();
    Json(SettingsAnswer { settings, live: live(&page) })
}

/// Changes what may change while the program runs, until the settings are read again.
#[utoipa::path(
    post,
    path = "/telemetry/api/settings",
    tag = "settings",
    request_body = SettingsOrder,
    responses(
        (status = 200, description = "What is in force now.", body = LiveSettings),
        (status = 400, description = "A value is out of range.", body = Problem),
        (status = 409, description = "It decides nothing here.", body = Problem)
    )
)]
pub(super) async fn change(
    State(page): State<Arc<Page>>,
    Given(order): Given<SettingsOrder>,
) -> Answer<LiveSettings> {
    if (order.sampling_ratio, order.log_level) == (None, None) {
        let remedy = "say `{ \"sampling_ratio\": 0.1 }` or `{ \"log_level\": \"debug\" }`";
        return Err(Problem::bad_request("nothing that could change", remedy));
    }
    let before = live(&page);
    // Both are looked at before either is changed.
    if order.sampling_ratio.is_some() && before.sampling_ratio.is_none() {
        let remedy =
            "switch `tracing.enabled` and one of the `exporters` on, and leave the builder's sampler out";
        return Err(Problem::conflict("no ratio decides on traces here", remedy));
    }
    if order.log_level.is_some() && before.log_level.is_none() {
        let remedy = "switch the feature `logs` and `logs.enabled` on";
        return Err(Problem::conflict("no log records are written here", remedy));
    }
    if let Some(ratio) = order.sampling_ratio {
        sample(&page, ratio)?;
    }
    if let Some(level) = order.log_level {
        write_from(&page, level);
    }
    Ok(Json(live(&page)))
}

fn sample(page: &Page, ratio: f64) -> Result<(), Problem> {
    let Some(policy) = page.telemetry.sampling() else { return Ok(()) };
    let wrong = |error: crate::setup_error::SetupError| {
        Problem::bad_request(error.to_string(), "say a number from 0 to 1, such as 0.1")
    };
    page.telemetry.set_sampling(policy.with_ratio(ratio)).map_err(wrong)
}

fn live(page: &Page) -> LiveSettings {
    let sampling_ratio = page.telemetry.sampling().map(|policy| policy.ratio());
    LiveSettings { sampling_ratio, log_level: log_level(page) }
}

#[cfg(feature = "logs")]
fn log_level(page: &Page) -> Option<LogLevel> {
    use tracing::level_filters::LevelFilter;
    let level = page.telemetry.log_level()?;
    let known = [
        (LevelFilter::OFF, LogLevel::Off),
        (LevelFilter::ERROR, LogLevel::Error),
        (LevelFilter::WARN, LogLevel::Warn),
        (LevelFilter::INFO, LogLevel::Info),
        (LevelFilter::DEBUG, LogLevel::Debug),
    ];
    let found = known.into_iter().find(|(official, _)| *official == level);
    Some(found.map_or(LogLevel::Trace, |(_, own)| own))
}

#[cfg(not(feature = "logs"))]
fn log_level(_page: &Page) -> Option<LogLevel> {
    None
}

#[cfg(feature = "logs")]
fn write_from(page: &Page, level: LogLevel) {
    use crate::settings::LogLevel as Setting;
    let level = match level {
        LogLevel::Off => Setting::Off,
        LogLevel::Error => Setting::Error,
        LogLevel::Warn => Setting::Warn,
        LogLevel::Info => Setting::Info,
        LogLevel::Debug => Setting::Debug,
        LogLevel::Trace => Setting::Trace,
    };
    page.telemetry.set_log_level(level.into());
}

#[cfg(not(feature = "logs"))]
fn write_from(_page: &Page, _level: LogLevel) {}

impl From<&ShownSetting> for SettingRow {
    fn from(setting: &ShownSetting) -> Self {
        let ShownSetting { key, value, source, default } = setting.clone();
        Self { key, value, source, default }
    }
}
