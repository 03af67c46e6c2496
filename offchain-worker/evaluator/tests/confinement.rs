//! What a runner can still do after it has confined itself.

#![expect(clippy::unwrap_used, reason = "a test whose fixture fails stops")]

mod support;

use std::process::{Command, Stdio};

use support::evaluator;

/// Whether `yarrow-sandbox --probe` found the runner confined, and the lines it wrote.
fn probe() -> (bool, Vec<String>) {
    let output = Command::new(env!("CARGO_BIN_EXE_yarrow-sandbox"))
        .arg("--probe")
        .stdin(Stdio::null())
        .output()
        .expect("the runner starts");
    let lines = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    (output.status.success(), lines)
}

/// What the probe says when nothing was possible.
const VERDICT: &str = "a runner is fully confined on this host";

/// An attempt, and the weakness that excuses its success.
const EXCUSES: [(&str, &str); 2] = [
    ("allowed: SignalParent", "weak: no Landlock scopes"),
    ("allowed: StartProcess", "weak: the runner belongs to root"),
];

#[test]
fn a_runner_can_do_nothing_that_the_host_can_deny() {
    let (confined, lines) = probe();
    if confined {
        assert_eq!(lines, [VERDICT]);
        return;
    }
    // A probe that ended early proves nothing: there must be a reason.
    assert!(lines.iter().any(|line| line.starts_with("weak")), "{lines:#?}");
    for line in lines.iter().filter(|line| !line.starts_with("weak")) {
        let excuse = EXCUSES.iter().find(|(allowed, _)| allowed == line);
        let excused = excuse.is_some_and(|(_, weakness)| lines.iter().any(|line| line.starts_with(weakness)));
        assert!(excused, "{line}; all lines: {lines:#?}");
    }
}

#[test]
fn weaknesses_of_the_host_are_reported_by_the_evaluator() {
    let reported: Vec<String> = evaluator().weaknesses().iter().map(|weakness| format!("weak: {weakness}")).collect();
    let probed: Vec<String> = probe().1.into_iter().filter(|line| line.starts_with("weak")).collect();
    assert_eq!(reported, probed);
}
