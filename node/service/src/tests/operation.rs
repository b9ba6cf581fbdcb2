//! The operator's listener.

use super::support::*;
use crate::{LogControl, NodeHandle};
use parking_lot::Mutex;
use reqwest::StatusCode;
use std::net::SocketAddr;
use std::sync::Arc;

/// A log whose filter may be any word but `wrong`.
#[derive(Debug)]
struct Words(Mutex<String>);

impl LogControl for Words {
    fn filter(&self) -> String {
        self.0.lock().clone()
    }

    fn set_filter(&self, filter: &str) -> Result<(), String> {
        if filter == "wrong" {
            return Err("it is wrong".into());
        }
        *self.0.lock() = filter.into();
        Ok(())
    }
}

async fn opened(node: &mut NodeHandle) -> String {
    let log = Arc::new(Words(Mutex::new("info".into())));
    let any: SocketAddr = "127.0.0.1:0".parse().expect("an address");
    let address = node.serve_operation(any, log).await.expect("opens");
    format!("http://{address}")
}

async fn get(url: &str, path: &str) -> (StatusCode, String) {
    let answer = reqwest::get(format!("{url}{path}")).await.expect("answers");
    (answer.status(), answer.text().await.expect("text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_have_the_names_that_dashboards_know_and_count_what_happened() {
    let (mut node, client) = start(config()).await;
    let url = opened(&mut node).await;
    let transaction = operator().transaction(0, 0, open_account("one"));
    let answer = client.submit(&transaction, LONG).await.expect("committed");
    let height = receipt_of(answer).height.expect("committed");
    assert!(client.account(&Party::named("nobody").address).await.is_err(), "nobody has it");
    let (status, text) = get(&url, "/metrics").await;
    assert_eq!(status, StatusCode::OK);
    let said = |line: &str| assert!(text.lines().any(|said| said == line), "{line} in\n{text}");
    said(&format!("tenor_block_height {height}"));
    said("tenor_ready 1");
    said("tenor_mempool_transactions 0");
    said("tenor_http_requests_total{method=\"POST\",status=\"200\"} 1");
    said("tenor_http_requests_total{method=\"GET\",status=\"404\"} 1");
    assert!(text.ends_with("# EOF\n"), "{text}");
    let names: Vec<_> = text.lines().filter(|line| line.starts_with("# TYPE")).collect();
    golden(&(names.join("\n") + "\n"));
    documented(&names);
    node.shutdown().await.expect("stops");
}

/// Compares with the table of `docs/operation.md`: name and kind, both ways.
fn documented(types: &[&str]) {
    let page = include_str!("../../../../docs/operation.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `tenor_"));
    let rows = rows.filter_map(|row| {
        let mut cells = row.split(" | ");
        Some(format!("tenor_{} {}", cells.next()?.trim_end_matches('`'), cells.next()?))
    });
    let mut told: Vec<_> = rows.collect();
    let mut shown: Vec<_> = types.iter().map(|line| sample(line)).collect();
    told.sort();
    shown.sort();
    assert_eq!(told, shown, "docs/operation.md has each metric once");
}

/// `# TYPE name kind` as a query names it.
fn sample(line: &str) -> String {
    let (name, kind) = line.trim_start_matches("# TYPE ").split_once(' ').expect("a type line");
    match kind {
        "counter" => format!("{name}_total {kind}"),
        "info" => format!("{name}_info {kind}"),
        _ => format!("{name} {kind}"),
    }
}

/// Compares with `golden/metrics.txt`.
fn golden(text: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/metrics.txt");
    if std::env::var_os("TENOR_UPDATE_GOLDEN").is_some() {
        std::fs::write(path, text).expect("writes");
    }
    let kept = std::fs::read_to_string(path).expect("a golden file");
    assert_eq!(text, kept, "metric names moved: dashboards and alerts know the old ones");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_says_whether_it_lives_and_is_ready_and_lets_its_log_be_changed() {
    let (mut node, _) = start(config()).await;
    let url = opened(&mut node).await;
    for path in ["/livez", "/readyz"] {
        assert_eq!(get(&url, path).await, (StatusCode::OK, "ok\n".into()), "{path}");
    }
    let version = format!("{}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(get(&url, "/version").await, (StatusCode::OK, version));
    let http = reqwest::Client::new();
    let put = |filter: String| {
        let request = http.put(format!("{url}/loglevel")).body(filter);
        async move { request.send().await.expect("answers").status() }
    };
    assert_eq!(put("debug".into()).await, StatusCode::OK);
    assert_eq!(put("wrong".into()).await, StatusCode::BAD_REQUEST);
    assert_eq!(put("x".repeat(5_000)).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(get(&url, "/loglevel").await, (StatusCode::OK, "debug\n".into()));
    node.shutdown().await.expect("stops");
    assert!(reqwest::get(format!("{url}/livez")).await.is_err(), "it ends with the node");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_takes_nothing_more_is_not_ready() {
    let (mut node, _) = start(config()).await;
    let url = opened(&mut node).await;
    node.stop_taking();
    let (status, reason) = get(&url, "/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(reason.contains("stopping"), "{reason}");
    let (status, text) = get(&url, "/metrics").await;
    assert!(status.is_success() && text.contains("tenor_ready 0\n"), "{text}");
    node.shutdown().await.expect("stops");
}
