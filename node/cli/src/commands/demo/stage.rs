//! Where the demo plays: a directory, a node process, and command lines run against it.

use super::crash::Acknowledged;
use crate::cli::Cli;
use crate::commands::run_boxed;
use crate::core::args::hoist_global_flags;
use crate::core::shell::quoted;
use crate::core::{CliError, CliResult, Context, GlobalArgs, Report, out};
use clap::Parser as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use tenor_client::HttpError;

/// How often a command is tried that the node is too busy for.
const TRIES_MAX: u32 = 5;
/// How long the node is given between two tries.
const BETWEEN_TRIES: Duration = Duration::from_secs(2);
/// How long a node may take to be ready.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a node may take to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

/// The stage.
pub(super) struct Stage {
    directory: PathBuf,
    is_json: bool,
    node: Option<Child>,
    url: Option<String>,
    /// What the node has acknowledged, as its clients remember it.
    pub(super) acknowledged: Vec<Acknowledged>,
    started: Instant,
}

impl Stage {
    pub(super) fn new(directory: &Path, is_json: bool) -> CliResult<Self> {
        let stage = Self {
            directory: directory.to_owned(),
            is_json,
            node: None,
            url: None,
            acknowledged: Vec::new(),
            started: Instant::now(),
        };
        stage.say(&format!("export TENOR_CONFIG={}", stage.client_directory().display()))?;
        Ok(stage)
    }

    /// The node's directory.
    pub(super) fn node_directory(&self) -> PathBuf {
        self.directory.join("node")
    }

    /// Where keys, names and cached specs are.
    fn client_directory(&self) -> PathBuf {
        self.directory.join("client")
    }

    /// A file of the demo.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Seconds since the demo began.
    pub(super) fn elapsed(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// A line of the story.
    pub(super) fn say(&self, line: &str) -> CliResult<()> {
        if self.is_json {
            out::note(line);
            return Ok(());
        }
        out::line(line)
    }

    /// A heading of the story.
    pub(super) fn chapter(&self, title: &str) -> CliResult<()> {
        self.say(&format!("\n== {title}"))
    }

    /// Prints a command line and runs it.
    pub(super) async fn tenor(&mut self, words: &[&str]) -> CliResult<Report> {
        self.say(&format!("$ tenor {}", quoted(words)))?;
        let report = self.again_while_busy(words).await?;
        self.told(&report)?;
        Ok(report)
    }

    /// Runs a command line; once more when the node was too busy for it. What the node has refused has had
    /// no effect, so that nothing is done twice.
    async fn again_while_busy(&self, words: &[&str]) -> CliResult<Report> {
        for _ in 1..TRIES_MAX {
            match run_boxed(self.parsed(words)?).await {
                Err(CliError::Http(HttpError::Refused(problem))) if problem.retryable => {
                    out::note(&format!("the machine is slow: {problem}; once more"));
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                answer => return answer,
            }
        }
        run_boxed(self.parsed(words)?).await
    }

    /// A command line as the shell would give it to this program.
    pub(super) fn parsed(&self, words: &[&str]) -> CliResult<Cli> {
        let all = std::iter::once("tenor").chain(words.iter().copied()).map(str::to_owned);
        let mut cli = Cli::try_parse_from(hoist_global_flags(all))
            .map_err(|error| CliError::Internal(error.to_string()))?;
        cli.global.url = self.url.clone();
        cli.global.config = Some(self.client_directory());
        Ok(cli)
    }

    /// Prints what a command said and remembers what was acknowledged. Events and other details are
    /// indented in reports; the story leaves them out.
    fn told(&mut self, report: &Report) -> CliResult<()> {
        for line in report.lines().iter().filter(|line| !line.starts_with("  ")) {
            self.say(line)?;
        }
        self.acknowledged.extend(Acknowledged::of(report));
        Ok(())
    }

    /// A context that reads for `who`.
    pub(super) fn context(&self) -> CliResult<Context> {
        Context::new(GlobalArgs {
            url: self.url.clone(),
            config: Some(self.client_directory()),
            ..GlobalArgs::default()
        })
    }

    /// Starts the node in a process of its own and waits until it answers.
    pub(super) async fn start_node(&mut self) -> CliResult<()> {
        let directory = self.node_directory();
        let port = self.url.as_deref().and_then(|url| url.rsplit(':').next()).unwrap_or("0");
        let listen = format!("127.0.0.1:{port}");
        let words = ["node", "run", &directory.display().to_string(), "--listen", &listen];
        self.say(&format!("$ tenor {} &", quoted(&words)))?;
        let program = std::env::current_exe()
            .map_err(|error| CliError::Machine(format!("this program's path: {error}")))?;
        let log = std::fs::File::options().create(true).append(true).open(self.file("node.log"));
        let log = log.map_err(|error| CliError::file(self.file("node.log"), error))?;
        let mut node = Command::new(program)
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| CliError::Machine(format!("the node does not start: {error}")))?;
        let output = node.stdout.take();
        // From here on it goes with the stage, also while we wait for it.
        self.node = Some(node);
        let url = ready_line(output).await?;
        self.say(&format!("export TENOR_URL={url}"))?;
        self.url = Some(url);
        Ok(())
    }

    /// Kills the node as a power cut would: no handler runs.
    pub(super) fn kill_node(&mut self) -> CliResult<()> {
        let node = self.running()?;
        let ended = node.kill().and_then(|()| node.wait());
        ended.map_err(|error| CliError::Machine(format!("the node: {error}")))?;
        let pid = node.id();
        self.node = None;
        self.say(&format!("$ kill -KILL {pid}"))
    }

    /// Stops the node with SIGTERM and checks that it leaves in order.
    pub(super) async fn stop_node(&mut self) -> CliResult<()> {
        let pid = self.running()?.id().to_string();
        self.say(&format!("$ kill -TERM {pid}"))?;
        let failed = |error: std::io::Error| CliError::Machine(format!("kill: {error}"));
        // The shell has it built in; a minimal system has no program of that name.
        Command::new("sh").args(["-c", &format!("kill -TERM {pid}")]).status().map_err(failed)?;
        let deadline = Instant::now() + STOP_TIMEOUT;
        while Instant::now() < deadline {
            let ended = self.running()?.try_wait().map_err(failed)?;
            let Some(status) = ended else {
                tokio::time::sleep(Duration::from_millis(20)).await;
                continue;
            };
            self.node = None;
            if status.success() {
                return Ok(());
            }
            return Err(CliError::Node(format!("the node ended with {status}")));
        }
        Err(CliError::Node(format!("the node did not stop within {STOP_TIMEOUT:?}")))
    }

    /// The node; it stays the stage's, so that it never outlives it.
    fn running(&mut self) -> CliResult<&mut Child> {
        self.node.as_mut().ok_or_else(|| CliError::Internal("no node is running".into()))
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(mut node) = self.node.take() {
            // The demo was stopped half-way; the node must not outlive it.
            let _ = node.kill().and_then(|()| node.wait());
        }
    }
}

/// The URL in the line that a node prints when it is ready.
async fn ready_line(output: Option<ChildStdout>) -> CliResult<String> {
    let output = output.ok_or_else(|| CliError::Internal("no pipe".into()))?;
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        if BufReader::new(output).read_line(&mut line).is_ok() {
            let _ = sender.send(line);
        }
    });
    let line = tokio::time::timeout(START_TIMEOUT, receiver).await;
    let line = line.ok().and_then(Result::ok).unwrap_or_default();
    let url = line.trim().strip_prefix("ready at ").map(str::to_owned);
    url.ok_or_else(|| CliError::Node("the node did not become ready; node.log says why".into()))
}
