//! The market gateway against real components: Prometheus, promtool, the strict parser of OpenMetrics, rotel, and a
//! receiver of OTLP on the official classes.
//!
//! `tests/components/install.sh` installs them. Where one is missing, its tests say so and pass; with `CI=true` they
//! fail.
#![cfg(unix)]

#[path = "components/alerts.rs"]
mod alerts;
#[path = "components/breaker.rs"]
mod breaker;
#[path = "components/dashboard.rs"]
mod dashboard;
#[path = "components/driven.rs"]
mod driven;
#[path = "components/exposition.rs"]
mod exposition;
#[path = "components/gateway.rs"]
mod gateway;
#[path = "components/http.rs"]
mod http;
#[path = "components/installed.rs"]
mod installed;
#[path = "components/live_page.rs"]
mod live_page;
#[path = "components/load.rs"]
mod load;
#[path = "components/metric_exporters.rs"]
mod metric_exporters;
#[path = "components/otlp.rs"]
mod otlp;
#[path = "components/outage.rs"]
mod outage;
#[path = "components/own.rs"]
mod own;
#[path = "components/pages.rs"]
mod pages;
#[path = "components/prometheus.rs"]
mod prometheus;
#[path = "components/rules.rs"]
mod rules;
#[path = "components/scrape.rs"]
mod scrape;
