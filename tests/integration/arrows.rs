//! Which crate may link which, below what ARCHITECTURE.md says: held against `cargo metadata`.

use tenor_tests::workspace;

/// `crate: what it may link`, of this workspace.
const TABLE: &str = "
tenor-primitives:
tenor-macros:
tenor-bond-math: tenor-primitives tenor-macros
tenor-abi: tenor-primitives
tenor-storage: tenor-abi tenor-primitives
tenor-proof: tenor-primitives
tenor-verifier: tenor-proof tenor-primitives
tenor-sdk: tenor-abi tenor-storage tenor-macros tenor-primitives
tenor-interfaces: tenor-primitives tenor-abi tenor-macros tenor-bond-math
tenor-client: tenor-interfaces tenor-abi tenor-proof tenor-bond-math tenor-primitives
tenor-registry: tenor-sdk tenor-interfaces tenor-bond-math
tenor-cash: tenor-sdk tenor-interfaces
tenor-issuance: tenor-sdk tenor-interfaces tenor-bond-math
tenor-coupon: tenor-sdk tenor-interfaces tenor-bond-math
tenor-settlement: tenor-sdk tenor-interfaces tenor-bond-math
tenor-state: tenor-proof tenor-primitives
tenor-executor: tenor-state tenor-abi tenor-primitives
tenor-vm: tenor-executor tenor-abi tenor-primitives
tenor-rocksdb: tenor-state tenor-primitives
tenor-testing: tenor-executor tenor-state tenor-sdk tenor-abi tenor-primitives
tenor-ledger: tenor-executor tenor-state tenor-proof tenor-primitives
tenor-service: tenor-ledger tenor-client tenor-executor tenor-state tenor-proof tenor-primitives tenor-abi
tenor-example-counter: tenor-sdk
tenor-example-quote: tenor-bond-math tenor-sdk
tenor-example-token: tenor-sdk
";

/// Crates at the top, which may link anything.
const TOP: [&str; 3] = ["tenor-cli", "tenor-tests", "tenor-benches"];

fn allowed(name: &str) -> Option<Vec<&'static str>> {
    let mut rows = TABLE.lines().filter_map(|line| line.split_once(':'));
    rows.find(|(row, _)| *row == name).map(|(_, links)| links.split_whitespace().collect())
}

#[test]
fn every_crate_links_what_its_row_allows_and_nothing_else() {
    for (name, links) in workspace::crates() {
        if TOP.contains(&name.as_str()) {
            continue;
        }
        let allowed = allowed(&name).unwrap_or_else(|| panic!("{name} has no row in the table"));
        for link in &links.own {
            assert!(allowed.contains(&link.as_str()), "{name} may not link {link}");
        }
        for link in allowed {
            assert!(
                links.own.contains(link),
                "{name} does not link {link}: strike it from its row"
            );
        }
    }
}

#[test]
fn the_slow_native_builds_have_one_owner_each() {
    let only = |foreign: &str, owner: &str, besides: &[&str]| {
        for (name, links) in workspace::crates() {
            let links_it = links.foreign.iter().any(|link| link == foreign);
            assert!(
                !links_it || name == owner || besides.contains(&name.as_str()),
                "{name} links {foreign}; only {owner} may"
            );
        }
    };
    // The benches measure against the bare engine and the bare store; the tests hold the engine
    // against others.
    only("wasmtime", "tenor-vm", &["tenor-benches", "tenor-tests"]);
    only("rocksdb", "tenor-rocksdb", &["tenor-benches"]);
}

#[test]
fn nothing_below_the_node_knows_clocks_json_or_randomness() {
    let edge = ["tokio", "serde_json", "getrandom", "rand", "axum", "reqwest", "clap"];
    let node = [
        "tenor-client",
        "tenor-service",
        "tenor-cli",
        "tenor-ledger",
        "tenor-tests",
        "tenor-benches",
    ];
    for (name, links) in workspace::crates() {
        if node.contains(&name.as_str()) {
            continue;
        }
        for link in &links.foreign {
            assert!(!edge.contains(&link.as_str()), "{name} may not link {link}");
        }
    }
}
