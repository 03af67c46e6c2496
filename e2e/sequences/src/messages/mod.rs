//! All messages of all contracts, each with a choice of its sender and arguments: mostly such that it can be done,
//! sometimes such that it must be refused.

mod foreign;
mod guards;
mod neurons;
mod stakes;
mod subnets;
mod token;
mod views;
mod weights;

use crate::message::{Kind, Reach, Sent};
use crate::play::Play;

/// Every message there is.
pub static KINDS: &[Kind] = &[
    accounts("tao.set_minter", 8, token::set_minter),
    accounts("tao.mint", 3, token::mint),
    accounts("tao.recycle", 8, token::recycle),
    accounts("tao.transfer", 15, token::transfer),
    accounts("tao.transfer_from", 12, token::transfer_from),
    accounts("tao.approve", 12, token::approve),
    accounts("tao.increase_allowance", 8, token::increase_allowance),
    accounts("tao.decrease_allowance", 8, token::decrease_allowance),
    accounts("tao.burn", 6, token::burn),
    accounts("guard.offer_ownership", 3, guards::offer_ownership),
    accounts("guard.accept_ownership", 4, guards::accept_ownership),
    accounts("guard.set_guardian", 3, guards::set_guardian),
    accounts("guard.pause", 2, guards::pause),
    accounts("guard.unpause", 12, guards::unpause),
    accounts("guard.set_code_hash", 3, guards::set_code_hash),
    accounts("staking.connect", 2, stakes::connect),
    accounts("staking.associate_hotkey", 15, stakes::associate_hotkey),
    accounts("staking.claim_hotkey", 5, stakes::claim_hotkey),
    accounts("staking.add_stake", 60, stakes::add_stake),
    accounts("staking.remove_stake", 40, stakes::remove_stake),
    accounts("staking.move_stake", 25, stakes::move_stake),
    accounts("staking.transfer_stake", 25, stakes::transfer_stake),
    accounts("staking.increase_take", 10, stakes::increase_take),
    accounts("staking.decrease_take", 8, stakes::decrease_take),
    accounts("staking.set_children", 25, stakes::set_children),
    accounts("staking.set_childkey_take", 8, stakes::set_childkey_take),
    accounts("staking.announce_coldkey_swap", 3, stakes::announce_coldkey_swap),
    accounts("staking.clear_coldkey_swap", 4, stakes::clear_coldkey_swap),
    accounts("staking.swap_coldkey", 8, stakes::swap_coldkey),
    accounts("registry.connect", 2, subnets::connect),
    accounts("registry.register_subnet", 8, subnets::register_subnet),
    accounts("registry.start_subnet", 40, subnets::start_subnet),
    accounts("registry.set_identity", 5, subnets::set_identity),
    accounts("registry.dissolve_subnet", 4, subnets::dissolve_subnet),
    accounts("registry.sweep", 10, subnets::sweep),
    accounts("registry.set_settings", 4, subnets::set_settings),
    accounts("registry.set_hyperparameter", 40, subnets::set_hyperparameter),
    accounts("registry.trim_to_max_allowed_uids", 10, subnets::trim),
    accounts("registry.take_over_subnet", 6, subnets::take_over),
    accounts("registry.register_by_burn", 40, neurons::register_by_burn),
    accounts("registry.register_by_work", 60, neurons::register_by_work),
    accounts("registry.swap_hotkey", 20, neurons::swap_hotkey),
    accounts("registry.commit_model", 10, neurons::commit_model),
    accounts("registry.serve_axon", 15, neurons::serve_axon),
    accounts("settlement.commit_weights", 60, weights::commit),
    accounts("settlement.reveal_weights", 60, weights::reveal),
    accounts("settlement.set_weights", 50, weights::set),
    accounts("settlement.settle", 120, weights::settle),
    accounts("settlement.set_engine", 3, weights::set_engine),
    contracts("staking.associate_hotkey_for", foreign::associate_hotkey_for),
    contracts("staking.take_seat", foreign::take_seat),
    contracts("staking.take_seats", foreign::take_seats),
    contracts("staking.leave_seats", foreign::leave_seats),
    contracts("staking.swap_hotkey", foreign::swap_hotkey),
    contracts("staking.pay", foreign::pay),
    contracts("registry.record_epoch", foreign::record_epoch),
    contracts("registry.record_shares", foreign::record_shares),
    Kind { name: "engine.settle", reach: Reach::Nobody, weight: 2, choose: foreign::settle_without_settlement },
    view("tao.cap", views::cap),
    view("tao.supply", views::supply),
    view("tao.issuance", views::issuance),
    view("tao.minter", views::minter),
    view("tao.total_supply", views::total_supply),
    view("tao.balance_of", views::balance_of),
    view("tao.allowance", views::allowance),
    view("tao.token_name", views::token_name),
    view("tao.token_symbol", views::token_symbol),
    view("tao.token_decimals", views::token_decimals),
    view("guard.guard", views::guard),
    view("guard.check_storage", views::check_storage),
    view("engine.check_storage", views::check_engine),
    view("staking.clock", views::clock),
    view("staking.children", views::children),
    view("staking.parents", views::parents),
    view("staking.childkey_take", views::childkey_take),
    view("staking.announced_coldkey_swap", views::announced_coldkey_swap),
    view("staking.swapped_to", views::swapped_to),
    view("staking.hotkey_swapped_to", views::hotkey_swapped_to),
    view("staking.delegate", views::delegate),
    view("staking.stake_of", views::stake_of),
    view("staking.total_stake", views::total_stake),
    view("staking.stakes", views::stakes),
    view("registry.netuids", views::netuids),
    view("registry.subnet", views::subnet),
    view("registry.settings", views::settings),
    view("registry.subnet_to_prune", views::subnet_to_prune),
    view("registry.identity", views::identity),
    view("registry.hyperparameters", views::hyperparameters),
    view("registry.subnet_lock_cost", views::subnet_lock_cost),
    view("registry.burn_cost", views::burn_cost),
    view("registry.work_target", views::work_target),
    view("registry.uid", views::uid),
    view("registry.neurons", views::neurons),
    view("registry.model", views::model),
    view("registry.axon", views::axon),
    view("registry.weights_context", views::weights_context),
    view("registry.registration_blocks", views::registration_blocks),
    view("registry.epoch_context", views::epoch_context),
    view("settlement.preview_commit_hash", views::preview_commit_hash),
    view("settlement.schedule", views::schedule),
    view("settlement.weight_commits", views::weight_commits),
    view("settlement.weights", views::weights),
    view("settlement.bonds", views::bonds),
    view("settlement.epoch_result", views::epoch_result),
    view("settlement.emission", views::emission),
    view("settlement.pending_emission", views::pending_emission),
];

const fn accounts(name: &'static str, weight: u64, choose: fn(&mut Play) -> Option<Sent>) -> Kind {
    Kind { name, reach: Reach::Accounts, weight, choose }
}

const fn contracts(name: &'static str, choose: fn(&mut Play) -> Option<Sent>) -> Kind {
    Kind { name, reach: Reach::Contracts, weight: 1, choose }
}

const fn view(name: &'static str, choose: fn(&mut Play) -> Option<Sent>) -> Kind {
    Kind { name, reach: Reach::View, weight: 1, choose }
}
