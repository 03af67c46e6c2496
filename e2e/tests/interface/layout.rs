//! Where a contract keeps what, from the layout in its metadata.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::bundle::{Bundle, list, text};

/// A storage cell, or a family of cells with one key each.
pub struct Cell {
    /// The key, in ASCII where it is that.
    pub key: String,
    /// The field and the type that keeps it.
    pub holder: String,
    /// What is encoded in it, in order.
    pub content: Vec<String>,
}

impl Bundle {
    /// All cells, the root first.
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![];
        self.collect("root", &self.json["storage"], &mut cells);
        cells
    }

    fn collect(&self, field: &str, layout: &Value, cells: &mut Vec<Cell>) {
        let root = &layout["root"];
        let position = cells.len();
        let holder = format!("{field}: {}", self.holder(&root["ty"]));
        cells.push(Cell { key: ascii(text(&root["root_key"])), holder, content: vec![] });
        let mut content = vec![];
        self.flatten("", &root["layout"], &mut content, cells);
        cells[position].content = content;
    }

    /// A type without its last parameter, which for `Lazy` and `Mapping` stands for the key.
    fn holder(&self, id: &Value) -> String {
        let spelled = self.spell(id);
        let Some(key) = self.parameters(id).pop() else { return spelled };
        spelled.replace(&format!(", {}>", self.spell(&key)), ">")
    }

    /// The parts of a cell, one line each; cells inside it have their own.
    fn flatten(&self, path: &str, layout: &Value, content: &mut Vec<String>, cells: &mut Vec<Cell>) {
        if layout["root"].is_object() {
            return self.collect(path, layout, cells);
        }
        if !layout["struct"].is_object() {
            return content.push(format!("{}: {}", if path.is_empty() { "value" } else { path }, self.packed(layout)));
        }
        for field in list(&layout["struct"]["fields"]) {
            let name = text(&field["name"]);
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            self.flatten(&path, &field["layout"], content, cells);
        }
    }

    /// What is encoded as one value.
    fn packed(&self, layout: &Value) -> String {
        if layout["leaf"].is_object() {
            return self.spell(&layout["leaf"]["ty"]);
        }
        if layout["array"].is_object() {
            return format!("[{}; {}]", self.packed(&layout["array"]["layout"]), layout["array"]["len"]);
        }
        if layout["struct"].is_object() {
            let name = text(&layout["struct"]["name"]);
            // A tuple is called `(A, B)`.
            let name = if name.starts_with('(') { "" } else { name };
            return format!("{name}{}", self.packed_fields(&layout["struct"]));
        }
        let variants = layout["enum"]["variants"].as_object().unwrap_or_else(|| panic!("unknown layout {layout}"));
        let variant = |(index, variant): (&String, &Value)| {
            format!("{index} {}{}", text(&variant["name"]), self.packed_fields(variant))
        };
        let variants: Vec<String> = variants.iter().map(variant).collect();
        format!("{}[{}]", text(&layout["enum"]["name"]), variants.join(", "))
    }

    fn packed_fields(&self, layout: &Value) -> String {
        let fields: Vec<String> = list(&layout["fields"]).iter().map(|field| self.packed(&field["layout"])).collect();
        if fields.is_empty() { String::new() } else { format!("({})", fields.join(", ")) }
    }
}

/// A key, which the metadata has as the hexadecimal digits of its little-endian bytes.
fn ascii(key: &str) -> String {
    let number = u32::from_str_radix(key.trim_start_matches("0x"), 16).expect("hexadecimal digits");
    let bytes = number.to_le_bytes();
    match bytes.iter().all(|byte| byte.is_ascii_graphic()) {
        true => String::from_utf8_lossy(&bytes).into_owned(),
        false => key.to_owned(),
    }
}

#[test]
fn every_field_has_a_key_of_its_own_that_spells_its_name() {
    for bundle in Bundle::all() {
        let cells = bundle.cells();
        let keys: BTreeSet<&str> = cells.iter().map(|cell| cell.key.as_str()).collect();
        assert_eq!(keys.len(), cells.len(), "{}: two fields share a key", bundle.name);
        // ink! keeps the root at 0. A key that it derived itself, from an `AutoKey`, would be a hash.
        let hashes = cells.iter().filter(|cell| cell.key.len() != 4).map(|cell| cell.key.as_str());
        assert_eq!(hashes.collect::<Vec<_>>(), ["0x00000000"], "{}", bundle.name);
    }
}
