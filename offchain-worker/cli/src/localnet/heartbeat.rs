//! Time on a chain that makes blocks for transactions only: one transaction per protocol block.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use chain::node::Node;

use super::{LocalnetError, Place, manifest::Manifest};
use crate::{error::CliError, population::Key, signals::Signals};

/// The development key that sends them, and does nothing else, so that its nonces are in nobody's way.
const KEY: &str = "//heartbeat";

/// The key of the heartbeats.
pub(super) fn key() -> Result<Key, CliError> {
    Ok(Key::new(KEY.to_owned())?)
}

/// Sends them until a signal ends it.
pub(super) fn run(place: &Place) -> Result<(), CliError> {
    let signals = Signals::listen()?;
    let nowhere = || LocalnetError::Nowhere(place.path().to_owned());
    let manifest = Manifest::find(&place.manifest())?.ok_or_else(nowhere)?;
    let (node, key) = (Node::connect(&[manifest.endpoint])?, key()?);
    while !signals.wait(Some(Duration::from_millis(manifest.block_ms)))? {
        if let Err(error) = node.transfer(&key.signer, key.signer.account(), 0) {
            // The next one may pass: a node that is busy or restarted is no reason to end.
            writeln!(io::stderr(), "warning: no heartbeat: {error}")?;
        }
    }
    Ok(())
}
