//! `yarrow deploy` and `yarrow verify` on a node.

use crate::place::{Place, program};

const DEPLOY: &str = r#"
deployer = "//Alice"
block_ms = 1000
owner = "//Governance"
guardian = "//Guardian"
[[allocation]]
account = "//Alice"
tao = 1000
[[subnet]]
task = "tabular"
owner_hotkey = "//val"
"#;

#[test]
fn a_market_is_deployed_on_a_node_once_and_verified_and_found() {
    let Some(program) = program() else { return };
    let place = Place::new();
    let node = place.node(&program);
    let url = node.url();
    place.write("deploy.toml", DEPLOY);
    let deploy = ["deploy", "--node", &url, "--config", "deploy.toml", "--yes"];
    let (code, planned) = place.json(&["deploy", "--node", &url, "--config", "deploy.toml", "--dry-run"]);
    assert_eq!((code, &planned["chain"]), (Some(0), &"substrate-contracts-node".into()), "{planned}");
    let deposit: u128 = planned["deposit"].as_str().and_then(|text| text.parse().ok()).expect("an amount");
    let before: u128 = planned["balance"].as_str().and_then(|text| text.parse().ok()).expect("an amount");

    let (code, deployed) = place.json(&deploy);
    assert_eq!((code, &deployed["steps_made"]), (Some(0), &21.into()), "{deployed}");
    let (code, again) = place.json(&deploy);
    assert_eq!((code, &again["steps_made"], &again["deployment"]), (Some(0), &0.into(), &deployed["deployment"]));
    let (_, left) = place.json(&["deploy", "--node", &url, "--config", "deploy.toml", "--dry-run"]);
    let after: u128 = left["balance"].as_str().and_then(|text| text.parse().ok()).expect("an amount");
    // Fees are small beside deposits.
    assert!(before - after < deposit * 2, "{} of {deposit}", before - after);

    let (code, verified) = place.json(&["verify"]);
    assert_eq!(code, Some(0), "{verified}");
    let contracts = &planned["contracts"];
    for network in [url.as_str(), "deployment.json"] {
        let (code, status) = place.json(&["status", "--network", network]);
        assert_eq!((code, &status["contracts"]["tao"]), (Some(0), &contracts["tao"]), "{status}");
    }
    // Several endpoints, of which the first leads nowhere.
    let (code, status) = place.json(&["status", "--network", &format!("ws://127.0.0.1:9,{url}")]);
    assert_eq!((code, &status["contracts"]["root"]), (Some(0), &contracts["root"]), "{status}");

    // The same program and folder: another chain with the same first block, on which nothing is.
    drop(node);
    let other = Place::new();
    let empty = other.node(&program);
    let (code, verified) = place.json(&["verify", "--node", &empty.url()]);
    assert_eq!((code, &verified["error"]["name"]), (Some(13), &"Integrity".into()), "{verified}");
}
