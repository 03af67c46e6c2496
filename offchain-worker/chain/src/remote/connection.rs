//! One connection of a client.

use scale::{Decode, DecodeAll, Encode};
use socket2::Socket;

use super::{
    endpoint::Endpoint,
    frame::{self, Deadline, MAX_ANSWER, MAX_REQUEST},
    wire::{Failure, Hello, Request, VERSION, Welcome},
};
use crate::ConnectionFailure;

/// A connection after the handshake.
pub(super) struct Connection {
    socket: Socket,
    pub(super) welcome: Welcome,
}

impl Connection {
    /// Connects and shakes hands.
    pub(super) fn open(endpoint: &Endpoint, deadline: Deadline) -> Result<Self, ConnectionFailure> {
        let socket = endpoint.connect(deadline.left()?).map_err(|error| ConnectionFailure::Broken(error.kind()))?;
        frame::write(&socket, &Hello::OURS.encode(), MAX_REQUEST, deadline)?;
        let welcome = frame::read(&socket, MAX_ANSWER, deadline, deadline.left()?)?;
        // The version is the first field, and stays it: what follows may be another version's.
        let theirs = welcome.first_chunk().map(|version| u16::from_le_bytes(*version));
        match theirs.ok_or(ConnectionFailure::NotUnderstood)? {
            VERSION => {}
            theirs => return Err(ConnectionFailure::Version { theirs, ours: VERSION }),
        }
        let welcome = Welcome::decode_all(&mut welcome.as_slice()).map_err(|_| ConnectionFailure::NotUnderstood)?;
        Ok(Self { socket, welcome })
    }

    /// Sends a request and waits for its answer, which is a `T` or why there is none.
    pub(super) fn ask<T: Decode>(
        &self,
        request: &Request,
        deadline: Deadline,
    ) -> Result<Result<T, Failure>, ConnectionFailure> {
        frame::write(&self.socket, &request.encode(), MAX_REQUEST, deadline)?;
        let answer = frame::read(&self.socket, MAX_ANSWER, deadline, deadline.left()?)?;
        DecodeAll::decode_all(&mut answer.as_slice()).map_err(|_| ConnectionFailure::NotUnderstood)
    }
}
