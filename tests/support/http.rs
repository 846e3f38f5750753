//! One GET over loopback, on nothing but a socket: the tests' own eyes, apart from the code
//! under test.

use std::io::{Read, Write};
use std::net::TcpStream;

use super::process::DEADLINE;

/// An answer that came complete.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// For example 200.
    pub(crate) status: u16,
    /// The rest.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The body, bytes that are no UTF-8 replaced.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Fetches a URL such as `http://127.0.0.1:6060/debug/pprof/heap`.
pub(crate) fn get(url: &str) -> Answer {
    let (address, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    // HTTP/1.0: the answer is neither chunked nor kept alive, so it ends with the connection.
    write!(stream, "GET /{path} HTTP/1.0\r\nHost: {address}\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
    let body = bytes.split_off(end + 4);
    let head = String::from_utf8(bytes).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, body }
}
