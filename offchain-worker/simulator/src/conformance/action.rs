//! Reads the actions of an epoch: objects with one member, named after what happens.

use super::field::{Field, Result};
use crate::{Expected, network::Action};

/// An action.
pub(super) fn read(field: &Field, neurons: usize) -> Result<Action> {
    let members = field.members()?;
    let [(name, body)] = &members[..] else {
        return field.wrong(Expected::Action);
    };
    let block = || body.get("block")?.number();
    let uid = || body.get("uid")?.uid(neurons);
    Ok(match *name {
        "set_weights" => Action::SetWeights { block: block()?, uid: uid()?, row: pairs(body, neurons)? },
        "raw_weights" => Action::RawWeights { uid: uid()?, row: body.get("row")?.row(neurons)? },
        "replace_uid" => Action::ReplaceUid { block: block()?, uid: uid()? },
        "set_stakes" => Action::SetStakes(body.per_neuron(neurons, Field::number)?),
        "set_last_update" => Action::SetLastUpdate(body.per_neuron(neurons, Field::number)?),
        "set_commit_blocks" | "commit_blocks" => commit_blocks(body, neurons)?,
        "remove_bonds_towards_uid" => Action::RemoveBondsTowards(body.uid(neurons)?),
        _ => return body.wrong(Expected::Action),
    })
}

/// Commit blocks per neuron; 2^64-1 means none.
pub(super) fn commit_blocks(blocks: &Field, neurons: usize) -> Result<Action> {
    let known = |block| if block == u64::MAX { None } else { Some(block) };
    let blocks = blocks.per_neuron(neurons, Field::number)?;
    Ok(Action::SetCommitBlocks(blocks.into_iter().map(known).collect()))
}

/// `uids` and `values` of the same length.
fn pairs(body: &Field, neurons: usize) -> Result<Vec<(u16, u16)>> {
    let uids = body.get("uids")?.list(|uid| uid.uid(neurons))?;
    let values = body.get("values")?;
    let weights: Vec<u16> = values.list(Field::number)?;
    if weights.len() != uids.len() {
        return values.wrong(Expected::OnePerUid);
    }
    Ok(uids.into_iter().zip(weights).collect())
}
