//! Requests byte by byte, so that a test can break any of them.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use http::HeaderMap;
use transport::{
    btauth::sign_request,
    clock,
    wire::{Format, Input, PREDICT, PredictRequest},
};

use crate::served::signer;

/// A request before it is sent.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    pub(crate) target: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// Alice asks Bob for weights of one input.
    pub(crate) fn predict() -> Self {
        Self::signed("Alice", "Bob", clock::unix_nanos())
    }

    pub(crate) fn signed(sender: &str, receiver: &str, nonce_ns: u64) -> Self {
        let question = PredictRequest { task: "tabular".into(), inputs: vec![Input(vec![0; 44])] };
        Self::of("POST", PREDICT, Format::Json.encode(&question), [sender, receiver], nonce_ns)
    }

    pub(crate) fn of(
        method: &'static str,
        target: &str,
        body: Vec<u8>,
        [sender, receiver]: [&str; 2],
        nonce_ns: u64,
    ) -> Self {
        let receiver = signer(receiver).account();
        let headers = sign_request(&signer(sender), &receiver, method, target, &body, nonce_ns);
        Self { method, target: target.into(), headers, body }
    }

    /// The bytes up to the body, which is announced as it is.
    pub(crate) fn head(&self, extra: &str) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: miner\r\n{extra}", self.method, self.target);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {}\r\n", value.to_str().expect("text")));
        }
        head + "\r\n"
    }

    /// Sends it on a connection of its own and returns the answer.
    pub(crate) fn send(&self, address: SocketAddr) -> Answer {
        let head = self.head(&format!("content-length: {}\r\nconnection: close\r\n", self.body.len()));
        exchange(address, &[head.as_bytes(), &self.body].concat())
    }
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The head without the value of its date.
    pub(crate) fn timeless(&self) -> String {
        let line =
            |line: &str| if line.starts_with("date:") { format!("date of {} bytes", line.len()) } else { line.into() };
        self.head.lines().map(line).collect::<Vec<String>>().join("\n")
    }

    pub(crate) fn headers(&self) -> HeaderMap {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields
            .map(|(name, value)| (name.parse::<http::HeaderName>().expect("a name"), value.parse().expect("a value")))
            .collect()
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("it listens");
    // So that a server that hangs fails the test instead of stopping it.
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    stream
}

/// Writes bytes and reads the answer until the connection ends.
pub(crate) fn exchange(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = connect(address);
    // A server that has answered already may not read everything.
    let _ = stream.write_all(bytes);
    let mut read = Vec::new();
    let _ = stream.read_to_end(&mut read);
    parse(&read)
}

pub(crate) fn parse(read: &[u8]) -> Answer {
    let end = read.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or_else(|| panic!("no answer: {read:?}"));
    let head = String::from_utf8(read[..end].to_vec()).expect("text");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    Answer { status, head, body: read[end + 4..].to_vec() }
}

pub(crate) fn get(address: SocketAddr, target: &str) -> Answer {
    exchange(address, format!("GET {target} HTTP/1.1\r\nhost: miner\r\nconnection: close\r\n\r\n").as_bytes())
}
