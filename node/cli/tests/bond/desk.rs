//! A folder of files to run `tenor` in.

use serde_json::Value;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A folder of term files and what has been published.
pub(crate) struct Desk(TempDir);

impl Desk {
    /// A folder with these files, by name and text.
    pub(crate) fn with(files: &[(&str, &str)]) -> Self {
        let desk = Self(TempDir::new().expect("a temporary folder"));
        files.iter().for_each(|(name, text)| desk.write(name, text));
        desk
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("a file")
    }

    /// Runs a command in the folder; words are parted by spaces.
    pub(crate) fn run(&self, line: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_tenor"))
            .args(line.split_whitespace())
            .current_dir(self.0.path())
            .env("TENOR_CONFIG", self.0.path())
            .env_remove("TENOR_URL")
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs")
    }

    /// What a command prints that must succeed.
    #[track_caller]
    pub(crate) fn text(&self, line: &str) -> String {
        let output = self.run(line);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    /// The same with `--json`.
    #[track_caller]
    pub(crate) fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.text(&format!("{line} --json"))).expect("JSON")
    }

    /// A command that must fail with this exit code and say all this.
    #[track_caller]
    pub(crate) fn refused(&self, line: &str, code: i32, needles: &[&str]) {
        let output = self.run(line);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{line}: {said}");
        assert!(output.stdout.is_empty(), "{line}");
        for needle in needles {
            assert!(said.contains(needle), "{line}: expected {needle:?} in {said:?}");
        }
    }
}
