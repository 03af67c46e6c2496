//! An HTTP server that answers as badly as a test wants.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

use primitives::axon::Axon;

/// A server that has begun; it ends with the process.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each connection with what `answer` does, given the request's head and how many came before.
    pub(crate) fn start(answer: impl Fn(usize, &str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let heads = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&heads), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
                thread::spawn(move || {
                    let mut stream = stream;
                    let head = read_head(&stream);
                    let number = {
                        let mut seen = seen.lock().expect("no panic");
                        seen.push(head.clone());
                        seen.len() - 1
                    };
                    answer(number, &head, &mut stream);
                });
            }
        });
        Self { address, heads }
    }

    /// The heads of the requests so far.
    pub(crate) fn heads(&self) -> MutexGuard<'_, Vec<String>> {
        self.heads.lock().expect("no panic")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/model.wasm", self.address)
    }

    pub(crate) fn axon(&self) -> Axon {
        Axon { version: 1, ip: 0x7f00_0001, port: self.address.port(), ip_type: 4, protocol: 1, certificate: None }
    }
}

fn read_head(stream: &TcpStream) -> String {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|read| read > 0) {}
    head
}

/// The value of a header in a head.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Where a request wants its answer to begin.
pub(crate) fn range_start(head: &str) -> usize {
    let start = header(head, "range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
    start.unwrap_or(0)
}

/// Writes an answer whose head announces `announced` bytes; a client that has gone does not matter.
pub(crate) fn answer(stream: &mut TcpStream, status: &str, announced: usize, extra: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {announced}\r\n{extra}connection: close\r\n\r\n");
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).and_then(|()| stream.flush());
}

/// Answers like a server that knows ranges, but sends at most `most` bytes and then hangs up.
pub(crate) fn answer_part(stream: &mut TcpStream, head: &str, model: &[u8], most: usize) {
    let start = range_start(head);
    let rest = &model[start.min(model.len())..];
    let (status, extra) = match start {
        0 => ("200 OK", String::new()),
        _ => {
            let range = format!("content-range: bytes {start}-{}/{}\r\n", model.len() - 1, model.len());
            ("206 Partial Content", range)
        }
    };
    answer(stream, status, rest.len(), &extra, &rest[..most.min(rest.len())]);
}
