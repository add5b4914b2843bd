//! What the program says to its user.

use std::{
    fmt,
    io::{self, Write as _},
    net::SocketAddr,
};

use crate::{arguments::Arguments, data::DataDirectory};

/// Says a line; nobody who reads it is no reason to fail.
pub(crate) fn say(line: impl fmt::Display) {
    let _ = writeln!(io::stdout(), "{line}");
}

pub(crate) fn welcome(
    address: SocketAddr,
    exchange: SocketAddr,
    data: &DataDirectory,
    Arguments { outage, load, .. }: &Arguments,
) {
    say(format_args!("quotes    http://{address}/api/data/ACME"));
    say(format_args!("docs      http://{address}/docs"));
    say(format_args!("page      http://{address}/telemetry"));
    say(format_args!("metrics   http://{address}/metrics"));
    say(format_args!("health    http://{address}/health/telemetry"));
    say(format_args!("ready     http://{address}/health/telemetry/ready"));
    say(format_args!("exchange  http://{exchange}/quote/ACME, outages: {outage}"));
    say(format_args!("data      {data}"));
    say(format_args!("load      {load}"));
    say("Ctrl-C ends it");
}
