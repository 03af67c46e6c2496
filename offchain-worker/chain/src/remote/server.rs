//! The embedded chain behind an endpoint: a thread per client, and bounds on all that a client can do to others.

use std::{
    collections::BTreeMap,
    fmt, io,
    net::Shutdown,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle, Scope},
    time::Duration,
};

use socket2::Socket;

use super::{
    desk::Desk,
    endpoint::{Endpoint, Listener},
};
use crate::{ConnectionFailure, Contracts, Embedded};

/// Clients at the same time; one more is sent away, and may come back.
const MAX_CLIENTS: usize = 64;
/// How long the end of a server waits to be noticed by the thread that accepts.
const WAKE: Duration = Duration::from_secs(5);
/// Contracts run on the client's thread; the main thread, on which they run elsewhere, has as much.
const STACK: usize = 8 << 20;
/// The pause after the system could not accept a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves a chain to other processes until the server is dropped.
///
/// The chain can be used in this process too. Transactions from here have no nonce and are not counted.
///
/// # Errors
/// If the system has no thread left.
pub fn serve(listener: Listener, chain: Arc<Embedded>, contracts: Contracts) -> io::Result<Server> {
    let endpoint = listener.endpoint().clone();
    let hall = Arc::new(Hall {
        desk: Desk::new(chain, contracts),
        clients: Mutex::default(),
        is_closed: AtomicBool::new(false),
    });
    let doors = Arc::clone(&hall);
    let thread = thread::Builder::new().name("chain-server".into()).spawn(move || doors.receive(&listener))?;
    Ok(Server { endpoint, hall, thread: Some(thread) })
}

/// A chain that is being served. When it is dropped, every connection ends and all threads with them.
pub struct Server {
    endpoint: Endpoint,
    hall: Arc<Hall>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Where it listens, with the port that the system chose.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.hall.is_closed.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts. If it cannot be reached, it has others to accept and sees the flag with them.
        let _ = self.endpoint.connect(WAKE);
        if let Some(thread) = self.thread.take() {
            // A panic there was reported when it happened.
            let _ = thread.join();
        }
    }
}

/// Who is here.
struct Hall {
    desk: Desk,
    clients: Mutex<BTreeMap<u64, Arc<Socket>>>,
    is_closed: AtomicBool,
}

impl Hall {
    /// Accepts clients until the server closes, then sends them away and waits until they are gone.
    fn receive(&self, listener: &Listener) {
        thread::scope(|scope| {
            for number in 0.. {
                let accepted = listener.socket.accept();
                if self.is_closed.load(Ordering::SeqCst) {
                    break;
                }
                match accepted {
                    Ok((socket, _)) => self.admit(number, Arc::new(socket), scope),
                    // Out of files: they come back when clients go. Anything else is about that one client.
                    Err(_) => thread::park_timeout(ACCEPT_PAUSE),
                }
            }
            for socket in self.clients().values() {
                // One that is gone already is what is wanted.
                let _ = socket.shutdown(Shutdown::Both);
            }
        });
    }

    fn admit<'scope>(&'scope self, number: u64, socket: Arc<Socket>, scope: &'scope Scope<'scope, '_>) {
        let seat = {
            let mut clients = self.clients();
            if clients.len() >= MAX_CLIENTS {
                return;
            }
            clients.insert(number, Arc::clone(&socket));
            Seat { hall: self, number }
        };
        let thread = thread::Builder::new().name(format!("chain-client-{number}")).stack_size(STACK);
        // Without a thread for it the client is sent away: its seat goes with what the thread would have run.
        let _ = thread.spawn_scoped(scope, move || {
            // Why a client went is its own affair.
            let _ = seat.attend(&socket);
        });
    }

    fn clients(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Socket>>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client's place, which is free again when it goes.
struct Seat<'a> {
    hall: &'a Hall,
    number: u64,
}

impl Seat<'_> {
    fn attend(&self, socket: &Socket) -> Result<(), ConnectionFailure> {
        self.hall.desk.attend(socket)
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        self.hall.clients().remove(&self.number);
    }
}
