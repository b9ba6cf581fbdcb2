//! A development node in a process of its own, and command lines run against it.

use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

pub(crate) const TENOR: &str = env!("CARGO_BIN_EXE_tenor");

/// A development node, and the client directory it made.
pub(crate) struct Dev {
    child: Child,
    pub(crate) url: String,
    pub(crate) config: String,
    pub(crate) directory: TempDir,
}

impl Dev {
    pub(crate) fn start() -> Self {
        let directory = TempDir::new().expect("a temporary folder");
        let mut child = Command::new(TENOR)
            .args(["dev", "--listen", "127.0.0.1:0", "--json", "--data"])
            .arg(directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let output = child.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("a line when it is ready");
        let ready: Value = serde_json::from_str(&line).expect("JSON when it is ready");
        let text = |name: &str| ready[name].as_str().expect("a text").to_owned();
        Self { child, url: text("url"), config: text("config"), directory }
    }

    pub(crate) fn file(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }

    /// Runs a command line: exit code, and the JSON of either result or error.
    pub(crate) fn run(&self, line: &str) -> (i32, Value) {
        let output = Command::new(TENOR)
            .args(line.split_whitespace())
            .arg("--json")
            .env("TENOR_URL", &self.url)
            .env("TENOR_CONFIG", &self.config)
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        let code = output.status.code().expect("an exit code");
        let text = if code == 0 { output.stdout } else { output.stderr };
        let json = serde_json::from_slice(&text)
            .unwrap_or_else(|_| panic!("{line}: {}", String::from_utf8_lossy(&text)));
        (code, json)
    }

    /// What a command that must succeed says to people.
    #[track_caller]
    pub(crate) fn said(&self, line: &str) -> String {
        let output = Command::new(TENOR)
            .args(line.split_whitespace())
            .env("TENOR_URL", &self.url)
            .env("TENOR_CONFIG", &self.config)
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {error}");
        String::from_utf8(output.stdout).expect("UTF-8")
    }

    #[track_caller]
    pub(crate) fn done(&self, line: &str) -> Value {
        let (code, json) = self.run(line);
        assert_eq!(code, 0, "{line}: {json}");
        json
    }

    #[track_caller]
    pub(crate) fn refused(&self, line: &str, code: i32, needles: &[&str]) {
        let (got, json) = self.run(line);
        assert_eq!(got, code, "{line}: {json}");
        assert_eq!(json["error"]["exit_code"], code, "{line}: {json}");
        let text = json["error"]["text"].as_str().expect("a text");
        for needle in needles {
            assert!(text.contains(needle), "{line}: expected {needle:?} in {text:?}");
        }
    }

    /// Uploads, approves and creates a registry and a cash token.
    pub(crate) fn with_cash(&self) {
        for name in ["registry", "cash"] {
            let file = contract(name).display().to_string();
            self.done(&format!("contract upload {file} --as developer"));
            self.done(&format!("contract approve {name} --as operator"));
        }
        self.done(
            "contract instantiate registry registry --officers operator,registrar --as operator",
        );
        self.done(
            "contract instantiate cash cash-eur --registry registry --provider issuer \
             --currency EUR --as operator",
        );
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// A compiled contract, as `make contracts` leaves it.
pub(crate) fn contract(name: &str) -> PathBuf {
    let release = Path::new(TENOR).parent().expect("a folder");
    let target = release.parent().expect("the target folder");
    let file = target.join("contracts/wasm").join(format!("{name}.wasm"));
    assert!(file.is_file(), "{} is missing: run scripts/contracts.sh", file.display());
    file
}
