//! A market that is well, on a chain of this process that others can reach: every test breaks one thing of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
};

use chain::{
    Artifacts, ChainExt as _, Contracts, DeploymentConfig, Embedded, Signer, deploy,
    remote::{Endpoint, Server, serve},
};
use keys::{Existing, Keystore, Wallet};
use primitives::{
    Guarded as _, Hyperparameter, Netuid, Rao, Settlement as _, Staking as _, Stewardship as _,
    axon::Endpoints,
    registry::{GenesisSubnet, Settings, SubnetIdentity},
    settlement::Schedule,
};
use psp22::PSP22 as _;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const NETUID: Netuid = Netuid::new(1);
/// A subnet whose task's data have to be fetched.
pub(crate) const LANGID: Netuid = Netuid::new(2);
/// Native balance of everybody.
const FUNDS: u128 = 1_000_000_000_000_000;
/// Length of a protocol block.
const BLOCK_MS: u64 = 1_000;
/// So long before now the chain begins.
const AGE_MS: u64 = 3_600_000;

pub(crate) struct Town {
    pub(crate) chain: Arc<Embedded>,
    pub(crate) contracts: Contracts,
    pub(crate) folder: TempDir,
    server: Server,
}

/// The rows of a report.
pub(crate) struct Report {
    pub(crate) code: Option<i32>,
    rows: Vec<Value>,
    text: String,
}

pub(crate) fn key(uri: &str) -> Signer {
    Signer::from_uri(uri).expect("a development key")
}

/// The time of day in ms, as the doctor compares it with the chain's.
pub(crate) fn now_ms() -> u64 {
    transport::clock::unix_nanos() / 1_000_000
}

impl Town {
    /// A validator with a permit and stake, and `//miner`, registered and nothing else.
    pub(crate) fn new() -> Self {
        Self::serving(|contracts| contracts)
    }

    /// The same, whose endpoint tells other addresses.
    pub(crate) fn serving(told: impl FnOnce(Contracts) -> Contracts) -> Self {
        let chain = Embedded::new(now_ms() - AGE_MS);
        let people = ["//founder", "//validator//cold", "//validator", "//miner//cold", "//miner"];
        people.iter().for_each(|uri| chain.fund(key(uri).account(), FUNDS));
        let artifacts = Artifacts::find(None).expect("the built artifacts");
        let config = DeploymentConfig {
            block_ms: BLOCK_MS,
            allocation: vec![(key("//validator//cold").account(), Rao::new(1_000 * Rao::ONE_TAO.get()))],
            genesis: ["tabular", "langid"].map(subnet).into(),
            ..DeploymentConfig::default()
        };
        let contracts = deploy(&chain, &key("//founder"), &artifacts, &config).expect("it deploys").contracts;
        let chain = Arc::new(chain);
        let listener = "tcp://127.0.0.1:0".parse::<Endpoint>().expect("an endpoint").listen().expect("a free port");
        let server = serve(listener, Arc::clone(&chain), told(contracts)).expect("it serves");
        let town = Self { chain, contracts, folder: tempfile::tempdir().expect("a folder"), server };
        town.settle_down();
        town
    }

    fn settle_down(&self) {
        let (cold, contracts) = (key("//validator//cold"), &self.contracts);
        for netuid in [NETUID, LANGID] {
            self.submit(&cold, contracts.stewardship().start_subnet(netuid));
        }
        self.register("//validator");
        self.register("//miner");
        let amount = Rao::new(500 * Rao::ONE_TAO.get());
        self.submit(&cold, contracts.token().approve(contracts.staking, amount.to_psp22()));
        self.submit(&cold, contracts.staking().add_stake(key("//validator").account(), amount));
        let settings = Settings { endpoints: Endpoints::Local, ..Settings::default() };
        self.submit(&key("//founder"), contracts.stewardship().set_settings(settings));
        self.keep_hotkey("//validator");
        self.catch_up();
    }

    /// Brings the chain's time to now, and settles what has ended until then.
    pub(crate) fn catch_up(&self) {
        self.chain.set_time_ms(now_ms());
        self.submit(&key("//founder"), self.contracts.settlement().settle(NETUID, u32::MAX));
    }

    pub(crate) fn register(&self, hotkey: &str) {
        self.chain.advance_ms(BLOCK_MS);
        let (cold, hot) = (key(&format!("{hotkey}//cold")), key(hotkey).account());
        miner::register_by_work(&*self.chain, &self.contracts, &cold, hot, NETUID).expect("it may register");
    }

    /// Registers a hotkey that has no native balance, and keeps it.
    pub(crate) fn register_without_funds(&self, hotkey: &str) {
        self.chain.fund(key(&format!("{hotkey}//cold")).account(), FUNDS);
        self.register(hotkey);
        self.keep_hotkey(hotkey);
    }

    /// When the validator may do what.
    pub(crate) fn schedule(&self) -> Schedule {
        let call = self.contracts.settlement().schedule(NETUID, key("//validator").account());
        self.chain.view(call).expect("a view")
    }

