//! `yarrow completions`: scripts that shells take.

use std::{
    fs,
    process::{Command, Stdio},
};

use crate::yarrow::Home;

#[test]
fn every_shell_has_a_script_that_knows_the_commands() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = home.says(&["completions", shell]);
        assert!(["doctor", "explain", "wallet"].iter().all(|name| script.contains(name)), "{shell}: {script}");
        assert_eq!(home.reports(&["completions", shell])["script"], script.as_str());
    }
    let refused = home.fails(2, &["completions", "tcsh"]);
    assert!(refused.contains("elvish"), "{refused}");
}

#[test]
fn bash_takes_its_script_and_completes_a_command() {
    let home = Home::new();
    let script = home.says(&["completions", "bash"]);
    let complete = "COMP_WORDS=(yarrow expl); COMP_CWORD=1; _yarrow yarrow expl yarrow; echo \"${COMPREPLY[@]}\"";
    // Longer than an argument may be.
    let file = home.path().join("completions.bash");
    fs::write(&file, format!("{script}\n{complete}")).expect("a file");
    let output = Command::new("bash").arg(&file).stdin(Stdio::null()).output().expect("bash is here");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "explain\n", "{}", String::from_utf8_lossy(&output.stderr));
}
