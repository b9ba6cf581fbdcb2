//! Known answers of Keccak-256, through the ledger's hash function.

use super::Report;
use serde::Deserialize;
use std::path::Path;
use tenor_primitives::keccak256;

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    /// The message's length; a message of no bits is written as one byte.
    len_bits: usize,
    msg: String,
    digest: String,
}

/// Runs one file.
///
/// # Panics
/// If the file is not of the known-answer format.
pub fn run(path: &Path) -> Report {
    let bytes = std::fs::read(path).expect("a readable file");
    let file: File = serde_json::from_slice(&bytes).expect("the known-answer format");
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let mut report = Report { file: name.unwrap_or_default(), ..Report::default() };
    for (index, vector) in file.vectors.iter().enumerate() {
        let message = hex::decode(&vector.msg).expect("a hex message");
        let got = hex::encode(keccak256(&message[..vector.len_bits / 8]).0);
        if got.eq_ignore_ascii_case(&vector.digest) {
            report.passed += 1;
        } else {
            let expected = &vector.digest;
            report.failed.push(format!("vector {index}: expected {expected}, got {got}"));
        }
    }
    report
}
