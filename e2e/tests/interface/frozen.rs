//! The interface and the storage layout, compared with `e2e/interface.txt`.
//!
//! A line of that file is a promise to deployed contracts and to clients. The commit that changes one says why, and raises
//! the contract's storage version if it is about storage.

use std::{collections::BTreeSet, env, fs};

use serde_json::Value;
use yarrow_e2e::World;

use crate::bundle::{Bundle, folder, list, text};

/// How to write the file anew.
const REGENERATE: &str = "BLESS=1 cargo nextest run --release --locked --workspace --test interface";

impl Bundle {
    /// Everything frozen about a contract.
    fn frozen(&self) -> Vec<String> {
        let spec = &self.json["spec"];
        let constructors = list(&spec["constructors"]).iter().map(|message| self.message("constructor", message));
        let messages = list(&spec["messages"]).iter().map(|message| self.message("message", message));
        let mut lines: Vec<String> = constructors.chain(messages).collect();
        for cell in self.cells() {
            lines.push(format!("storage {} {}", cell.key, cell.holder));
            let parts = cell.content.iter().enumerate();
            lines.extend(parts.map(|(number, part)| format!("storage {} {number:03} {part}", cell.key)));
        }
        lines.into_iter().map(|line| format!("{} {line}", self.name)).collect()
    }

    fn message(&self, kind: &str, message: &Value) -> String {
        let argument =
            |argument: &Value| format!("{}: {}", text(&argument["label"]), self.spell_use(&argument["type"]));
        let arguments: Vec<String> = list(&message["args"]).iter().map(argument).collect();
        let flag = |name: &'static str| message[name].as_bool().unwrap_or_default().then_some(name);
        let flags: String =
            ["mutates", "payable", "default"].into_iter().filter_map(flag).map(|flag| format!(" {flag}")).collect();
        format!(
            "{kind} {} {}{flags} ({}) -> {}",
            text(&message["label"]),
            text(&message["selector"]),
            arguments.join(", "),
            self.spell_use(&message["returnType"])
        )
    }

    /// All events that are linked into the contract, which are those of every contract.
    fn events(&self) -> Vec<String> {
        list(&self.json["spec"]["events"]).iter().map(|event| self.event(event)).collect()
    }

    fn event(&self, event: &Value) -> String {
        let field = |field: &Value| {
            let topic = if field["indexed"].as_bool().unwrap_or_default() { "topic " } else { "" };
            format!("{topic}{}: {}", text(&field["label"]), self.spell_use(&field["type"]))
        };
        let fields: Vec<String> = list(&event["args"]).iter().map(field).collect();
        let topic = event["signature_topic"].as_str().unwrap_or("anonymous");
        format!("event {}::{} {topic} ({})", text(&event["module_path"]), text(&event["label"]), fields.join(", "))
    }

    fn spell_use(&self, used: &Value) -> String {
        self.spell(&used["type"])
    }
}

/// The layouts that the deployed contracts say they have.
fn storage_versions() -> Vec<String> {
    let mut world = World::new();
    let contracts = world.guarded();
    let line = |(name, contract)| {
        let version = world.read(primitives::Guarded::guard(&world.guard(contract))).storage;
        format!("{name} storage version {} {}", String::from_utf8_lossy(&version.contract), version.number)
    };
    contracts.map(line).into()
}

#[test]
fn interface_and_storage_layout_are_the_frozen_ones() {
    let bundles = Bundle::all();
    let mut lines: BTreeSet<String> = bundles.iter().flat_map(Bundle::frozen).collect();
    lines.extend(bundles.iter().flat_map(Bundle::events));
    lines.extend(bundles.iter().flat_map(Bundle::definitions));
    lines.extend(storage_versions());
    let path = folder().join("interface.txt");
    if env::var_os("BLESS").is_some() {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(&path, text).expect("the file can be written");
        return;
    }
    let frozen = fs::read_to_string(&path).expect("a frozen interface");
    let frozen: BTreeSet<String> = frozen.lines().map(str::to_owned).collect();
    let gone = frozen.difference(&lines).map(|line| format!("- {line}\n"));
    let new = lines.difference(&frozen).map(|line| format!("+ {line}\n"));
    let changes: String = gone.chain(new).collect();
    assert!(
        changes.is_empty(),
        "the interface is not that of e2e/interface.txt:\n{changes}\nIf this is meant, raise the version of each changed \
         storage layout and run\n  {REGENERATE}"
    );
}
