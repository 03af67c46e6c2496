//! A contracts node as a child process, which ends with the test.

use std::{
    env,
    io::{BufRead, BufReader, ErrorKind},
    process::{Child, Command, Stdio},
    thread,
};

/// A running development node.
pub struct Node {
    child: Child,
    url: String,
}

impl Node {
    /// Starts a node with a chain of its own on a free port; `None`, and a line that says so, if there is no node to start.
    pub fn start() -> Option<Self> {
        let program = env::var_os("CONTRACTS_NODE").unwrap_or_else(|| "substrate-contracts-node".into());
        let spawned = Command::new(&program)
            .args(["--dev", "--tmp", "--port=0", "--rpc-port=0", "--no-prometheus", "--log=error,sc_rpc_server=info"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = match spawned {
            Ok(child) => child,
            Err(error) if error.kind() == ErrorKind::NotFound && env::var_os("CONTRACTS_NODE").is_none() => {
                let required = env::var("YARROW_NODE_TESTS").is_ok_and(|value| value == "required");
                assert!(
                    !required,
                    "no substrate-contracts-node on PATH and no CONTRACTS_NODE, but its tests are required"
                );
                println!("skipped: no substrate-contracts-node on PATH and no CONTRACTS_NODE");
                return None;
            }
            Err(error) => panic!("{} cannot be started: {error}", program.display()),
        };
        let mut lines = BufReader::new(child.stderr.take().expect("the output is piped")).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            Some(line.split_once("addr=127.0.0.1:")?.1.chars().take_while(char::is_ascii_digit).collect())
        });
        let port: String = port.expect("the node says where it listens before it ends");
        // Whatever else it says must be read, or the node blocks on a full pipe.
        thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Some(Self { child, url: format!("ws://127.0.0.1:{port}") })
    }

    /// Where its RPC listens.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Both fail only if the node has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
