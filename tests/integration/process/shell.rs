//! Command lines as a person's shell runs them, with this build's `tenor` on the PATH.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use tempfile::TempDir;
use tenor_tests::process::{binary, undisturbed};

/// A shell in a folder.
pub(crate) struct Shell {
    path: String,
    folder: PathBuf,
    exports: String,
    _bin: TempDir,
}

impl Shell {
    /// `exports` is what the person entered before: a line of shell.
    pub(crate) fn new(folder: &Path, exports: &str) -> Self {
        let bin = TempDir::new().expect("a temporary folder");
        let binary = binary().canonicalize().expect("the binary is there");
        symlink(binary, bin.path().join("tenor")).expect("a link to the binary");
        let path = std::env::var("PATH").expect("a PATH");
        let path = format!("{}:{path}", bin.path().display());
        Self { path, folder: folder.to_owned(), exports: exports.to_owned(), _bin: bin }
    }

    /// Runs a line.
    pub(crate) fn output(&self, line: &str) -> Output {
        let script = format!("{}\n{line}", self.exports);
        let mut shell = undisturbed("sh");
        shell.args(["-c", &script]).env("PATH", &self.path).current_dir(&self.folder);
        shell.stdin(Stdio::null()).output().expect("sh runs")
    }

    /// Runs a line that must succeed; what it prints.
    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> String {
        let output = self.output(line);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "$ {line}\n{said}({})", output.status);
        String::from_utf8(output.stdout).expect("tenor prints UTF-8")
    }
}
