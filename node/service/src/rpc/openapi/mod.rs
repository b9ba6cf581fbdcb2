//! The API as OpenAPI 3.1: one table has every route with its description, so that neither can exist
//! without the other.

mod call;
mod calls;
mod page;
mod table;

pub(super) use calls::calls;

use axum::http::header;
use axum::response::IntoResponse;
use std::sync::LazyLock;

/// The document as JSON.
pub(crate) static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    calls().into_document().to_pretty_json().expect("a document of strings and lists encodes")
});

static PAGE: LazyLock<String> = LazyLock::new(|| page::render(&DOCUMENT));

async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str())
}

async fn readable() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        // The page is made of this node's own text and loads nothing.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'"),
    ];
    (headers, PAGE.as_str())
}
