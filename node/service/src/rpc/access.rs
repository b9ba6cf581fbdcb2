//! Who calls: the session in `Authorization`, held against the call's access before anything else.

use super::method_not_allowed;
use crate::accept::Connection;
use crate::access::{Access, Reader, Reads};
use crate::problems::ApiError;
use crate::service::Service;
use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::sync::Arc;
use tenor_client::api::ErrorCode;

/// The access of every call.
pub(super) type Accesses = HashMap<(Method, &'static str), Access>;

/// Who calls, from where, and with which token, so that what takes long can look again.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) reader: Reader,
    pub(super) connection: Connection,
    pub(super) token: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(|| ApiError::internal(&"a call came past its access check"))
    }
}

/// Lets through who may make the call.
pub(super) async fn guard(
    State((service, accesses)): State<(Arc<Service>, Arc<Accesses>)>,
    path: MatchedPath,
    mut request: Request,
    next: Next,
) -> Response {
    // HEAD is answered as GET is, without its body.
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    let mut known = accesses.iter();
    let access = known.find(|((of, at), _)| of == method && *at == path.as_str());
    // Whatever serves a path: what is not in the table is not let through.
    let Some((_, access)) = access else {
        return method_not_allowed(request).await.into_response();
    };
    let connection = request.extensions().get::<Connection>().cloned();
    match caller(&service, request.headers(), connection, *access).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

async fn caller(
    service: &Arc<Service>,
    headers: &HeaderMap,
    connection: Option<Connection>,
    access: Access,
) -> Result<Caller, ApiError> {
    let is_asked = access != Access::Everybody && service.config().reads == Reads::Sessions;
    let token = if is_asked { bearer(headers)? } else { None };
    let reader = service.reader(token.clone()).await?;
    reader.check(access)?;
    let connection =
        connection.ok_or_else(|| ApiError::internal(&"a call came without its connection"))?;
    Ok(Caller { reader, connection, token })
}

fn bearer(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") {
        let detail = "the Authorization header is of another kind";
        let error = ErrorCode::SessionInvalid;
        return Err(ApiError::mismatch(error, detail, "Bearer and a token", "another scheme"));
    }
    Ok(Some(token.trim().to_owned()))
}
