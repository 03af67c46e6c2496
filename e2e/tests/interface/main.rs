//! What the built contracts promise to the outside: their interface and storage layout as frozen in
//! `e2e/interface.txt`, and what their Wasm asks of the host.

mod bundle;
mod frozen;
mod layout;
mod names;
mod sources;
mod types;
mod wasm;
