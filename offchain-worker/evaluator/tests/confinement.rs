//! What a runner can still do after it has confined itself.

mod support;

use std::process::{Command, Stdio};

use support::evaluator;

/// Lines of `yarrow-sandbox --probe`.
fn probe() -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_yarrow-sandbox"))
        .arg("--probe")
        .stdin(Stdio::null())
        .output()
        .expect("the runner starts");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// An attempt, and the weakness that excuses its success.
const EXCUSES: [(&str, &str); 4] = [
    ("allowed: OpenFileWithFreeDescriptor", "weak: no Landlock:"),
    ("allowed: CreateFileWithFreeDescriptor", "weak: no Landlock:"),
    ("allowed: ConnectWithFreeDescriptor", "weak: no Landlock network"),
    ("allowed: SignalParent", "weak: no Landlock scopes"),
];

#[test]
fn a_runner_can_do_nothing_that_the_host_can_deny() {
    let lines = probe();
    for line in lines.iter().filter(|line| line.starts_with("allowed")) {
        let excuse = EXCUSES.iter().find(|(allowed, _)| allowed == line);
        let excused = excuse.is_some_and(|(_, weakness)| lines.iter().any(|line| line.starts_with(weakness)));
        assert!(excused, "{line}; all lines: {lines:#?}");
    }
}

#[test]
fn weaknesses_of_the_host_are_reported_by_the_evaluator() {
    let reported: Vec<String> = evaluator().weaknesses().iter().map(|weakness| format!("weak: {weakness}")).collect();
    let probed: Vec<String> = probe().into_iter().filter(|line| line.starts_with("weak")).collect();
    assert_eq!(reported, probed);
}
