//! A JSON value together with its place, so that whatever is wrong is reported with the path to it.

use serde_json::Value;

use crate::{Expected, Misplaced};

pub(super) type Result<T> = std::result::Result<T, Misplaced>;

/// A value and where it stands in the file.
#[derive(Clone)]
pub(super) struct Field<'a> {
    pub(super) value: &'a Value,
    at: String,
}

impl<'a> Field<'a> {
    /// The whole file.
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, at: String::new() }
    }

    /// The error that something else should stand here.
    pub(super) fn wrong<T>(&self, expected: Expected) -> Result<T> {
        let at = if self.at.is_empty() { "the whole file".to_owned() } else { self.at.clone() };
        Err(Misplaced { at, expected })
    }

    fn inside(&self, key: &str) -> String {
        let key = crate::file::printable(key);
        if self.at.is_empty() { key } else { format!("{}.{key}", self.at) }
    }

    /// A member; `null` counts as none.
    pub(super) fn optional(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(Self { value, at: self.inside(key) })
    }

    /// A member.
    pub(super) fn get(&self, key: &str) -> Result<Self> {
        let missing = || Misplaced { at: self.inside(key), expected: Expected::Value };
        self.optional(key).ok_or_else(missing)
    }

    /// All members.
    pub(super) fn members(&self) -> Result<Vec<(&'a str, Self)>> {
        let Some(object) = self.value.as_object() else {
            return self.wrong(Expected::Object);
        };
        let member = |(key, value): (&'a String, &'a Value)| (key.as_str(), Self { value, at: self.inside(key) });
        Ok(object.iter().map(member).collect())
    }

    /// An integer.
    pub(super) fn number<T: TryFrom<i128>>(&self) -> Result<T> {
        let wide = self.value.as_u64().map(i128::from).or(self.value.as_i64().map(i128::from));
        wide.and_then(|wide| T::try_from(wide).ok()).map_or_else(|| self.wrong(Expected::Integer), Ok)
    }

    /// A flag, as such or as 0 or 1.
    pub(super) fn flag(&self) -> Result<bool> {
        match (self.value.as_bool(), self.value.as_u64()) {
            (Some(flag), _) => Ok(flag),
            (None, Some(number @ 0..=1)) => Ok(number == 1),
            _ => self.wrong(Expected::Flag),
        }
    }

    /// The uid of one of `neurons` neurons.
    pub(super) fn uid(&self, neurons: usize) -> Result<u16> {
        match self.number()? {
            uid if usize::from(uid) < neurons => Ok(uid),
            _ => self.wrong(Expected::Uid(neurons)),
        }
    }

    /// A list, each of whose values is read by `each`.
    pub(super) fn list<T>(&self, each: impl Fn(&Self) -> Result<T>) -> Result<Vec<T>> {
        let Some(values) = self.value.as_array() else {
            return self.wrong(Expected::List);
        };
        let field = |(index, value)| Field { value, at: format!("{}[{index}]", self.at) };
        values.iter().enumerate().map(|entry| each(&field(entry))).collect()
    }

    /// How long a list is, 0 for anything else.
    pub(super) fn length(&self) -> usize {
        self.value.as_array().map_or(0, Vec::len)
    }

    /// A list with a value for each of `neurons` neurons.
    pub(super) fn per_neuron<T>(&self, neurons: usize, each: impl Fn(&Self) -> Result<T>) -> Result<Vec<T>> {
        if self.value.is_array() && self.length() != neurons {
            return self.wrong(Expected::OnePerNeuron(neurons));
        }
        self.list(each)
    }

    /// `[[uid, value], ...]`
    pub(super) fn row(&self, neurons: usize) -> Result<Vec<(u16, u16)>> {
        self.list(|entry| {
            if entry.length() != 2 {
                return entry.wrong(Expected::Entry);
            }
            let pair = entry.list(Self::number::<u16>)?;
            match pair[..] {
                [uid, value] if usize::from(uid) < neurons => Ok((uid, value)),
                _ => entry.wrong(Expected::Uid(neurons)),
            }
        })
    }
}
