//! Reads case files.

use super::network::{Action, Network, Rows};
use consensus::epoch::{Neuron, Parameters};
use serde_json::Value;

/// A sequence of epochs of one network.
pub struct Case {
    pub name: String,
    pub network: Network,
    /// RAO that each epoch emits.
    pub rao: u64,
    pub epochs: Vec<Epoch>,
}

/// Actions, then an epoch, then what it must give.
pub struct Epoch {
    pub block: u64,
    pub actions: Vec<Action>,
    /// The expected fields as they stand in the file.
    pub expect: Value,
}

/// A field that is missing or has another form than the format says.
#[derive(Debug)]
pub struct FormatError {
    /// Where, as a path of keys.
    pub at: String,
    /// What should stand there.
    pub expected: &'static str,
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}: expected {}", self.at, self.expected)
    }
}

type Result<T> = std::result::Result<T, FormatError>;

/// A value and where it stands in the file.
#[derive(Clone)]
struct Field<'a> {
    value: &'a Value,
    at: String,
}

impl<'a> Field<'a> {
    fn wrong<T>(&self, expected: &'static str) -> Result<T> {
        Err(FormatError { at: self.at.clone(), expected })
    }

    fn optional(&self, key: &str) -> Option<Field<'a>> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Field { value, at: format!("{}.{key}", self.at) })
    }

    fn get(&self, key: &str) -> Result<Field<'a>> {
        let missing = FormatError { at: format!("{}.{key}", self.at), expected: "a value" };
        self.optional(key).ok_or(missing)
    }

    fn number<T: TryFrom<i128>>(&self) -> Result<T> {
        let wide = self.value.as_u64().map(i128::from).or(self.value.as_i64().map(i128::from));
        wide.and_then(|wide| T::try_from(wide).ok()).map_or_else(|| self.wrong("a number in range"), Ok)
    }

    fn flag(&self) -> Result<bool> {
        match self.value.as_bool().or(self.value.as_u64().map(|number| number != 0)) {
            Some(flag) => Ok(flag),
            None => self.wrong("true or false"),
        }
    }

    fn list<T>(&self, each: impl Fn(&Field<'a>) -> Result<T>) -> Result<Vec<T>> {
        let Some(values) = self.value.as_array() else {
            return self.wrong("a list");
        };
        let field = |(index, value)| Field { value, at: format!("{}[{index}]", self.at) };
        values.iter().enumerate().map(|entry| each(&field(entry))).collect()
    }

    fn numbers<T: TryFrom<i128>>(&self) -> Result<Vec<T>> {
        self.list(Self::number)
    }

    /// `[[uid, value], ...]`
    fn row(&self) -> Result<Vec<(u16, u16)>> {
        self.list(|entry| match entry.numbers()?[..] {
            [uid, value] => Ok((uid, value)),
            _ => entry.wrong("a uid and a value"),
        })
    }

    /// `{"uid": [[uid, value], ...], ...}`, or a word for none.
    fn rows(&self) -> Result<Rows> {
        let Some(rows) = self.value.as_object() else {
            return if self.value.is_string() { Ok(Rows::new()) } else { self.wrong("rows") };
        };
        let row = |(uid, value): (&String, &'a Value)| {
            let field = Field { value, at: format!("{}.{uid}", self.at) };
            let uid = uid.parse().or_else(|_| field.wrong("a uid as key"))?;
            Ok((uid, field.row()?))
        };
        rows.iter().map(row).collect()
    }

    /// A list, or one value for all.
    fn numbers_or_same<T: TryFrom<i128> + Clone>(&self, length: usize) -> Result<Vec<T>> {
        if self.value.is_array() {
            self.numbers()
        } else {
            Ok(vec![self.number()?; length])
        }
    }
}

/// The epoch cases of a file.
pub fn cases(file: &Value) -> Result<Vec<Case>> {
    Field { value: file, at: String::new() }.get("epoch_cases")?.list(case)
}

fn case(case: &Field) -> Result<Case> {
    let parameters = case.get("params")?;
    let initial = case.get("initial")?;
    let owner = parameters.optional("owner_uid").map(|uid| uid.number()).transpose()?;
    let mut network = Network {
        parameters: read_parameters(&parameters)?,
        owner,
        neurons: read_neurons(&initial)?,
        weights: initial.get("weights")?.rows()?,
        bonds: initial.get("bonds")?.rows()?,
    };
    if let Some(blocks) = initial.optional("commit_blocks") {
        network.apply(&read_commit_blocks(&blocks)?);
    }
    Ok(Case {
        name: case.get("name")?.value.as_str().unwrap_or_default().to_owned(),
        network,
        rao: parameters.get("rao_emission")?.number()?,
        epochs: case.get("epochs")?.list(epoch)?,
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
    let stakes: Vec<u64> = initial.get("stakes")?.numbers()?;
    let registered: Vec<u64> = initial.get("registration_block")?.numbers_or_same(stakes.len())?;
    let updated: Vec<u64> = initial.get("last_update")?.numbers_or_same(stakes.len())?;
    let permits = initial.get("validator_permit")?.list(Field::flag)?;
    if registered.len() != stakes.len() || updated.len() != stakes.len() || permits.len() != stakes.len() {
        return initial.wrong("as many blocks and permits as stakes");
    }
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

/// A commit block of 2^64-1 means none.
fn read_commit_blocks(blocks: &Field) -> Result<Action> {
    let blocks: Vec<u64> = blocks.numbers()?;
    let known = |block| if block == u64::MAX { None } else { Some(block) };
    Ok(Action::SetCommitBlocks(blocks.into_iter().map(known).collect()))
}

fn epoch(field: &Field) -> Result<Epoch> {
    let mut actions = match field.optional("actions") {
        Some(actions) => actions.list(action)?,
        None => Vec::new(),
    };
    if let Some(blocks) = field.optional("commit_blocks") {
        actions.push(read_commit_blocks(&blocks)?);
    }
    Ok(Epoch { block: field.get("block")?.number()?, actions, expect: field.get("expect")?.value.clone() })
}

fn action(field: &Field) -> Result<Action> {
    let name = field.value.as_object().and_then(|action| action.keys().next());
    let Some(name) = name else {
        return field.wrong("an action");
    };
    let body = field.get(name)?;
    Ok(match name.as_str() {
        "set_weights" => Action::SetWeights {
            block: body.get("block")?.number()?,
            uid: body.get("uid")?.number()?,
            uids: body.get("uids")?.numbers()?,
            values: body.get("values")?.numbers()?,
        },
        "raw_weights" => Action::RawWeights { uid: body.get("uid")?.number()?, row: body.get("row")?.row()? },
        "replace_uid" => Action::ReplaceUid { block: body.get("block")?.number()?, uid: body.get("uid")?.number()? },
        "set_stakes" => Action::SetStakes(body.numbers()?),
        "set_last_update" => Action::SetLastUpdate(body.numbers()?),
        "set_commit_blocks" | "commit_blocks" => read_commit_blocks(&body)?,
        "remove_bonds_towards_uid" => Action::RemoveBondsTowards(body.number()?),
        _ => return body.wrong("a known action"),
    })
}
