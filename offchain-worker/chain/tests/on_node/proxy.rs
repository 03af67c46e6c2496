//! A proxy before a node's RPC that loses, delays and swallows what passes, and changes what the node says.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::Duration,
};

/// What the proxy does with what passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// It passes it on.
    Open,
    /// It passes on what the client says and nothing that the node says.
    Deaf,
    /// It accepts everything and passes on nothing.
    BlackHole,
    /// It ends every connection.
    Closed,
    /// It passes on what the node says after a while.
    Slow(Duration),
}

/// A running proxy.
pub(crate) struct Proxy {
    pub(crate) url: String,
    state: Arc<State>,
}

#[derive(Debug)]
struct State {
    mood: Mutex<Mood>,
    /// A text of the node's and what the client is told instead, of the same length.
    lie: Mutex<Option<(Vec<u8>, Vec<u8>)>>,
    /// Everything that the client was told.
    told: Mutex<Vec<u8>>,
}

impl State {
    fn mood(&self) -> Mood {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Proxy {
    pub(crate) fn before(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("ws://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State { mood: Mutex::new(Mood::Open), lie: Mutex::default(), told: Mutex::default() });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, state) = (client.expect("a client"), Arc::clone(&shared));
                // A connection that ends is what the proxy is for.
                thread::spawn(move || connect(&client, SocketAddr::from(([127, 0, 0, 1], port)), &state));
            }
        });
        Self { url, state }
    }

    pub(crate) fn be(&self, mood: Mood) {
        *self.state.mood.lock().expect("no panic") = mood;
    }

    /// Tells the client `lie` wherever the node says `truth`.
    pub(crate) fn lie(&self, truth: &str, lie: &str) {
        assert_eq!(truth.len(), lie.len(), "frames keep their length");
        *self.state.lie.lock().expect("no panic") = Some((truth.into(), lie.into()));
    }

    /// How often the client was told something that contains a text.
    pub(crate) fn told(&self, text: &str) -> usize {
        let told = self.state.told.lock().expect("no panic");
        told.windows(text.len()).filter(|window| *window == text.as_bytes()).count()
    }
}

fn connect(client: &TcpStream, node: SocketAddr, state: &Arc<State>) -> io::Result<()> {
    let node = TcpStream::connect(node)?;
    let (to_node, to_client) = (client.try_clone()?, node.try_clone()?);
    let (from_client, back) = (node.try_clone()?, client.try_clone()?);
    let ours = Arc::clone(state);
    thread::spawn(move || pass(to_node, from_client, &ours, false));
    pass(to_client, back, state, true)
}

/// Passes bytes on as the mood of the moment is.
fn pass(mut from: TcpStream, mut to: TcpStream, state: &State, is_answer: bool) -> io::Result<()> {
    let (_never, pause): (Sender<()>, Receiver<()>) = mpsc::channel();
    let mut bytes = [0; 1 << 16];
    loop {
        let count = from.read(&mut bytes)?;
        let Some(bytes) = bytes.get_mut(..count).filter(|bytes| !bytes.is_empty()) else { return Ok(()) };
        match (state.mood(), is_answer) {
            (Mood::Closed, _) => return to.shutdown(std::net::Shutdown::Both),
            (Mood::BlackHole, _) | (Mood::Deaf, true) => continue,
            (Mood::Slow(delay), true) => {
                // Nobody sends: this is the delay.
                let _ = pause.recv_timeout(delay);
            }
            _ => {}
        }
        if is_answer {
            let lie = state.lie.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some((truth, lie)) = lie {
                replace(bytes, &truth, &lie);
            }
            state.told.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        }
        to.write_all(bytes)?;
    }
}

fn replace(bytes: &mut [u8], truth: &[u8], lie: &[u8]) {
    let places: Vec<usize> =
        bytes.windows(truth.len()).enumerate().filter(|(_, part)| *part == truth).map(|(place, _)| place).collect();
    for place in places {
        if let Some(part) = bytes.get_mut(place..place + lie.len()) {
            part.copy_from_slice(lie);
        }
    }
}
