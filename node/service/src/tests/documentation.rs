//! What the API's description must say, and what `docs/api.md` must.

use super::support::*;
use crate::access::Reader;
use crate::rpc::DOCUMENT;
use serde_json::Value;
use std::collections::BTreeSet;
use tenor_client::api::ErrorCode;
use tenor_primitives::{Address, Role, Roles};

const PAGE: &str = include_str!("../../../../docs/api.md");
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
const READERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/readers.md");
const ERRORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md");

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

fn golden(path: &str, got: &str) {
    if std::env::var_os("TENOR_UPDATE_GOLDEN").is_some() {
        std::fs::write(path, got).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(path).expect("the golden file is there");
    assert!(
        golden == got,
        "{path} is not what the code gives; if that is meant, refresh it with TENOR_UPDATE_GOLDEN=1 \
         and read the difference"
    );
}

#[test]
fn the_document_is_the_one_that_integrators_have() {
    golden(GOLDEN, &DOCUMENT);
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

/// `docs/errors.md`, from the table of codes and the document.
fn errors_page(document: &Value) -> String {
    let mut page = ERRORS_HEAD.to_owned();
    for code in ErrorCode::ALL {
        let (name, status, exit) = (code.name(), code.http_status(), code.class().exit_code());
        let retryable = if code.is_retryable() { "yes" } else { "no" };
        let (title, hint) = (code.title(), code.hint());
        let calls = calls_with(document, &status.to_string(), name);
        let calls =
            if calls.is_empty() { "requests that are no call".into() } else { calls.join(", ") };
        page += &format!(
            "| `{name}` | {status} | {exit} | {retryable} | {title} | {hint} | {calls} |\n"
        );
    }
    page
}

/// The calls that can give a code; `any` for what most can.
fn calls_with(document: &Value, status: &str, name: &str) -> Vec<String> {
    let all = calls(document);
    let gives = |(method, path): &&(String, String)| {
        let operation = &document["paths"][path][method.to_lowercase()];
        let described = operation["responses"][status]["description"].as_str();
        described.is_some_and(|text| text.contains(&format!("`{name}`: ")))
    };
    let found: Vec<_> = all.iter().filter(gives).collect();
    if 2 * found.len() > all.len() {
        return vec!["most".into()];
    }
    found.iter().map(|(method, path)| format!("`{method} {path}`")).collect()
}

const ERRORS_HEAD: &str = "# Errors

Every error of a node is a problem document (RFC 9457, `application/problem+json`) with one of these
codes. Programs decide by `code` and by `retryable`; neither changes its meaning. [api.md](api.md) shows
a whole document. Exit is the exit code of the command of `tenor` that the error ends; [cli.md](cli.md)
has those of the command line's own errors.

This page is made from the table that the node and the client are compiled from.

| Code | HTTP | Exit | Retry | Meaning | What to do | Calls |
|---|---|---|---|---|---|---|
";

#[test]
fn the_page_of_errors_is_what_the_table_says() {
    golden(ERRORS, &errors_page(&document()));
}

/// `docs/readers.md`: every question of the reference contracts against every kind of reader.
fn readers_page() -> String {
    use tenor_abi::spec::declare::{FunctionSchema, Functions};
    use tenor_client::interfaces::{cash, coupon, issuance, registry, settlement};
    let contracts: [(&str, &[FunctionSchema]); 5] = [
        ("registry", registry::QueryMsg::FUNCTIONS),
        ("cash", cash::QueryMsg::FUNCTIONS),
        ("issuance", issuance::QueryMsg::FUNCTIONS),
        ("coupon", coupon::QueryMsg::FUNCTIONS),
        ("settlement", settlement::QueryMsg::FUNCTIONS),
    ];
    let (issuer, other) = (Address([1; 32]), Address([2; 32]));
    let account = |address, role| Reader::Account { address, roles: Roles::of(&[role]) };
    let kinds = [
        (Reader::Nobody, true),
        (account(other, Role::Participant), false),
        (account(other, Role::Participant), true),
        (account(issuer, Role::Issuer), false),
        (account(other, Role::Regulator), false),
        (account(other, Role::Operator), false),
    ];
    let mut page = READERS_HEAD.to_owned();
    for (contract, functions) in contracts {
        for function in functions {
            let may = |(reader, is_party): &(Reader, bool)| {
                reader.sees_all() || reader.is_among(function.readers, &issuer, *is_party)
            };
            let cells: Vec<&str> =
                kinds.iter().map(|kind| if may(kind) { "yes" } else { "–" }).collect();
            page += &format!("| {contract} `{}` | {} |\n", function.name, cells.join(" | "));
        }
    }
    page
}

const READERS_HEAD: &str = "# Questions and their readers

Who may ask the reference contracts what, on nodes that want sessions; [privacy.md](privacy.md) says what
the kinds of readers are. This page is made from the contracts' declarations by the rule that the node
follows.

| Question | no session | any account | a party | the issuer | a regulator | an operator |
|---|---|---|---|---|---|---|
";

#[test]
fn the_page_of_readers_is_what_the_contracts_declare() {
    golden(READERS, &readers_page());
}

#[test]
fn every_error_is_given_by_a_call() {
    let document = document();
    let names = ErrorCode::ALL.iter().map(|code| serde_json::to_value(code).expect("a name"));
    let listed = &document["components"]["schemas"]["ErrorCode"]["enum"];
    assert_eq!(*listed, Value::Array(names.collect()), "as they are sent");
    let described = document["paths"].to_string();
    // These answer what is no call at all.
    let no_call = [ErrorCode::NoSuchRoute, ErrorCode::MethodNotAllowed];
    for code in ErrorCode::ALL {
        let name = code.name();
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
