//! Wycheproof ECDSA files for secp256k1, through the functions the ledger checks signatures with.

use super::Report;
use serde::Deserialize;
use sha2::Digest;
use std::path::Path;
use tenor_primitives::{Hash, PublicKey, Signature, VerifyError, verify};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    #[serde(rename = "type")]
    kind: String,
    public_key: Key,
    sha: String,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
struct Key {
    uncompressed: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    tc_id: u32,
    comment: String,
    msg: String,
    sig: String,
    result: String,
}

/// Runs one file.
///
/// # Panics
/// If the file is not of the Wycheproof format, or names a hash or an encoding unknown here.
pub fn run(path: &Path) -> Report {
    let bytes = std::fs::read(path).expect("a readable file");
    let file: File = serde_json::from_slice(&bytes).expect("the Wycheproof format");
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut report = Report { file: name.unwrap_or_default(), ..Report::default() };
    for group in &file.test_groups {
        let key = compressed(&group.public_key.uncompressed);
        for case in &group.tests {
            judge(group, case, &key, &mut report);
        }
    }
    report
}

fn judge(group: &Group, case: &Case, key: &PublicKey, report: &mut Report) {
    let outcome = check(group, case, key);
    let what = format!("case {} ({})", case.tc_id, case.comment);
    match (case.result.as_str(), outcome) {
        ("valid", Ok(())) | ("invalid", Err(_)) => report.passed += 1,
        ("valid", Err(VerifyError::HighS)) => report.refused.push(format!("{what}: high s")),
        ("acceptable", _) => report.refused.push(format!("{what}: acceptable either way")),
        (expected, got) => report.failed.push(format!("{what}: expected {expected}, got {got:?}")),
    }
}

fn check(group: &Group, case: &Case, key: &PublicKey) -> Result<(), VerifyError> {
    let message = hex::decode(&case.msg).expect("a hex message");
    let encoded = hex::decode(&case.sig).expect("a hex signature");
    let signature = match group.kind.as_str() {
        "EcdsaP1363Verify" => Signature::from_slice(&encoded)?,
        "EcdsaVerify" | "EcdsaBitcoinVerify" => Signature::from_der(&encoded)?,
        other => panic!("unknown kind of group {other}"),
    };
    verify(key, &digest(&group.sha, &message), &signature)
}

/// The leftmost 32 bytes of the digest, as ECDSA takes them for a curve of 256 bits.
fn digest(algorithm: &str, message: &[u8]) -> Hash {
    let full = match algorithm {
        "SHA-256" => sha2::Sha256::digest(message).to_vec(),
        "SHA-512" => sha2::Sha512::digest(message).to_vec(),
        "SHA3-256" => sha3::Sha3_256::digest(message).to_vec(),
        other => panic!("unknown hash {other}"),
    };
    Hash(*full.first_chunk().expect("at least 32 bytes"))
}

/// x with the parity of y, from the uncompressed point in hex.
fn compressed(uncompressed: &str) -> PublicKey {
    let point = hex::decode(uncompressed).expect("a hex point");
    assert_eq!((point.len(), point[0]), (65, 4), "an uncompressed point");
    let mut key = [0; 33];
    key[0] = 2 + (point[64] & 1);
    key[1..].copy_from_slice(&point[1..33]);
    PublicKey(key)
}
