//! What `docs/api.md` must say.

use tenor_client::api::ErrorCode;

const PAGE: &str = include_str!("../../../../docs/api.md");
const ROUTES: &str = include_str!("../rpc/mod.rs");

#[test]
fn every_call_has_its_section() {
    let routes: Vec<&str> = ROUTES
        .lines()
        .filter_map(|line| line.trim().strip_prefix(".route(\"")?.split('"').next())
        .collect();
    assert!(routes.len() > 15, "the routes are found");
    for route in routes {
        let headed = PAGE.lines().any(|line| {
            line.starts_with("### ")
                && line.split('`').any(|part| part.ends_with(&format!(" {route}")))
        });
        assert!(headed, "docs/api.md has no section for {route}");
    }
}

#[test]
fn every_error_has_its_row() {
    for code in ErrorCode::ALL {
        let retryable = if code.is_retryable() { "yes" } else { "no" };
        let (name, status) = (code.name(), code.http_status());
        let row =
            format!("| `{name}` | {status} | {retryable} | {} | {} |", code.title(), code.hint());
        assert!(PAGE.contains(&row), "docs/api.md misses the row\n{row}");
    }
}
