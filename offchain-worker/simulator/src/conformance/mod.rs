//! Conformance cases: subnets in JSON, with what subtensor gives for them.
//!
//! A case has `params`, an `initial` state and `epochs`; an epoch has `actions`, each at a block of its own, then a
//! `block` at which it runs, and perhaps what it must `expect`. A file is an object with a list `epoch_cases`, one
//! case, or a list of cases. Other members (notes, sources) are left alone.

mod action;
mod field;

use consensus::epoch::{Neuron, Parameters};
use serde_json::Value;

use self::field::{Field, Result};
use crate::{
    Case, Column, Epoch, Expectation, Expected,
    file::printable,
    limits::{MAX_EPOCHS, MAX_NEURONS},
    network::{Network, Rows},
};

/// The cases of a file.
///
/// # Errors
/// The first value that is missing or is not what the format says.
pub fn cases(file: &Value) -> Result<Vec<Case>> {
    let root = Field::root(file);
    let cases = match root.optional("epoch_cases") {
        Some(cases) => cases.list(case)?,
        None if root.value.is_array() => root.list(case)?,
        None if root.value.get("epochs").is_some() => vec![case(&root)?],
        None => Vec::new(),
    };
    if cases.is_empty() { root.wrong(Expected::Cases) } else { Ok(cases) }
}

fn case(case: &Field) -> Result<Case> {
    let initial = case.get("initial")?;
    let neurons = read_neurons(&initial)?;
    let count = neurons.len();
    if let Some(field) = case.optional("n")
        && field.number::<usize>()? != count
    {
        return initial.get("stakes")?.wrong(Expected::OnePerNeuron(field.number()?));
    }
    let parameters = case.get("params")?;
    let mut network = Network {
        parameters: read_parameters(&parameters)?,
        owner: parameters.optional("owner_uid").map(|uid| uid.uid(count)).transpose()?,
        neurons,
        weights: read_rows(&initial.get("weights")?, count)?,
        bonds: read_rows(&initial.get("bonds")?, count)?,
    };
    if let Some(blocks) = initial.optional("commit_blocks") {
        network.apply(&action::commit_blocks(&blocks, count)?);
    }
    let epochs = case.get("epochs")?;
    if epochs.length() > MAX_EPOCHS || epochs.length() == 0 {
        return epochs.wrong(Expected::Epochs(MAX_EPOCHS));
    }
    Ok(Case {
        name: printable(case.optional("name").as_ref().and_then(|name| name.value.as_str()).unwrap_or("unnamed")),
        network,
        rao: parameters.get("rao_emission")?.number()?,
        epochs: epochs.list(|field| epoch(field, count))?,
    })
}

fn read_parameters(field: &Field) -> Result<Parameters> {
    Ok(Parameters {
        kappa: field.get("kappa_u16")?.number()?,
        bonds_penalty: field.get("bonds_penalty_u16")?.number()?,
        bonds_moving_average: field.get("bonds_moving_average")?.number()?,
        yuma3: field.get("yuma3")?.flag()?,
        liquid_alpha: field.get("liquid_alpha")?.flag()?,
        alpha_low: field.get("alpha_low_u16")?.number()?,
        alpha_high: field.get("alpha_high_u16")?.number()?,
        alpha_sigmoid_steepness: field.get("alpha_sigmoid_steepness")?.number()?,
        max_validators: field.get("max_validators")?.number()?,
        activity_cutoff: field.get("activity_cutoff_blocks")?.number()?,
        stake_threshold: field.get("stake_threshold")?.number()?,
        tempo: field.get("tempo")?.number()?,
    })
}

fn read_neurons(initial: &Field) -> Result<Vec<Neuron>> {
    let stakes = initial.get("stakes")?;
    let count = stakes.length();
    if !(1..=MAX_NEURONS).contains(&count) {
        return stakes.wrong(Expected::Neurons(MAX_NEURONS));
    }
    let stakes: Vec<u64> = stakes.list(Field::number)?;
    let registered = number_or_same(&initial.get("registration_block")?, count)?;
    let updated = number_or_same(&initial.get("last_update")?, count)?;
    let permits = initial.get("validator_permit")?.per_neuron(count, Field::flag)?;
    let facts = stakes.into_iter().zip(registered).zip(updated.into_iter().zip(permits));
    let neuron = |((stake, registered_at), (last_update, permit))| Neuron {
        stake,
        last_update,
        registered_at,
        permit,
        committed_at: None,
    };
    Ok(facts.map(neuron).collect())
}

/// A block for each neuron, or one for all.
fn number_or_same(field: &Field, neurons: usize) -> Result<Vec<u64>> {
    if field.value.is_array() { field.per_neuron(neurons, Field::number) } else { Ok(vec![field.number()?; neurons]) }
}

/// `{"uid": [[uid, value], ...], ...}`, or a word for none.
fn read_rows(field: &Field, neurons: usize) -> Result<Rows> {
    if field.value.is_string() {
        return Ok(Rows::new());
    }
    if !field.value.is_object() {
        return field.wrong(Expected::Rows);
    }
    let row = |(uid, row): (&str, Field)| match uid.parse::<u16>() {
        Ok(uid) if usize::from(uid) < neurons => Ok((uid, row.row(neurons)?)),
        _ => row.wrong(Expected::Uid(neurons)),
    };
    field.members()?.into_iter().map(row).collect()
}

fn epoch(field: &Field, neurons: usize) -> Result<Epoch> {
    let mut actions = match field.optional("actions") {
        Some(actions) => actions.list(|field| action::read(field, neurons))?,
        None => Vec::new(),
    };
    if let Some(blocks) = field.optional("commit_blocks") {
        actions.push(action::commit_blocks(&blocks, neurons)?);
    }
    let expect = field.optional("expect").map(|expect| read_expectation(&expect, neurons)).transpose()?;
    Ok(Epoch { block: field.get("block")?.number()?, actions, expect })
}

fn read_expectation(field: &Field, neurons: usize) -> Result<Expectation> {
    let mut expectation = Expectation::default();
    for (name, values) in field.members()? {
        if name == "bonds_sparse" {
            expectation.bonds = Some(read_rows(&values, neurons)?);
            continue;
        }
        let Some(column) = Column::ALL.into_iter().find(|column| column.name() == name) else {
            return values.wrong(Expected::Column);
        };
        let number = |field: &Field| match field.value.as_bool() {
            Some(flag) => Ok(u64::from(flag)),
            None => field.number(),
        };
        expectation.columns.push((column, values.per_neuron(neurons, number)?));
    }
    Ok(expectation)
}
