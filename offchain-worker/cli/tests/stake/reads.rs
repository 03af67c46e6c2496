//! What is read: the chain's numbers, as JSON, as CSV, and as tables that fit a terminal.

use chain::{At, Chain as _};

use crate::town::{ALICE, BOB, HOTKEYS, Town, address, tao};

fn staked() -> Town {
    let town = Town::open();
    for (uri, hotkey, amount) in [("//Alice", 0, 40), ("//Alice", 2, 60), ("//Bob", 0, 7)] {
        let hotkey = address(HOTKEYS[hotkey]);
        town.run(&format!("stake add --uri {uri} --hotkey {hotkey} --amount {amount} --yes")).text();
    }
    town
}

#[test]
fn stakes_are_listed_as_the_contract_has_them() {
    let town = staked();
    town.home.wallet("create --uri //Alice --password-file password").ok();
    let bobs = address(HOTKEYS[2]);
    // Bob's hotkey has no seat: it is found by name, or by the events of its stakes.
    for search in [format!("--include-hotkeys {bobs}"), "--search-events".to_owned()] {
        let list = town.run(&format!("stake list {search} --json")).json();
        assert_eq!((&list["free_rao"], &list["staked_rao"]), (&tao(ALICE - 100).get().into(), &tao(100).get().into()));
        let stakes = list["stakes"].as_array().expect("stakes");
        let seen: Vec<_> = stakes.iter().map(|stake| (&stake["hotkey"], &stake["stake_rao"], &stake["name"])).collect();
        let expected = [(&bobs, 60, None), (&address(HOTKEYS[0]), 40, Some("default"))]
            .map(|(hotkey, amount, name)| (hotkey.clone().into(), tao(amount).get().into(), name.into()));
        assert_eq!(seen, expected.each_ref().map(|(a, b, c): &(serde_json::Value, _, _)| (a, b, c)));
        assert_eq!(stakes[1]["hotkey_stake_rao"], tao(47).get());
        assert_eq!((&stakes[0]["netuids"], &stakes[1]["netuids"]), (&serde_json::json!([]), &serde_json::json!([1])));
    }
    let alone = town.run("stake list --json").json();
    assert_eq!(alone["staked_rao"], tao(40).get());
    let watched = town.run(&format!("stake list --ss58 {} --json", address("//Bob"))).json();
    assert_eq!((&watched["staked_rao"], &watched["free_rao"]), (&tao(7).get().into(), &tao(BOB - 7).get().into()));
}

#[test]
fn a_list_fits_a_terminal_sorts_by_any_column_and_is_csv_in_full() {
    let town = staked();
    let bobs = address(HOTKEYS[2]);
    let line = format!("stake list --ss58 {} --include-hotkeys {bobs}", address("//Alice"));
    let table = town.run(&line).text();
    assert!(table.contains("HOTKEY") && table.contains("STAKE τ") && table.contains("staked τ100"), "{table}");
    let csv = |options: &str| town.run(&format!("{line} --csv {options}"));
    let amounts = |text: String| -> Vec<String> {
        text.lines().skip(1).filter_map(|row| row.split(',').nth(2).map(str::to_owned)).collect()
    };
    let stdout = |run: crate::town::Run| String::from_utf8(run.stdout()).expect("text");
    let plain = stdout(csv(""));
    assert!(plain.starts_with("hotkey,name,stake,total,take,subnets,owner\n") && plain.contains(&bobs), "{plain}");
    let [forty, sixty] = [40, 60].map(|amount| tao(amount).get().to_string());
    assert_eq!(amounts(stdout(csv("--sort stake"))), [sixty.clone(), forty.clone()]);
    assert_eq!(amounts(stdout(csv("--sort-by stake --sort-order asc"))), [forty, sixty]);
    town.run(&format!("{line} --sort price --json")).fails(2, "usage", "NoSuchColumn");
}

