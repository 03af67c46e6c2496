//! Shows an operator what a confined runner can still do on this host: confines the process like a
//! runner and then tries what a model that broke out would try.

use std::fs::File;
use std::io;
use std::net::{TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::net::UnixDatagram;

use crate::sandbox::confine::{Confinement, Weakness, confine, forbid_processes};

/// Something that a runner must not be able to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    /// Open a file, while no descriptor is free.
    OpenFile,
    /// Open a socket, while no descriptor is free.
    OpenSocket,
    /// Take more memory than the limit.
    TakeMemory,
    /// Open a file after closing a descriptor.
    OpenFileWithFreeDescriptor,
    /// Write a file after closing a descriptor.
    CreateFileWithFreeDescriptor,
    /// Connect to a TCP port after closing a descriptor.
    ConnectWithFreeDescriptor,
    /// Open a UDP socket after closing a descriptor.
    OpenUdpSocketWithFreeDescriptor,
    /// Open a Unix socket after closing a descriptor.
    OpenUnixSocketWithFreeDescriptor,
    /// Send a signal to the parent.
    SignalParent,
    /// Start a thread, which is what starting a process is to the kernel's limit.
    StartProcess,
}

/// What became of the attempts: those that succeeded, and the parts that the host said it lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What the host cannot give.
    pub weaknesses: Vec<Weakness>,
    /// Attempts that were not denied.
    pub allowed: Vec<Attempt>,
}

/// Confines this process for good and tries to break out. Standard input is closed.
pub fn probe() -> Probe {
    let limits = Confinement::default();
    let weaknesses = confine(&limits);
    let mut allowed = Vec::new();
    let mut attempt = |attempt, succeeded: bool| {
        if succeeded {
            allowed.push(attempt);
        }
    };
    attempt(Attempt::OpenFile, File::open("/etc/passwd").is_ok());
    attempt(Attempt::OpenSocket, UdpSocket::bind("127.0.0.1:0").is_ok());
    let too_much = usize::try_from(limits.data_bytes).unwrap_or(usize::MAX);
    attempt(Attempt::TakeMemory, Vec::<u8>::new().try_reserve_exact(too_much).is_ok());
    // SAFETY: standard input is not used after this.
    drop(unsafe { OwnedFd::from_raw_fd(io::stdin().as_fd().as_raw_fd()) });
    attempt(Attempt::OpenFileWithFreeDescriptor, File::open("/etc/passwd").is_ok());
    let path = std::env::temp_dir().join("yarrow-sandbox-probe");
    attempt(Attempt::CreateFileWithFreeDescriptor, File::create(&path).is_ok());
    // Nothing listens on port 1; being refused by the peer means having got through.
    let connected = TcpStream::connect(("127.0.0.1", 1));
    let refused = |error: &io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    attempt(Attempt::ConnectWithFreeDescriptor, connected.as_ref().map_or_else(refused, |_| true));
    attempt(Attempt::OpenUdpSocketWithFreeDescriptor, UdpSocket::bind("127.0.0.1:0").is_ok());
    attempt(Attempt::OpenUnixSocketWithFreeDescriptor, UnixDatagram::unbound().is_ok());
    let parent = rustix::process::getppid();
    let signalled = parent.is_some_and(|parent| rustix::process::test_kill_process(parent).is_ok());
    attempt(Attempt::SignalParent, signalled);
    forbid_processes();
    attempt(Attempt::StartProcess, std::thread::Builder::new().spawn(|| ()).is_ok());
    Probe { weaknesses, allowed }
}