    /// Sends a message.
    pub(crate) fn submit<R: chain::Reply>(&self, signer: &Signer, message: impl Into<chain::Message<R>>) {
        self.chain.submit(signer, message).map(drop).expect("nothing is against it");
    }

    /// Sets a parameter of the subnet as governance.
    pub(crate) fn set(&self, parameter: Hyperparameter) {
        self.submit(&key("//founder"), self.contracts.stewardship().set_hyperparameter(NETUID, parameter));
    }

    /// Pauses a contract.
    pub(crate) fn pause(&self, contract: primitives::AccountId) {
        self.submit(&key("//founder"), self.contracts.guarded(contract).pause());
    }

    pub(crate) fn wallets(&self) -> PathBuf {
        self.folder.path().join("wallets")
    }

    /// Keeps a hotkey in the default wallet.
    pub(crate) fn keep_hotkey(&self, uri: &str) {
        let wallet = Wallet::open(&self.wallets(), "default").expect("a name");
        let keystore = Keystore::plain(&key(uri), "default");
        wallet.save_hotkey("default", &keystore, Existing::Replace).expect("our folder");
    }

    pub(crate) fn endpoint(&self) -> String {
        self.server.endpoint().to_string()
    }

    /// What the doctor says of the validator's hotkey on its subnet.
    pub(crate) fn examine(&self) -> Report {
        self.doctor(&["--netuid", "1"], &[])
    }

    /// Runs a command on this chain, unless the arguments name another.
    pub(crate) fn run(&self, arguments: &[&str], variables: &[(&str, &Path)]) -> Output {
        let endpoint = self.endpoint();
        let network = if arguments.contains(&"--network") { vec![] } else { vec!["--network", &endpoint] };
        let mut command = Command::new(env!("CARGO_BIN_EXE_yarrow"));
        command.args([arguments, &network].concat()).stdin(Stdio::null());
        command.current_dir(self.folder.path()).env("HOME", self.folder.path());
        command.env("YARROW_WALLET_PATH", self.wallets()).env("YARROW_CONFIG", self.folder.path().join("config.toml"));
        command.env("YARROW_ARTIFACTS", artifacts());
        command.envs(variables.iter().copied());
        command.output().expect("the program can be started")
    }

    /// What the doctor says with these arguments and variables.
    pub(crate) fn doctor(&self, arguments: &[&str], variables: &[(&str, &Path)]) -> Report {
        let output = self.run(&[&["doctor", "--json"], arguments].concat(), variables);
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("one object: {text}"));
        let rows = report["checks"].as_array().unwrap_or_else(|| panic!("rows: {text}")).clone();
        Report { code: output.status.code(), rows, text }
    }
}

impl Report {
    /// The status of a row and what it says.
    pub(crate) fn row(&self, what: &str) -> (&str, String) {
        let row = self.rows.iter().find(|row| row["what"] == what);
        let row = row.unwrap_or_else(|| panic!("a row {what}: {}", self.text));
        (row["status"].as_str().expect("a status"), format!("{} {}", row["found"], row["fix"]))
    }

    /// The rows that failed.
    pub(crate) fn failed(&self) -> Vec<&str> {
        let failed = self.rows.iter().filter(|row| row["status"] == "FAIL");
        failed.map(|row| row["what"].as_str().expect("a name")).collect()
    }

    /// Passes if this row and no other failed, with these words, a fix, and exit code 1.
    pub(crate) fn is_failed_by(&self, what: &str, words: &str) {
        assert_eq!((self.failed(), self.code), (vec![what], Some(1)), "{}", self.text);
        let (_, said) = self.row(what);
        assert!(said.contains(words) && !said.ends_with("null"), "{said}");
    }
}

/// The artifacts of this repository.
pub(crate) fn artifacts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../artifacts")
}

/// A copy of them, to be damaged.
pub(crate) fn copy_of_artifacts(to: &Path) {
    for folder in ["", "contracts", "models"] {
        fs::create_dir_all(to.join(folder)).expect("our folder");
        for entry in fs::read_dir(artifacts().join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                let name = path.file_name().expect("a name");
                fs::copy(&path, to.join(folder).join(name)).expect("a copy");
            }
        }
    }
}

fn subnet(task: &str) -> GenesisSubnet {
    let text = task.as_bytes().to_vec();
    let hyperparameters = vec![
        Hyperparameter::Tempo(60),
        Hyperparameter::MinDifficulty(10),
        Hyperparameter::Difficulty(10),
        Hyperparameter::ServingRateLimit(0),
        Hyperparameter::ActivityCutoffFactorMilli(50_000),
    ];
    GenesisSubnet {
        owner: key("//validator//cold").account(),
        owner_hotkey: key("//owner").account(),
        identity: SubnetIdentity { name: text.clone(), task: text, ..SubnetIdentity::default() },
        hyperparameters,
    }
}
