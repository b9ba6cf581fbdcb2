//! The example client in Python makes the demo's first trade, by the OpenAPI document alone.

use crate::market::Kept;
use std::path::Path;
use std::process::{Command, Output};
use tenor_testing::skipped;

const WHAT_IT_NEEDS: &str = "import sys; sys.exit(sys.version_info < (3, 11))";

fn python(kept: &Kept, arguments: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/python/trade.py");
    Command::new("python3")
        .arg("-B") // nothing is left in the repository
        .arg(script)
        .args(["--url", &kept.url, "--aliases"])
        .arg(kept.client_file("aliases.toml"))
        .args(arguments)
        .output()
        .expect("it ran before")
}

#[test]
fn the_python_client_makes_the_demos_first_trade() {
    let found = Command::new("python3").args(["-c", WHAT_IT_NEEDS]).status();
    if !found.is_ok_and(|status| status.success()) {
        return skipped(
            "the Python client",
            "python3 from 3.11 on is absent; apt-get install python3",
        );
    }
    let kept = Kept::played(&["--until-issued"]);
    let traded = python(&kept, &[]);
    let (said, error) = (
        String::from_utf8_lossy(&traded.stdout).into_owned(),
        String::from_utf8_lossy(&traded.stderr).into_owned(),
    );
    assert!(traded.status.success(), "{said}{error}");
    assert!(said.contains("birch-clients: instruction 2, matched"), "{said}");
    assert!(said.contains("registrar: tried 1, settled 1"), "{said}");
    // What the ledger says of it, asked in another way.
    for account in ["alder-own", "birch-clients"] {
        let status = kept.done(&format!("settle status US-1 --account {account}"));
        assert_eq!(status["state"], "settled", "{status}");
        assert_eq!(status["face_amount"], "5000000000", "{status}");
    }
    // A refusal is a problem with its code.
    let again = python(&kept, &[]);
    let error = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(!again.status.success() && error.contains("time_not_ahead"), "{error}");
}
