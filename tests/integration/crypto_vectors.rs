//! External vectors for signatures and hashing.

use tenor_tests::vectors::{self, Report, keccak, wycheproof};

fn finish(reports: &[Report]) {
    reports.iter().for_each(|report| println!("{report}"));
    let failed: usize = reports.iter().map(|report| report.failed.len()).sum();
    assert_eq!(failed, 0, "cases that disagree are listed above");
}

#[test]
fn wycheproof_agrees_but_for_high_s() {
    let Some(folder) = vectors::folder("crypto/wycheproof") else { return };
    let files = vectors::json_files(&folder);
    let reports: Vec<Report> = files.iter().map(|file| wycheproof::run(file)).collect();
    let cases: usize = reports.iter().map(|r| r.passed + r.refused.len() + r.failed.len()).sum();
    assert!(cases > 0, "the folder holds cases");
    for reason in reports.iter().flat_map(|report| &report.refused) {
        assert!(reason.ends_with("high s"), "the only stricter rule is low s: {reason}");
    }
    finish(&reports);
}

#[test]
fn keccak_gives_the_known_answers() {
    let Some(folder) = vectors::folder("crypto/keccak") else { return };
    let files = vectors::json_files(&folder);
    let reports: Vec<Report> = files.iter().map(|file| keccak::run(file)).collect();
    assert!(reports.iter().any(|report| report.passed > 0), "the folder holds vectors");
    finish(&reports);
}
