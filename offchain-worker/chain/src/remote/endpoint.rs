//! Where a chain listens: a TCP port of this machine, or a file.
//!
//! What is said on a connection is neither encrypted nor are answers signed, so an endpoint is never on another machine.

use std::{
    fmt, fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use socket2::{Domain, SockAddr, Socket, Type};

/// Connections that may wait until they are accepted.
const BACKLOG: i32 = 128;
/// How long a stale file's owner is given to answer.
const PROBE: Duration = Duration::from_secs(1);

/// Where a chain listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `tcp://127.0.0.1:9944`: a port of this machine; port 0 lets the system choose one when listening.
    Tcp(SocketAddr),
    /// `unix:///run/yarrow/chain.sock`: a socket in the file system, guarded by its permissions.
    Unix(PathBuf),
}

/// A text is not an endpoint of a chain in another process.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It begins with nothing that is known.
    #[error("{0:?} is not the endpoint of a chain: expected tcp://127.0.0.1:PORT or unix:///PATH")]
    UnknownScheme(String),
    /// What follows `tcp://` is not an address with a port.
    #[error("{0:?} is not an address with a port, such as 127.0.0.1:9944")]
    Address(String),
    /// The address is of another machine.
    #[error("{0} is not an address of this machine only: the connection is not encrypted, use 127.0.0.1 or [::1]")]
    NotLoopback(SocketAddr),
    /// What follows `unix://` is not an absolute path.
    #[error("{0:?} is not an absolute path")]
    Path(String),
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        if let Some(address) = text.strip_prefix("tcp://") {
            let address: SocketAddr = address.parse().map_err(|_| EndpointError::Address(address.to_owned()))?;
            return if address.ip().is_loopback() {
                Ok(Self::Tcp(address))
            } else {
                Err(EndpointError::NotLoopback(address))
            };
        }
        match text.strip_prefix("unix://") {
            Some(path) if Path::new(path).is_absolute() => Ok(Self::Unix(path.into())),
            Some(path) => Err(EndpointError::Path(path.to_owned())),
            None => Err(EndpointError::UnknownScheme(text.to_owned())),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "tcp://{address}"),
            Self::Unix(path) => write!(f, "unix://{}", path.display()),
        }
    }
}

impl Endpoint {
    /// Connects within `allowed`.
    pub(super) fn connect(&self, allowed: Duration) -> io::Result<Socket> {
        let (socket, address) = self.socket()?;
        socket.connect_timeout(&address, allowed)?;
        if let Self::Tcp(_) = self {
            // A request is one small packet, and its answer is waited for.
            socket.set_tcp_nodelay(true)?;
        }
        Ok(socket)
    }

    /// Begins to listen. A file that a dead process has left is replaced; one that is listened on is not.
    ///
    /// # Errors
    /// If the port or file is taken or may not be used.
    pub fn listen(&self) -> io::Result<Listener> {
        if let Self::Unix(path) = self
            && path.exists()
            && self.connect(PROBE).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        {
            fs::remove_file(path)?;
        }
        let (socket, address) = self.socket()?;
        if let Self::Tcp(_) = self {
            socket.set_reuse_address(true)?;
        }
        socket.bind(&address)?;
        socket.listen(BACKLOG)?;
        let endpoint = match self {
            Self::Tcp(address) => Self::Tcp(socket.local_addr()?.as_socket().unwrap_or(*address)),
            Self::Unix(path) => Self::Unix(path.clone()),
        };
        Ok(Listener { socket, endpoint })
    }

    fn socket(&self) -> io::Result<(Socket, SockAddr)> {
        let (domain, address) = match self {
            Self::Tcp(address) => (Domain::for_address(*address), SockAddr::from(*address)),
            Self::Unix(path) => (Domain::UNIX, SockAddr::unix(path)?),
        };
        Ok((Socket::new(domain, Type::STREAM, None)?, address))
    }
}

/// A socket that listens; its file, if it has one, goes with it.
#[derive(Debug)]
pub struct Listener {
    pub(super) socket: Socket,
    endpoint: Endpoint,
}

impl Listener {
    /// Where it listens, with the port that the system chose.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Endpoint::Unix(path) = &self.endpoint {
            // If the file cannot be removed, the next one who listens there replaces it.
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_survives_reading_and_writing() {
        for text in ["tcp://127.0.0.1:9944", "tcp://[::1]:0", "unix:///run/yarrow/chain.sock"] {
            let endpoint: Endpoint = text.parse().expect("an endpoint");
            assert_eq!(endpoint.to_string(), text);
        }
    }

    #[test]
    fn what_is_not_an_endpoint_of_this_machine_is_refused_by_name() {
        let refused = |text: &str| text.parse::<Endpoint>().expect_err("no endpoint");
        assert_eq!(refused("ws://127.0.0.1:9944"), EndpointError::UnknownScheme("ws://127.0.0.1:9944".into()));
        assert_eq!(refused(""), EndpointError::UnknownScheme(String::new()));
        assert_eq!(refused("tcp://localhost"), EndpointError::Address("localhost".into()));
        let elsewhere = "192.0.2.1:9944".parse().expect("an address");
        assert_eq!(refused("tcp://192.0.2.1:9944"), EndpointError::NotLoopback(elsewhere));
        assert_eq!(refused("unix://chain.sock"), EndpointError::Path("chain.sock".into()));
    }
}