#[test]
fn balances_are_of_one_wallet_any_address_or_all_wallets() {
    let town = staked();
    town.home.wallet("create --uri //Alice --password-file password").ok();
    town.home.wallet("create --name bob --uri //Bob --password-file password").ok();
    let all = town.run("wallet balance --all --json").json();
    let wallets = all["wallets"].as_array().expect("wallets");
    let seen: Vec<_> = wallets.iter().map(|one| (&one["name"], &one["free_rao"], &one["total_rao"])).collect();
    // Bob's hotkey is in his wallet, so that Alice's stake on it is found.
    let expected = [("bob", BOB - 7, BOB), ("default", ALICE - 100, ALICE)]
        .map(|(name, free, total)| (name.into(), tao(free).get().into(), tao(total).get().into()));
    assert_eq!(seen, expected.each_ref().map(|(a, b, c): &(serde_json::Value, _, _)| (a, b, c)));
    let native = town.chain.balance(At::Head, crate::town::account("//Bob")).expect("a balance");
    assert_eq!(wallets[0]["native"], native.to_string());
    let table = town.run("wallet balance --all").text();
    assert!(table.contains("WALLET") && table.contains("TOTAL τ") && table.contains("total"), "{table}");
    let one = town.run(&format!("wallet balance --ss58 {} --json", address("//Bob"))).json();
    assert_eq!(one["wallets"][0]["free_rao"], tao(BOB - 7).get());
    town.run("wallet balance --name nobody --json").fails(11, "key", "NoKey");
}

#[test]
fn the_past_is_read_at_a_blocks_number_or_hash() {
    let town = staked();
    let then = town.chain.block(At::Head).expect("a block");
    let hash: String = then.hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let add = format!("stake add --uri //Alice --hotkey {} --amount 5 --yes", address(HOTKEYS[0]));
    town.run(&add).text();
    let line = format!("stake list --ss58 {} --json", address("//Alice"));
    assert_eq!(town.run(&format!("{line} --at-block 0x{hash}")).json()["staked_rao"], tao(40).get());
    assert_eq!(town.run(&format!("{line} --at-block {}", then.number)).json()["block"], then.number);
    assert_eq!(town.run(&line).json()["staked_rao"], tao(45).get());
    town.run(&format!("{line} --at-block 1000000")).fails(13, "chain", "UnknownNumber");
    town.run(&format!("{line} --at-block 0x{}", "00".repeat(32))).fails(13, "chain", "UnknownBlock");
    town.run(&format!("{line} --at-block 0x12ab")).fails(2, "usage", "ValueValidation");
}

#[test]
fn an_overview_shows_the_seats_of_a_wallets_hotkeys() {
    let town = staked();
    town.home.wallet("create --uri //Alice --password-file password").ok();
    town.home.wallet("new-hotkey -H second --uri //Alice//second --no-password").ok();
    let overview = town.run("wallet overview --json").json();
    let [subnet] = overview["subnets"].as_array().expect("subnets").as_slice() else { panic!("{overview}") };
    let [neuron] = subnet["neurons"].as_array().expect("neurons").as_slice() else { panic!("{overview}") };
    assert_eq!(
        (&subnet["netuid"], &neuron["name"], &neuron["hotkey"]),
        (&1.into(), &"default".into(), &address(HOTKEYS[0]).into())
    );
    assert_eq!((&neuron["stake_rao"], &overview["free_rao"]), (&tao(47).get().into(), &tao(ALICE - 100).get().into()));
    let text = town.run("wallet overview").text();
    assert!(text.contains("Subnet 1") && text.contains("HOTKEY") && text.contains("Wallet balance: τ900"), "{text}");
    let none = town.run("wallet overview --exclude-hotkeys default --json").json();
    assert_eq!(none["subnets"], serde_json::json!([]));
    town.run("wallet overview --netuids 1,9 --json").fails(12, "validation", "NoSuchSubnet");
}
