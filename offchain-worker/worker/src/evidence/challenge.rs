//! Disputing one item: its loss, the way from there to what was committed, and the same item measured again.

use evaluator::{Bits, Evaluation, Evaluator, Hash256, LossProof, Sample, evidence};
use primitives::Hash;

use super::{
    bundle::{Bundle, Content},
    replay::{Mismatch, ReplayError, evaluate, said, sample, seals},
};
use crate::{ModelSource, draw};

/// What became of a challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Whose model.
    pub uid: u16,
    /// The item's loss with its way to the root of the model's losses.
    pub proof: LossProof,
    /// What the bundle says the root is, as it went into the evidence.
    pub root: Hash256,
    /// The loss that the same item has here; `None` if the model does not get so far here.
    pub again: Option<Bits>,
    /// Where the bundle is not as its validator said.
    pub mismatches: Vec<Mismatch>,
}

/// Measures one item of one model again, in the batch that it was in, and shows its way to the commitment.
///
/// # Errors
/// [`ReplayError`] if it cannot be done here; that says nothing of the validator.
pub fn challenge(
    bundle: &Bundle,
    uid: u16,
    item: u32,
    evaluator: &Evaluator,
    models: &dyn ModelSource,
) -> Result<Challenge, ReplayError> {
    let content = &bundle.content;
    let not_there = |what: String| ReplayError::NotThere(what);
    let model = content.models.iter().find(|model| model.uid == uid);
    let model = model.ok_or_else(|| not_there(format!("model of uid {uid}")))?;
    let whole = sample(content, evaluator)?;
    if item >= content.items {
        return Err(not_there(format!("item {item}")));
    }
    let claimed = said(model, &whole);
    let proof = LossProof::of(&claimed.losses, item as usize).ok_or_else(|| not_there(format!("item {item}")))?;
    let mut mismatches = seals(bundle);
    if committed(content, &whole) != content.evidence {
        mismatches.push(Mismatch::Evidence);
    }
    // What a live miner said is there for all items.
    let part = if model.attested.is_some() { None } else { Some(batch(&whole, item)) };
    let part = part.as_ref().unwrap_or(&whole);
    let offset = (item - part.range().start) as usize;
    let evaluations = evaluate(std::slice::from_ref(model), evaluator, models, part)?;
    let again = evaluations.first().and_then(|evaluation| evaluation.losses.get(offset)).copied();
    if again != Some(proof.loss) {
        mismatches.push(Mismatch::Loss { uid, item: item as usize });
    }
    let root = claimed.losses_root();
    Ok(Challenge { uid, proof, root, again, mismatches })
}

/// The items that the same instance of a model answered.
fn batch(whole: &Sample, item: u32) -> Sample {
    let size = whole.task().spec().batch.max(1);
    let start = item - item % size;
    Sample::draw(whole.task(), *whole.seed(), start..start.saturating_add(size).min(whole.range().end))
}

/// The evidence that these evaluations would have been committed with.
fn committed(content: &Content, sample: &Sample) -> Hash {
    let all: Vec<Evaluation> = content.models.iter().map(|model| said(model, sample)).collect();
    let round = *evidence(&Hash256::from_bytes(content.engine), sample, &all.iter().collect::<Vec<_>>()).as_bytes();
    draw::evidence(&round, &content.next_secret_hash)
}
