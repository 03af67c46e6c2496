//! Types of a contract's metadata, spelled out: how a value is encoded follows from the spelling alone.

use serde_json::Value;

use crate::bundle::{Bundle, list, text};

impl Bundle {
    /// A type as it is written in Rust; named types by the last part of their path.
    pub fn spell(&self, id: &Value) -> String {
        let described = &self.type_of(id);
        let def = &described["def"];
        if let Some(primitive) = def["primitive"].as_str() {
            return primitive.to_owned();
        }
        if def["array"].is_object() {
            return format!("[{}; {}]", self.spell(&def["array"]["type"]), def["array"]["len"]);
        }
        if def["sequence"].is_object() {
            return format!("Vec<{}>", self.spell(&def["sequence"]["type"]));
        }
        if def["tuple"].is_array() {
            return format!("({})", self.spell_all(list(&def["tuple"])));
        }
        let name = text(list(&described["path"]).last().expect("every other type has a name"));
        let parameters: Vec<Value> = self.parameters(id);
        if parameters.is_empty() {
            return name.to_owned();
        }
        format!("{name}<{}>", self.spell_all(&parameters))
    }

    /// The type parameters of a type.
    pub fn parameters(&self, id: &Value) -> Vec<Value> {
        let parameters = list(&self.type_of(id)["params"]).iter().map(|parameter| parameter["type"].clone());
        parameters.filter(|parameter| !parameter.is_null()).collect()
    }

    /// One line for each structure and each variant of an enum that an interface uses.
    pub fn definitions(&self) -> Vec<String> {
        list(&self.json["types"]).iter().flat_map(|entry| self.definition(entry)).collect()
    }

    fn definition(&self, entry: &Value) -> Vec<String> {
        let (described, def) = (&entry["type"], &entry["type"]["def"]);
        let path: Vec<&str> = list(&described["path"]).iter().map(text).collect();
        // `Option` and `Result` have no crate, and what ink! puts into a cell says nothing of the interface.
        if path.len() < 2 || path[0].starts_with("ink_storage") {
            return vec![];
        }
        let path = path.join("::");
        if def["composite"].is_object() {
            return vec![format!("type {path}{}", self.fields(&def["composite"]["fields"]))];
        }
        let variant = |variant: &Value| {
            let index = variant["index"].as_u64().expect("a number");
            format!("type {path} {index:03} {}{}", text(&variant["name"]), self.fields(&variant["fields"]))
        };
        list(&def["variant"]["variants"]).iter().map(variant).collect()
    }

    fn fields(&self, fields: &Value) -> String {
        let field = |field: &Value| match field["name"].as_str() {
            Some(name) => format!("{name}: {}", self.spell(&field["type"])),
            None => self.spell(&field["type"]),
        };
        let spelled: Vec<String> = list(fields).iter().map(field).collect();
        match list(fields).first() {
            None => String::new(),
            Some(first) if first["name"].is_string() => format!(" {{ {} }}", spelled.join(", ")),
            Some(_) => format!("({})", spelled.join(", ")),
        }
    }

    fn spell_all(&self, ids: &[Value]) -> String {
        ids.iter().map(|id| self.spell(id)).collect::<Vec<_>>().join(", ")
    }

    fn type_of(&self, id: &Value) -> &Value {
        let index = usize::try_from(id.as_u64().expect("a type's number")).expect("an index");
        let entry = &self.json["types"][index];
        assert_eq!(&entry["id"], id, "types are numbered in order");
        &entry["type"]
    }
}
