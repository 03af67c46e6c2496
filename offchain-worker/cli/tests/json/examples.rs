//! For each command the fewest arguments with which it does its work in a [`Place`](crate::program::Place), or why it cannot.

/// What comes of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// It succeeds.
    Done,
    /// It goes on for long, and says so when it is ready.
    Ready,
    /// It fails with this exit code: what it needs takes more than a devnet, and other tests hold its object against the
    /// schema.
    Fails(i32),
}

use Expected::{Done, Fails, Ready};

/// The signature of `//validator` under the message of the example.
const SIGNATURE: &str = "0xe882463a3fbfd72bf131dad245f4e33fb4894ff850db0ade829e29247a130656cfa8175878a3a70b3223c71c9251512335ae30e7c9098fbcc180e08d2afcc880";

/// A command, its arguments, and what comes of it. They run in this order, on one chain.
pub(crate) const EXAMPLES: &[(&str, &[&str], Expected)] = &[
    ("bench", &["--repeat", "1", "--models", "4"], Done),
    ("challenge", &["nothing.json", "--uid", "1", "--item", "0"], Fails(14)),
    ("completions", &["bash"], Done),
    ("config check", &["--config", "worker.toml"], Done),
    ("config set", &["network", "devnet.json"], Done),
    ("config get", &[], Done),
    ("config get", &["network"], Done),
    ("config clear", &["--all"], Done),
    ("demo", &["--epochs", "0"], Fails(2)),
    ("devnet", &["--subnet", "bytes", "--manifest", "other.json"], Ready),
    ("doctor", &["--netuid", "1"], Done),
    ("eval", &["{models}/tabular-stump.wasm", "--task", "tabular", "--items", "8"], Done),
    ("explain", &[], Done),
    ("explain", &["tempo"], Done),
    ("gas", &["--check", "nothing.md"], Fails(14)),
    ("miner register", &["--netuid", "1", "--uri", "//Bob", "--hotkey", "default"], Fails(12)),
    (
        "miner publish",
        &[
            "{models}/tabular-stump.wasm",
            "--netuid",
            "1",
            "--uri",
            "//miner",
            "--location",
            "https://example.org/model.wasm",
        ],
        Done,
    ),
    (
        "miner serve",
        &["{models}/tabular-stump.wasm", "--netuid", "1", "--uri", "//miner", "--config", "miner.toml"],
        Ready,
    ),
    ("replay", &["nothing.json"], Fails(14)),
    ("simulate", &["nothing.json"], Fails(14)),
    ("status", &[], Done),
    ("utils convert", &["--tao", "1.5"], Done),
    ("wallet create", &["--name", "new", "--password-file", "password", "--mnemonic-file", "new.words"], Done),
    ("wallet new-coldkey", &["--name", "cold", "--password-file", "password", "--mnemonic-file", "cold.words"], Done),
    ("wallet new-hotkey", &["--name", "cold", "--no-password", "--mnemonic-file", "hot.words"], Done),
    ("wallet import", &["--name", "taken", "-H", "hot", "--secret-file", "hot.uri", "--no-password"], Done),
    ("wallet export", &["-H", "default", "--public"], Done),
    ("wallet list", &[], Done),
    ("wallet sign", &["-H", "default", "--message", "it is me"], Done),
    ("wallet verify", &["--message", "it is me", "--signature", SIGNATURE, "--address", "{validator}"], Done),
    ("weights show", &["--netuid", "1"], Done),
    ("weights status", &["--netuid", "1", "--hotkey", "{validator}"], Done),
    ("weights why", &["1", "--netuid", "1"], Fails(13)),
    ("worker run", &["--config", "worker.toml"], Ready),
];
