//! A proxy between a client and a chain that cuts the connection at frames of its choice.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// Where a frame's way ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The chain does not hear of it.
    Request,
    /// The chain answers it, and the client does not hear the answer.
    Answer,
}

/// A running proxy.
pub(crate) struct Proxy {
    pub(crate) endpoint: String,
    frames: Arc<AtomicU64>,
}

impl Proxy {
    /// Listens for clients of the chain at `upstream` and cuts where `plan` says so. It is given the number of each
    /// request over all connections, the first being 0.
    pub(crate) fn cutting(upstream: SocketAddr, plan: impl Fn(u64) -> Option<Cut> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("tcp://{}", listener.local_addr().expect("an address"));
        let frames = Arc::new(AtomicU64::new(0));
        let (counter, plan) = (Arc::clone(&frames), Arc::new(plan));
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, counter, plan) = (client.expect("a client"), Arc::clone(&counter), Arc::clone(&plan));
                // A connection that ends is what the proxy is for.
                thread::spawn(move || {
                    forward(client, upstream, || plan(counter.fetch_add(1, Ordering::SeqCst))).unwrap_or_default()
                });
            }
        });
        Self { endpoint, frames }
    }

    /// How many requests have come.
    pub(crate) fn frames(&self) -> u64 {
        self.frames.load(Ordering::SeqCst)
    }
}

fn forward(mut client: TcpStream, upstream: SocketAddr, next_cut: impl Fn() -> Option<Cut>) -> io::Result<()> {
    let mut chain = TcpStream::connect(upstream)?;
    loop {
        let request = frame(&mut client)?;
        let cut = next_cut();
        if cut == Some(Cut::Request) {
            return Ok(());
        }
        chain.write_all(&request)?;
        let answer = frame(&mut chain)?;
        if cut == Some(Cut::Answer) {
            return Ok(());
        }
        client.write_all(&answer)?;
    }
}

/// A frame with its length.
fn frame(from: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut frame = vec![0; 4];
    from.read_exact(&mut frame)?;
    let length = frame.first_chunk().map_or(0, |length| u32::from_le_bytes(*length));
    io::copy(&mut from.take(length.into()), &mut frame)?;
    Ok(frame)
}
