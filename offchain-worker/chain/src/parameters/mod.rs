//! Hyperparameters by name: what btcli calls each, what it means, how its value is written, and what it may be.
//!
//! The [`table`] has one entry per variant of [`Hyperparameter`]. Bounds stand in `primitives` alone: they are asked of
//! [`Hyperparameters::apply`] itself, see [`Parameter::bounds`].

mod bounds;
mod table;
mod value;

use primitives::{Authority, Hyperparameter, Hyperparameters, hyperparameters::HyperparameterError};

pub use self::{
    bounds::Bounds,
    table::PARAMETERS,
    value::{Unit, Value, ValueError},
};

/// The rules of a subnet in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Its hyperparameters.
    pub hyperparameters: Hyperparameters,
    /// The difficulty of work, which moves by itself within its limits.
    pub difficulty: u64,
}

/// A hyperparameter as people name it.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// btcli's name for it, or the contract's where btcli has none.
    pub name: &'static str,
    /// The contract's name, where that is another one.
    pub alias: Option<&'static str>,
    /// What it is, in one line.
    pub description: &'static str,
    /// What its value is counted in.
    pub unit: Unit,
    /// Its value among a subnet's rules.
    read: fn(&Rules) -> Value,
    /// The change that sets it to a value; `None` for a value that its type does not have.
    change: fn(Value) -> Option<Hyperparameter>,
}

/// Why a hyperparameter cannot be set so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// There is none of this name.
    #[error("there is no hyperparameter {name}{}", .closest.map(|closest| format!("; did you mean {closest}?")).unwrap_or_default())]
    Unknown {
        /// The name.
        name: String,
        /// The one with the name that is most like it.
        closest: Option<&'static str>,
    },
    /// The text is no value of it.
    #[error("{name}: {source}")]
    Value {
        /// Which hyperparameter.
        name: &'static str,
        /// What is wrong with the text.
        source: ValueError,
    },
    /// The value is outside of the bounds.
    #[error("{name} cannot be {value}: {who} may set it to {bounds}")]
    OutOfBounds {
        /// Which hyperparameter.
        name: &'static str,
        /// The value.
        value: String,
        /// For whom the bounds are: the subnet's owner, or governance.
        who: &'static str,
        /// The bounds as people read them.
        bounds: String,
    },
    /// A subnet's owner may not set it.
    #[error("{name} is set by governance, not by the owner of a subnet")]
    GovernanceOnly {
        /// Which hyperparameter.
        name: &'static str,
    },
}

impl Parameter {
    /// The hyperparameter of a name: btcli's or the contract's, with `-` or `_`.
    ///
    /// # Errors
    /// [`ParameterError::Unknown`].
    pub fn find(name: &str) -> Result<&'static Self, ParameterError> {
        let wanted = name.to_lowercase().replace('-', "_");
        let found = PARAMETERS.iter().find(|entry| entry.name == wanted || entry.alias == Some(&wanted));
        found.ok_or_else(|| ParameterError::Unknown { name: name.to_owned(), closest: closest(&wanted) })
    }

    /// Its value in force.
    pub fn read(&self, rules: &Rules) -> Value {
        (self.read)(rules)
    }

    /// Whether a subnet's owner may set it.
    pub fn is_owners(&self) -> bool {
        // Whose it is does not depend on the value.
        self.any_change().is_some_and(|change| change.is_owners())
    }

    /// The change that `authority` may make to set it to what a text says.
    ///
    /// # Errors
    /// [`ParameterError::Value`], [`ParameterError::GovernanceOnly`], [`ParameterError::OutOfBounds`].
    pub fn parse(&self, text: &str, rules: &Rules, authority: Authority) -> Result<Hyperparameter, ParameterError> {
        let name = self.name;
        let value = self.unit.parse(text).map_err(|source| ParameterError::Value { name, source })?;
        let change = self.change(value);
        let applied = change.map(|change| (change, rules.hyperparameters.clone().apply(change, authority)));
        match applied {
            Some((change, Ok(()))) => Ok(change),
            Some((_, Err(HyperparameterError::GovernanceOnly))) => Err(ParameterError::GovernanceOnly { name }),
            Some((_, Err(HyperparameterError::ValueOutOfBounds))) | None => Err(ParameterError::OutOfBounds {
                name,
                value: self.unit.show(value),
                who: match authority {
                    Authority::SubnetOwner => "the subnet's owner",
                    Authority::Governance => "governance",
                },
                bounds: self.bounds(rules, authority).map_or_else(|| "nothing".to_owned(), |b| b.show(self.unit)),
            }),
        }
    }

    /// The change that sets it to a value, whoever asks; `None` for a value that its type does not have.
    pub fn change(&self, value: Value) -> Option<Hyperparameter> {
        (self.change)(value)
    }

    fn any_change(&self) -> Option<Hyperparameter> {
        self.change(Value::One(1)).or_else(|| self.change(Value::Pair(1, 1)))
    }
}

/// The name that shares most of its words with `wanted`, where any does.
fn closest(wanted: &str) -> Option<&'static str> {
    let words: Vec<&str> = wanted.split('_').filter(|word| word.len() > 2).collect();
    let shared = |name: &str| words.iter().filter(|word| name.contains(**word)).count();
    let scored = PARAMETERS.iter().map(|entry| (shared(entry.name), entry.name));
    let (score, name) = scored.max_by_key(|(score, name)| (*score, std::cmp::Reverse(name.len())))?;
    (score > 0).then_some(name)
}
