//! The names of messages, for people: from a call's selector to `registry.register_by_work`.
//!
//! A selector is the first 4 bytes of blake2b-256 of `Trait::message`. A test holds this list against the metadata of
//! the built contracts, so that none is missing; an unknown selector is shown as hex.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use sp_core::{Blake2Hasher, Hasher, hexdisplay::HexDisplay};

/// The name of a message or constructor: `contract.message`.
pub type Label = Cow<'static, str>;

/// Contract, trait and messages.
const MESSAGES: &[(&str, &str, &[&str])] = &[
    (
        "tao",
        "PSP22",
        &[
            "total_supply",
            "balance_of",
            "allowance",
            "transfer",
            "transfer_from",
            "approve",
            "increase_allowance",
            "decrease_allowance",
        ],
    ),
    ("tao", "PSP22Metadata", &["token_name", "token_symbol", "token_decimals"]),
    ("tao", "PSP22Burnable", &["burn"]),
    ("tao", "Tao", &["cap", "supply", "issuance", "minter", "set_minter", "mint", "recycle"]),
    (
        "staking",
        "Staking",
        &[
            "clock",
            "connect",
            "associate_hotkey",
            "associate_hotkey_for",
            "take_seat",
            "take_seats",
            "leave_seats",
            "claim_hotkey",
            "add_stake",
            "remove_stake",
            "move_stake",
            "transfer_stake",
            "increase_take",
            "decrease_take",
            "set_children",
            "set_childkey_take",
            "children",
            "parents",
            "childkey_take",
            "swap_hotkey",
            "announce_coldkey_swap",
            "clear_coldkey_swap",
            "swap_coldkey",
            "announced_coldkey_swap",
            "swapped_to",
            "hotkey_swapped_to",
            "delegate",
            "stake_of",
            "total_stake",
            "stakes",
            "pay",
        ],
    ),
    (
        "registry",
        "Registry",
        &[
            "connect",
            "register_subnet",
            "start_subnet",
            "set_identity",
            "dissolve_subnet",
            "sweep",
            "set_settings",
            "set_hyperparameter",
            "trim_to_max_allowed_uids",
            "register_by_burn",
            "register_by_work",
            "swap_hotkey",
            "take_over_subnet",
            "commit_model",
            "serve_axon",
            "record_epoch",
            "record_shares",
            "netuids",
            "subnet",
            "settings",
            "subnet_to_prune",
            "identity",
            "hyperparameters",
            "subnet_lock_cost",
            "burn_cost",
            "work_target",
            "uid",
            "neurons",
            "model",
            "axon",
            "weights_context",
            "registration_blocks",
            "epoch_context",
        ],
    ),
    (
        "settlement",
        "Settlement",
        &[
            "commit_weights",
            "batch_commit_weights",
            "reveal_weights",
            "batch_reveal_weights",
            "set_weights",
            "batch_set_weights",
            "settle",
            "set_engine",
            "preview_commit_hash",
            "schedule",
            "weight_commits",
            "weights",
            "bonds",
            "epoch_result",
            "emission",
            "pending_emission",
        ],
    ),
    (
        "guard",
        "Guarded",
        &[
            "guard",
            "offer_ownership",
            "accept_ownership",
            "set_guardian",
            "pause",
            "unpause",
            "set_code_hash",
            "check_storage",
        ],
    ),
];

static LABELS: LazyLock<BTreeMap<[u8; 4], String>> = LazyLock::new(|| {
    let messages = MESSAGES.iter().flat_map(|(contract, interface, messages)| {
        messages
            .iter()
            .map(move |message| (selector(&format!("{interface}::{message}")), format!("{contract}.{message}")))
    });
    messages.collect()
});

/// The name of the message that an input calls.
pub(crate) fn of_input(input: &[u8]) -> Label {
    match input.first_chunk::<4>() {
        Some(selector) => match LABELS.get(selector) {
            Some(label) => Cow::Borrowed(label),
            None => Cow::Owned(format!("message 0x{}", HexDisplay::from(selector))),
        },
        None => Cow::Borrowed("a message without a selector"),
    }
}

/// The names of all messages.
pub fn labels() -> impl Iterator<Item = &'static str> {
    LABELS.values().map(String::as_str)
}

/// The selector of a message as ink! derives it.
fn selector(name: &str) -> [u8; 4] {
    let [a, b, c, d, ..] = Blake2Hasher::hash(name.as_bytes()).0;
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_named_after_its_selector() {
        // PSP22's own selectors are published with the standard: transfer is 0xdb20f9f5.
        assert_eq!(of_input(&[0xdb, 0x20, 0xf9, 0xf5, 1, 2, 3]), "tao.transfer");
        assert_eq!(of_input(&[1, 2, 3, 4, 5]), "message 0x01020304");
        assert_eq!(of_input(&[1, 2]), "a message without a selector");
    }

    #[test]
    fn no_two_messages_share_a_selector() {
        let messages: usize = MESSAGES.iter().map(|(_, _, messages)| messages.len()).sum();
        assert_eq!(LABELS.len(), messages);
    }
}
