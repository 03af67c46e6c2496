//! What a transaction changes: a value, how to read it, and what it will be.

use std::fmt;

use chain::{Amount, Contracts};
use primitives::{AccountId, Rao, Staking as _};
use psp22::PSP22 as _;
use serde::{Serialize, Serializer};

use crate::{error::CliError, format, market::Page};

/// RAO that an earning value may be off by: shares in a pool are rounded down, in favour of those who stay.
const ROUNDING: u64 = 2;

/// A value on the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// Not there.
    Nothing,
    /// An amount of TAO.
    Tao(Rao),
    /// A number.
    Number(u64),
    /// Anything else, as people read it.
    Text(String),
}

impl Value {
    /// The unit of its number in JSON.
    fn unit(&self) -> Option<&'static str> {
        matches!(self, Self::Tao(_)).then_some("rao")
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Text(if flag { "yes" } else { "no" }.to_owned())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("-"),
            Self::Tao(amount) => Amount(*amount).fmt(f),
            Self::Number(number) => f.write_str(&format::grouped(*number)),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// TAO in RAO.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Nothing => serializer.serialize_none(),
            Self::Tao(amount) => serializer.serialize_u64(amount.get()),
            Self::Number(number) => serializer.serialize_u64(*number),
            Self::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// How a value is read at a block.
type Read = Box<dyn Fn(&Page<'_>) -> Result<Value, CliError>>;

/// A value that a transaction changes.
pub(crate) struct Change {
    what: String,
    read: Read,
    expected: Expected,
}

/// What becomes of a value.
enum Expected {
    /// It is less by this.
    Less(Rao),
    /// It is less by a price, or by another one up to a limit.
    LessAtMost {
        /// The price now.
        price: Rao,
        /// The highest.
        limit: Rao,
    },
    /// It is more by this.
    More(Rao),
    /// The same of a value that grows by itself as well, and is rounded.
    EarningLess(Rao),
    EarningMore(Rao),
    /// It is this.
    Becomes(Value),
    /// It is something that only the chain can tell.
    Something,
}

impl Change {
    /// A value that becomes another one.
    pub(crate) fn to(
        what: impl Into<String>,
        after: Value,
        read: impl Fn(&Page<'_>) -> Result<Value, CliError> + 'static,
    ) -> Self {
        Self { what: what.into(), read: Box::new(read), expected: Expected::Becomes(after) }
    }

    /// A value that will be there; which one, only the chain can tell.
    pub(crate) fn to_something(
        what: impl Into<String>,
        read: impl Fn(&Page<'_>) -> Result<Value, CliError> + 'static,
    ) -> Self {
        Self { what: what.into(), read: Box::new(read), expected: Expected::Something }
    }

    /// Free TAO that an account pays.
    pub(crate) fn pays(what: impl Into<String>, contracts: Contracts, account: AccountId, amount: Rao) -> Self {
        Self { what: what.into(), read: free_balance(contracts, account), expected: Expected::Less(amount) }
    }

    /// Free TAO of which an account pays a price that may fall until it is paid.
    pub(crate) fn pays_at_most(
        what: impl Into<String>,
        contracts: Contracts,
        account: AccountId,
        (price, limit): (Rao, Rao),
    ) -> Self {
        Self {
            what: what.into(),
            read: free_balance(contracts, account),
            expected: Expected::LessAtMost { price, limit },
        }
    }

    /// Free TAO that an account gets.
    pub(crate) fn gets(what: impl Into<String>, contracts: Contracts, account: AccountId, amount: Rao) -> Self {
        Self { what: what.into(), read: free_balance(contracts, account), expected: Expected::More(amount) }
    }

    /// Free TAO that an account gets, and with it what is earned until then.
    pub(crate) fn earns(what: impl Into<String>, contracts: Contracts, account: AccountId, amount: Rao) -> Self {
        Self { what: what.into(), read: free_balance(contracts, account), expected: Expected::EarningMore(amount) }
    }

    /// Stake of a coldkey on a hotkey that becomes more.
    pub(crate) fn stakes(
        what: impl Into<String>,
        contracts: Contracts,
        (hotkey, coldkey): (AccountId, AccountId),
        amount: Rao,
    ) -> Self {
        let read = stake(contracts, hotkey, coldkey);
        Self { what: what.into(), read, expected: Expected::EarningMore(amount) }
    }

    /// Stake of a coldkey on a hotkey that becomes less.
    pub(crate) fn unstakes(
        what: impl Into<String>,
        contracts: Contracts,
        (hotkey, coldkey): (AccountId, AccountId),
        amount: Rao,
    ) -> Self {
        let read = stake(contracts, hotkey, coldkey);
        Self { what: what.into(), read, expected: Expected::EarningLess(amount) }
    }

    /// What it is and will be; `earlier` are the predictions of steps before this one.
    pub(super) fn predict(&self, page: &Page<'_>, earlier: &[Predicted]) -> Result<Predicted, CliError> {
        let known = earlier.iter().rev().find(|earlier| earlier.what == self.what);
        let before = match known.and_then(|known| known.after.clone()) {
            Some(value) => value,
            None => (self.read)(page)?,
        };
        let after = self.expected.after(&before);
        Ok(Predicted { what: self.what.clone(), unit: after.as_ref().unwrap_or(&before).unit(), before, after })
    }

    /// What it became, if that is what was predicted.
    pub(super) fn read_back(&self, page: &Page<'_>, predicted: &Predicted) -> Result<Value, Mismatch> {
        let found = (self.read)(page).map_err(Mismatch::Unread)?;
        if self.expected.allows(predicted.after.as_ref(), &found) { Ok(found) } else { Err(Mismatch::Other(found)) }
    }
}

/// Why a value that was read back is no success.
pub(super) enum Mismatch {
    /// It is another one.
    Other(Value),
    /// It could not be read.
    Unread(CliError),
}

impl Expected {
    fn after(&self, before: &Value) -> Option<Value> {
        let of = |before: &Value| match before {
            Value::Tao(amount) => *amount,
            _ => Rao::ZERO,
        };
        match self {
            Self::Less(amount) | Self::EarningLess(amount) | Self::LessAtMost { price: amount, .. } => {
                Some(Value::Tao(Rao::new(of(before).get().saturating_sub(amount.get()))))
            }
            Self::More(amount) | Self::EarningMore(amount) => {
                Some(Value::Tao(Rao::new(of(before).get().saturating_add(amount.get()))))
            }
            Self::Becomes(value) => Some(value.clone()),
            Self::Something => None,
        }
    }

    fn allows(&self, predicted: Option<&Value>, found: &Value) -> bool {
        match (self, predicted, found) {
            (Self::Something, _, found) => *found != Value::Nothing,
            (Self::EarningLess(_) | Self::EarningMore(_), Some(Value::Tao(predicted)), Value::Tao(found)) => {
                found.get().saturating_add(ROUNDING) >= predicted.get()
            }
            (Self::LessAtMost { price, limit }, Some(Value::Tao(predicted)), Value::Tao(found)) => {
                // Whatever the price was, there was as much before.
                let before = predicted.get().saturating_add(price.get());
                (before.saturating_sub(limit.get())..=before).contains(&found.get())
            }
            (_, predicted, found) => predicted == Some(found),
        }
    }
}

fn free_balance(contracts: Contracts, account: AccountId) -> Read {
    Box::new(move |page| {
        let balance = page.view(contracts.token().balance_of(account))?;
        Ok(Value::Tao(Rao::from_psp22(balance).unwrap_or(Rao::new(u64::MAX))))
    })
}

fn stake(contracts: Contracts, hotkey: AccountId, coldkey: AccountId) -> Read {
    Box::new(move |page| Ok(Value::Tao(page.view(contracts.staking().stake_of(hotkey, coldkey))?)))
}

/// A value before and after, as JSON shows it too.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Predicted {
    /// Which value.
    pub(super) what: String,
    /// The unit of both numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'static str>,
    /// What it is before.
    pub(super) before: Value,
    /// What it is afterwards; nothing if only the chain can tell.
    pub(super) after: Option<Value>,
}

impl Predicted {
    /// The same with what it became.
    pub(super) fn became(self, found: Value) -> Self {
        let unit = found.unit().or(self.unit);
        Self { after: Some(found), unit, ..self }
    }
}
