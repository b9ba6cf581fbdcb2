//! `tenor dev` prints commands; they work as they stand.

use super::help;
use super::shell::Shell;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use tenor_tests::engine;
use tenor_tests::process::{binary, tenor, undisturbed};

/// The question to the contract that the commands put on a new ledger.
const ASK: &str = "tenor contract query registry office --address operator";

/// A running `tenor dev`.
pub(crate) struct Dev {
    child: Child,
    /// What it printed until it was ready.
    said: Vec<String>,
}

impl Dev {
    /// Starts `dev` of a program in a folder, on a free port.
    pub(crate) fn start(mut program: Command, folder: &Path, arguments: &[&str]) -> Self {
        let mut child = program
            .args(["dev", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut said = Vec::new();
        for line in output.lines() {
            said.push(line.expect("tenor prints UTF-8"));
            if said.last().is_some_and(|line| line.starts_with("Ctrl-C stops it")) {
                return Self { child, said };
            }
        }
        let ended = child.wait();
        panic!("tenor dev ended before it was ready ({ended:?}): {said:?}; its error is above");
    }

    /// What it tells a person to enter in another terminal.
    fn entered(&self) -> impl Iterator<Item = &str> {
        self.said.iter().filter_map(|line| line.strip_prefix("  "))
    }

    /// The line that names node and keys.
    pub(crate) fn exports(&self) -> &str {
        let line = self.entered().find(|line| line.starts_with("export "));
        line.unwrap_or_else(|| panic!("expected an export line, got {:?}", self.said))
    }

    /// The commands after it.
    fn commands(&self) -> Vec<&str> {
        self.entered().filter(|line| line.starts_with("tenor ")).collect()
    }

    /// Runs commands in a folder; each with what it printed.
    fn run<'a>(&self, commands: &[&'a str], folder: &Path) -> Vec<(&'a str, String)> {
        let shell = Shell::new(folder, self.exports());
        commands.iter().map(|command| (*command, shell.run(command))).collect()
    }

    /// Stops it in order, as Ctrl-C does.
    pub(crate) fn stop(mut self) {
        let pid = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", &format!("kill -INT {pid}")]).status();
        assert!(sent.is_ok_and(|status| status.success()), "SIGINT to {pid}");
        let ended = self.child.wait().expect("the process can be awaited");
        assert!(ended.success(), "tenor dev ended with {ended}");
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // A stopped one has gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A contract was put on the ledger and answers what it was given; time was moved and is shown.
fn assert_a_first_contract(ran: &[(&str, String)]) {
    let position = |begin: &str| {
        let found = ran.iter().position(|(command, _)| command.starts_with(begin));
        found.unwrap_or_else(|| panic!("expected a command {begin:?} among {ran:?}"))
    };
    let created = position("tenor contract instantiate registry registry --officers operator,");
    let asked = position(ASK);
    assert!(created < asked, "the contract is asked once it is there");
    assert_eq!(ran[asked].1.trim(), "\"Officer\"", "the office that instantiate gave");
    let moved = ran[position("tenor node set-time ")].0;
    let (status, shown) = ran.last().expect("commands");
    let day = moved.split(' ').nth(3).and_then(|time| time.split('T').next()).expect("a day");
    assert_eq!(*status, "tenor node status");
    assert!(shown.contains(day), "{shown}: expected the time that {moved:?} set");
}

#[test]
fn what_dev_prints_works_anywhere_and_again_on_a_ledger_that_was_kept() {
    let (home, elsewhere) = (TempDir::new(), TempDir::new());
    let (home, elsewhere) = (home.expect("a folder"), elsewhere.expect("a folder"));
    let kept = ["--data", "my ledger", "--time", "2031-06-06T08:00:00Z"];
    let dev = Dev::start(tenor(), home.path(), &kept);
    let ran = dev.run(&dev.commands(), elsewhere.path());
    assert_eq!(ran.len(), 6, "three put a contract there, a fourth asks it: {ran:?}");
    assert!(ran[3].0 == ASK, "{ran:?}");
    assert_a_first_contract(&ran);
    for (command, printed) in &ran {
        for next in printed.lines().filter_map(|line| line.strip_prefix("next: ")) {
            help::parses(next).unwrap_or_else(|fault| panic!("{command} says {next:?}: {fault}"));
        }
    }
    dev.stop();

    let dev = Dev::start(tenor(), home.path(), &kept);
    let again = dev.run(&dev.commands(), elsewhere.path());
    let shows = |text: &str| again.iter().any(|(_, printed)| printed.contains(text));
    assert!(shows("2031-06-09") && shows("registry"), "what was written is still there: {again:?}");
    dev.stop();
}

/// A binary that finds no compiled contracts, because it stands far from any. Compiling them is left
/// out: other tests read them meanwhile, and `make test` has just done it.
#[test]
fn without_compiled_contracts_dev_says_how_to_compile_them_and_where_they_will_be() {
    let folder = TempDir::new().expect("a temporary folder");
    let alone = folder.path().join("tenor");
    std::fs::copy(binary(), &alone).expect("a copy of the binary");
    let repository = folder.path().join("repository");
    std::fs::create_dir_all(repository.join("target/contracts")).expect("a folder");
    let wasm = repository.join("target/contracts/wasm");
    symlink(engine::contracts_folder(), wasm).expect("a link");

    let mut program = undisturbed(&alone);
    program.env_remove("CARGO_TARGET_DIR");
    let dev = Dev::start(program, folder.path(), &[]);
    let commands = dev.commands();
    assert_eq!(commands[0], "tenor contract build  # in the repository");
    help::parses("tenor contract build").expect("the command exists");
    assert_a_first_contract(&dev.run(&commands[1..], &repository));
    dev.stop();

    let mut program = undisturbed(&alone);
    program.env("CARGO_TARGET_DIR", "/given");
    let dev = Dev::start(program, folder.path(), &[]);
    let upload = "tenor contract upload /given/contracts/wasm/registry.wasm --as developer";
    assert_eq!(dev.commands()[1], upload, "where contract build puts it then");
    dev.stop();
}
