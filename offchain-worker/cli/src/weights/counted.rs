//! What the last settled epoch made of the weights towards a neuron.

use std::io::Write;

use chain::ss58;
use consensus::fixed::I32F32;
use primitives::{Rao, Uid};
use serde_json::{Value, json};
use simulator::settled::{Explanation, RowSource, SettledEpoch, Vote};

use crate::{error::CliError, format, table::Rows};

/// All numbers of it. Those that end in `q32` are times 2^32; from them follows the incentive:
/// `rank = sum of floor(stake * clipped)`, `incentive = rank / ranks`, and of that the u16 fraction.
pub(super) fn report(epoch: &SettledEpoch, found: &Explanation) -> Value {
    let Explanation { uid, votes, consensus, rank, ranks, incentive } = found;
    let result = &epoch.result;
    let of = |column: &[u16]| column.get(uid.index()).copied();
    let vote = |vote: &Vote| {
        let validator = vote.validator;
        json!({
            "uid": validator.get(),
            "hotkey": epoch.neurons.get(validator.index()).map(|neuron| ss58(&neuron.hotkey)),
            "stake_rao": result.stake.get(validator.index()).map(|stake| stake.get()),
            "stake_q32": vote.stake.to_bits(),
            "weight": vote.weight,
            "share_q32": vote.share.to_bits(),
            "clipped_q32": vote.clipped.to_bits(),
            "source": source(epoch, validator),
        })
    };
    json!({
        "epoch": result.epoch,
        "block": result.block.get(),
        "votes": votes.iter().map(vote).collect::<Vec<_>>(),
        "consensus_q32": consensus.to_bits(),
        "consensus": of(&result.consensus),
        "rank_q32": rank.to_bits(),
        "ranks_q32": ranks.to_bits(),
        "incentive_q32": incentive.to_bits(),
        "incentive": of(&result.incentive),
        "emission_rao": result.server_emission.get(uid.index()).map(|emission| emission.get()),
    })
}

/// Where the weights of a validator are known from.
fn source(epoch: &SettledEpoch, validator: Uid) -> Option<&'static str> {
    let row = epoch.rows.iter().find(|row| row.uid == validator)?;
    Some(match row.source {
        RowSource::Chain { .. } => "chain",
        RowSource::Shown { .. } => "bundle",
    })
}

/// Writes it for people.
pub(super) fn write(epoch: &SettledEpoch, found: &Explanation, output: &mut impl Write) -> Result<(), CliError> {
    let result = &epoch.result;
    let uid = found.uid;
    writeln!(output, "Epoch {} as settled for block {}", result.epoch, format::grouped(result.block.get()))?;
    let mut table =
        Rows::new(&["VALIDATOR", "HOTKEY", "STAKE τ", "OF VOTES", "WEIGHT", "OF ROW", "CLIPPED", "RANK"], &[1]);
    for vote in &found.votes {
        let hotkey = epoch.neurons.get(vote.validator.index()).map(|neuron| format::short(&neuron.hotkey));
        table.push([
            vote.validator.get().to_string(),
            hotkey.unwrap_or_default(),
            format::tao_brief(result.stake.get(vote.validator.index()).copied().unwrap_or(Rao::ZERO)),
            decimal(vote.stake),
            vote.weight.to_string(),
            decimal(vote.share),
            decimal(vote.clipped),
            decimal(vote.stake.saturating_mul(vote.clipped)),
        ]);
    }
    writeln!(output, "{}", table.finish())?;
    let of = |column: &[u16]| column.get(uid.index()).copied().unwrap_or(0);
    let emission = result.server_emission.get(uid.index()).copied().unwrap_or(Rao::ZERO);
    writeln!(output, "consensus {}, stored as {}", decimal(found.consensus), of(&result.consensus))?;
    writeln!(output, "rank      {} of {} of all neurons", decimal(found.rank), decimal(found.ranks))?;
    writeln!(output, "incentive {}, stored as {}", decimal(found.incentive), of(&result.incentive))?;
    writeln!(output, "emission  τ {} for mining", format::tao(emission))?;
    writeln!(output, "✅ computed again here, to the bit of what the contract has stored")?;
    Ok(())
}

/// A fraction with six decimals, rounded down.
fn decimal(value: I32F32) -> String {
    evaluator::Score::from_q32(u64::try_from(value.to_bits()).unwrap_or(0)).to_string()
}
