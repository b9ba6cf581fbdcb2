//! What the API's description must say, and what `docs/api.md` must.

use super::support::*;
use crate::rpc::DOCUMENT;
use serde_json::Value;
use std::collections::BTreeSet;
use tenor_client::api::ErrorCode;

const PAGE: &str = include_str!("../../../../docs/api.md");
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

fn document() -> Value {
    serde_json::from_str(&DOCUMENT).expect("JSON")
}

/// Every (method, path).
fn calls(document: &Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().expect("paths");
    let of_path = |(path, methods): (&String, &Value)| {
        let methods = methods.as_object().expect("methods").keys();
        methods.map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn the_document_is_the_one_that_integrators_have() {
    let got = DOCUMENT.as_str();
    if std::env::var_os("TENOR_UPDATE_GOLDEN").is_some() {
        std::fs::write(GOLDEN, got).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(GOLDEN).expect("docs/openapi.json");
    assert!(
        golden == got,
        "the API's description is not docs/openapi.json; if that is meant, refresh it with \
         TENOR_UPDATE_GOLDEN=1 and read the difference"
    );
}

#[test]
fn every_call_has_its_section() {
    let calls = calls(&document());
    assert!(calls.len() > 20, "the calls are found");
    for (method, path) in calls {
        let heading = format!("### `{method} {path}`");
        assert!(PAGE.lines().any(|line| line == heading), "docs/api.md has no {heading}");
    }
}

#[test]
fn every_error_has_its_row_and_its_call() {
    let document = document();
    let described = document["paths"].to_string();
    // These answer what is no call at all.
    let no_call = [ErrorCode::NoSuchRoute, ErrorCode::MethodNotAllowed];
    for code in ErrorCode::ALL {
        let retryable = if code.is_retryable() { "yes" } else { "no" };
        let (name, status) = (code.name(), code.http_status());
        let row =
            format!("| `{name}` | {status} | {retryable} | {} | {} |", code.title(), code.hint());
        assert!(PAGE.contains(&row), "docs/api.md misses the row\n{row}");
        let shown = described.contains(&format!("`{name}`: "));
        assert_ne!(shown, no_call.contains(code), "{name} in the document");
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_type_is_referred_to() {
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
                fields.values().for_each(|field| references(field, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }
    let document = document();
    let mut referred = BTreeSet::new();
    references(&document, &mut referred);
    let schemas = document["components"]["schemas"].as_object().expect("schemas");
    let there = schemas.keys().map(|name| format!("#/components/schemas/{name}"));
    assert_eq!(referred, there.collect());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_node_serves_its_description_and_a_page_of_it() {
    let (node, _) = start(config()).await;
    let client = reqwest::Client::builder().no_proxy().build().expect("builds");
    let get = async |path: &str| {
        let answer = client.get(format!("{}{path}", node.url())).send().await.expect("answers");
        answer.error_for_status().expect("there").text().await.expect("whole")
    };
    assert_eq!(get("/openapi.json").await, *DOCUMENT);
    let page = get("/openapi.html").await;
    for (_, path) in calls(&document()) {
        assert!(page.contains(&path), "the page misses {path}");
    }
    for outside in ["http://", "https://", "<script", " src="] {
        assert!(!page.contains(outside), "the page loads nothing: {outside}");
    }
    node.shutdown().await.expect("stops");
}
