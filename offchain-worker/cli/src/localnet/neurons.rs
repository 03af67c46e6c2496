//! Miners and validators as processes: the same programs, commands and settings that operators use.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use chain::Artifacts;

use super::{LocalnetError, Place, http::free_port, manifest::Manifest, process::Processes, scaffold::is_live};
use crate::{
    error::CliError,
    population::{Populated, Settled},
};

/// A miner or a validator.
#[derive(Clone, Debug)]
pub(super) struct Neuron {
    pub(super) netuid: u16,
    pub(super) settled: Settled,
    pub(super) role: Role,
}

/// What it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Serves a model.
    Miner,
    /// Measures models.
    Validator,
    /// Has a model that is published and not served.
    Publisher,
}

impl Role {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Miner => "miner",
            Self::Validator => "validator",
            Self::Publisher => "publisher",
        }
    }

    /// Whether it is a process.
    pub(super) fn runs(self) -> bool {
        self != Self::Publisher
    }
}

/// All neurons of a network, miners before validators, so that there is something to measure.
pub(super) fn all(manifest: &Manifest) -> Vec<Neuron> {
    let of = |subnet: &Populated| {
        let role = |neuron: &Settled| match neuron.model {
            Some(_) if is_live(&subnet.task) => Role::Miner,
            Some(_) => Role::Publisher,
            None => Role::Validator,
        };
        let neurons = subnet.neurons.iter();
        let neurons =
            neurons.map(|neuron| Neuron { netuid: subnet.netuid, settled: neuron.clone(), role: role(neuron) });
        neurons.collect::<Vec<_>>()
    };
    let mut neurons: Vec<Neuron> = manifest.subnets.iter().flat_map(of).collect();
    neurons.sort_by_key(|neuron| neuron.role == Role::Validator);
    neurons
}

impl Neuron {
    pub(super) fn name(&self) -> &str {
        &self.settled.name
    }

    /// Starts it, unless it runs.
    pub(super) fn start(&self, place: &Place, manifest: &Manifest, processes: &mut Processes) -> Result<(), CliError> {
        let (port, mut command) = match self.role {
            Role::Miner => self.miner(place, manifest)?,
            Role::Validator => self.validator(place, processes)?,
            Role::Publisher => return Ok(()),
        };
        Ok(processes.start(self.name(), Some(port), &place.log(self.name()), &mut command)?)
    }

    /// Its program: `yarrow miner serve`.
    fn miner(&self, place: &Place, manifest: &Manifest) -> Result<(u16, Command), CliError> {
        let artifacts = Artifacts::find(None)?;
        let model = self.settled.model.as_deref().unwrap_or_default();
        let port = match manifest.ports.get(self.name()) {
            Some(port) => *port,
            None => free_port()?,
        };
        let mut command = program()?;
        command.args(["miner", "serve"]).arg(artifacts.root().join("models").join(format!("{model}.wasm")));
        command.arg("--network").arg(place.manifest()).args(["--netuid", &self.netuid.to_string()]);
        command.arg("--wallet-path").arg(place.wallets()).args(["--wallet-name", self.name(), "--hotkey", "default"]);
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        Ok((port, command))
    }

    /// Its program: `yarrow worker run`, with settings that stay if they are there.
    fn validator(&self, place: &Place, processes: &Processes) -> Result<(u16, Command), CliError> {
        let folder = place.worker(self.name());
        let path = folder.join("worker.toml");
        let known = processes.find(self.name()).and_then(|process| process.port);
        let port = match known.filter(|_| path.is_file()) {
            Some(port) => port,
            None => {
                let port = free_port()?;
                let failed = |source| LocalnetError::File { path: path.clone(), source };
                fs::create_dir_all(&folder).map_err(failed)?;
                fs::write(&path, self.settings(place, &folder, port)?).map_err(failed)?;
                port
            }
        };
        let mut command = program()?;
        command.args(["worker", "run", "--config"]).arg(&path);
        Ok((port, command))
    }

    /// A validator has a development key and not its wallet: a worker refuses to run where it could read a coldkey.
    fn settings(&self, place: &Place, folder: &Path, port: u16) -> io::Result<String> {
        let absolute = |path: &Path| -> io::Result<PathBuf> { std::path::absolute(path) };
        let (chain, data) = (absolute(&place.manifest())?, absolute(&folder.join("data"))?);
        let text = |path: PathBuf| toml::Value::String(path.display().to_string()).to_string();
        Ok(format!(
            "chain = {}\ndata = {}\nlisten = \"127.0.0.1:{port}\"\nlocal_endpoints = true\nrunners = 1\n\n\
             [key]\ndevelopment = {}\n\n[[subnet]]\nnetuid = {}\nsettle_spread_blocks = 1\n",
            text(chain),
            text(data),
            toml::Value::String(self.settled.hotkey.uri.clone()),
            self.netuid
        ))
    }
}

/// This program.
pub(super) fn program() -> io::Result<Command> {
    Ok(Command::new(env::current_exe()?))
}
