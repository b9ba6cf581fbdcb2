//! A node process that can be killed and started again.

use super::tenor;
use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tenor_client::HttpClient;
use tenor_client::keystore::dev_key;
use tenor_primitives::{Address, ChainId, SigningKey};

/// How long a node may take to answer after it was started.
const START_MAX: Duration = Duration::from_secs(60);

/// A solo node with one operator, on a directory that goes with it.
pub struct NodeProcess {
    directory: TempDir,
    port: u16,
    child: Option<Child>,
}

impl NodeProcess {
    /// The ledger's name.
    pub const CHAIN_ID: &str = "tenor-process-test";

    /// Makes a node's directory.
    ///
    /// # Panics
    /// If the binary refuses.
    pub fn init() -> Self {
        let account = format!("operator={:?}=operator", Self::operator_key().public_key());
        Self::init_with(&["--chain-id", Self::CHAIN_ID, "--account", &account])
    }

    /// Makes a node's directory; `arguments` of `tenor node init` say which ledger.
    ///
    /// # Panics
    /// If the binary refuses.
    pub fn init_with(arguments: &[&str]) -> Self {
        Self::make(TempDir::new().expect("a temporary folder"), arguments)
    }

    /// As [`NodeProcess::init`], inside the directory `parent`.
    ///
    /// # Panics
    /// If the binary refuses.
    pub fn init_in(parent: &Path) -> Self {
        let account = format!("operator={:?}=operator", Self::operator_key().public_key());
        let directory = TempDir::new_in(parent).expect("a temporary folder");
        Self::make(directory, &["--chain-id", Self::CHAIN_ID, "--account", &account])
    }

    fn make(directory: TempDir, arguments: &[&str]) -> Self {
        let output = tenor()
            .args(["node", "init"])
            .arg(directory.path().join("node"))
            .args(arguments)
            .args(["--insecure-dev-keys", "--config"])
            .arg(directory.path().join("client"))
            .output()
            .expect("the binary runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { directory, port: free_port(), child: None }
    }

    /// The node's own directory.
    pub fn directory(&self) -> PathBuf {
        self.directory.path().join("node")
    }

    /// Adds `lines` to the node's configuration.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn configure(&self, lines: &str) {
        let path = self.directory().join("node.toml");
        let text = std::fs::read_to_string(&path).expect("a configuration");
        std::fs::write(path, text + lines).expect("a writable configuration");
    }

    /// Puts `lines` before the first table of the node's configuration.
    ///
    /// # Panics
    /// If the file cannot be written.
    pub fn configure_top(&self, lines: &str) {
        let path = self.directory().join("node.toml");
        let text = std::fs::read_to_string(&path).expect("a configuration");
        std::fs::write(path, lines.to_owned() + &text).expect("a writable configuration");
    }

    /// The operator's key, which anyone can derive.
    pub fn operator_key() -> SigningKey {
        dev_key("operator")
    }

    /// The operator's account.
    ///
    /// # Panics
    /// Never: the name is valid.
    pub fn operator() -> Address {
        let chain_id = ChainId::new(Self::CHAIN_ID).expect("a valid name");
        Address::of_account(&chain_id, &Address::SYSTEM, "operator")
    }

    /// A client of the node.
    ///
    /// # Panics
    /// Never: the address is valid.
    pub fn client(&self) -> HttpClient {
        HttpClient::new(&format!("http://127.0.0.1:{}", self.port)).expect("a valid address")
    }

    /// The running process's number.
    ///
    /// # Panics
    /// If it does not run.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("the node runs").id()
    }

    /// Starts the process and waits until it answers.
    ///
    /// # Panics
    /// If it does not answer in time; prints its log.
    pub async fn start(&mut self) {
        let log = File::options().create(true).append(true).open(self.log());
        let child = tenor()
            .args(["node", "run"])
            .arg(self.directory())
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.expect("a log file"))
            .spawn()
            .expect("the binary runs");
        self.child = Some(child);
        let (client, started) = (self.client(), Instant::now());
        while !client.is_ready().await {
            let child = self.child.as_mut().expect("started above");
            let ended = child.try_wait().expect("the process can be asked");
            if ended.is_some() || started.elapsed() > START_MAX {
                let log = std::fs::read_to_string(self.log()).unwrap_or_default();
                panic!("the node does not answer ({ended:?}):\n{log}");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Runs another process on the same directory to its end.
    ///
    /// # Panics
    /// If the binary does not run.
    pub fn run_once(&self) -> Output {
        tenor()
            .args(["node", "run"])
            .arg(self.directory())
            .args(["--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs")
    }

    /// Waits until the process has ended by itself, and returns its log.
    ///
    /// # Panics
    /// If it does not run.
    pub fn wait_for_end(&mut self) -> String {
        self.child.take().expect("the node runs").wait().expect("the process ends");
        std::fs::read_to_string(self.log()).unwrap_or_default()
    }

    /// SIGKILL, as a crash of the machine's owner would do it.
    ///
    /// # Panics
    /// If the process does not run.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("the node runs");
        child.kill().expect("the process can be killed");
        child.wait().expect("the process ends");
    }

    fn log(&self) -> impl AsRef<Path> {
        self.directory.path().join("node.log")
    }
}

impl Drop for NodeProcess {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            // The directory goes with the process; nothing is left to lose.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A port that nobody listened on a moment ago, below those that the system gives to outgoing
/// connections: one of these must not take the port while the node is down.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let first = std::process::id().wrapping_mul(97);
    loop {
        let offset = first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000;
        let port = 20_000 + u16::try_from(offset).expect("below 12,000");
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}
