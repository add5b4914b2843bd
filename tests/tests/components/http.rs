//! Asking for a page.

use std::{
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

const TIMEOUT: Duration = Duration::from_secs(10);

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The status line and the headers, in small letters.
    pub(crate) head: String,
    pub(crate) body: String,
    /// From the connection to the end of the answer.
    pub(crate) after: Duration,
}

/// Asks for a page; version 1.0, so that the answer ends with the connection and never comes in chunks.
pub(crate) fn get(address: SocketAddr, path: &str) -> io::Result<Answer> {
    get_as(address, path, "*/*")
}

/// The same in a form of one's choice.
pub(crate) fn get_as(address: SocketAddr, path: &str, form: &str) -> io::Result<Answer> {
    let begun = Instant::now();
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {address}\r\nAccept: {form}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let after = begun.elapsed();
    let parsed = answer.split_once("\r\n\r\n").and_then(|(head, body)| {
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, head: head.to_lowercase(), body: body.to_owned(), after })
    });
    parsed.ok_or_else(|| io::Error::other(format!("no answer: {answer:?}")))
}

/// The text as a value in an address.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => escaped.push(byte.into()),
            byte => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}
