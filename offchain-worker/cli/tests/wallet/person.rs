//! Somebody at a terminal, who is asked and shown what a script is not.

use std::{
    io::{Read, Write},
    process::{Child, ChildStdin, Stdio},
};

use crate::home::Home;

/// Somebody at a terminal, which `script` of util-linux makes.
pub(crate) struct Person {
    child: Child,
    hands: ChildStdin,
    seen: String,
}

impl Person {
    /// Runs a line of shell that begins with an argument of `yarrow`, at a terminal of its own.
    pub(crate) fn sits_at(home: &Home, line: &str) -> Self {
        let mut command = home.command("script");
        let line = format!("{} {line}", env!("CARGO_BIN_EXE_yarrow"));
        command.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("script can be started");
        let hands = child.stdin.take().expect("piped");
        Self { child, hands, seen: String::new() }
    }

    /// Answers each question once it is on the screen.
    pub(crate) fn answers(&mut self, answers: &[(&str, &str)]) {
        for (question, answer) in answers {
            let screen = self.child.stdout.as_mut().expect("piped");
            let from = self.seen.len();
            while !self.seen[from..].contains(question) {
                let mut bytes = [0; 1024];
                let length = screen.read(&mut bytes).expect("a screen");
                assert!(length > 0, "{question:?} was not asked: {}", self.seen);
                self.seen.push_str(&String::from_utf8_lossy(&bytes[..length]));
            }
            writeln!(self.hands, "{answer}").expect("somebody listens");
        }
    }

    /// What was on the screen to the end, and the program's exit code.
    pub(crate) fn leaves(mut self) -> (String, Option<i32>) {
        let mut screen = self.child.stdout.take().expect("piped");
        let mut rest = Vec::new();
        screen.read_to_end(&mut rest).expect("a screen");
        self.seen.push_str(&String::from_utf8_lossy(&rest));
        (self.seen, self.child.wait().expect("an end").code())
    }
}
