//! Routes and their description, entered together: there is no other way to a route.

use super::super::access::Accesses;
use super::call::{Call, SESSION, Schemas};
use crate::service::Service;
use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, on};
use std::sync::Arc;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, HttpMethod, InfoBuilder, OpenApi, OpenApiBuilder, Paths};

/// The calls of the API.
#[derive(Default)]
pub(in crate::rpc) struct Table {
    router: Router<Arc<Service>>,
    paths: Paths,
    schemas: Schemas,
    accesses: Accesses,
}

impl Table {
    /// Serves `call` with `handler`.
    pub(super) fn call<T: 'static>(
        mut self,
        call: Call,
        handler: impl Handler<T, Arc<Service>>,
    ) -> Self {
        let (method, path) = (call.method.clone(), call.path);
        let (filter, verb) = match method {
            HttpMethod::Post => (MethodFilter::POST, Method::POST),
            _ => (MethodFilter::GET, Method::GET),
        };
        self.accesses.insert((verb, path), call.access);
        let (operation, schemas) = call.operation();
        self.schemas.extend(schemas);
        self.paths.add_path_operation(path, vec![method], operation);
        self.router = self.router.route(path, on(filter, handler));
        self
    }

    /// What serves the calls, and who may make each.
    pub(in crate::rpc) fn into_router(self) -> (Router<Arc<Service>>, Accesses) {
        (self.router, self.accesses)
    }

    /// What describes them.
    pub(super) fn into_document(self) -> OpenApi {
        let description = "The API of a Tenor node. Everything below /v1 is versioned: fields are \
                           added, never renamed or removed. Amounts and gas are decimal strings, \
                           byte strings and hashes hex, instants RFC 3339 in UTC. Errors are \
                           problem details (RFC 9457) with a stable code.";
        let info = InfoBuilder::new()
            .title("Tenor node")
            .version(env!("CARGO_PKG_VERSION"))
            .description(Some(description));
        let session = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(
            "A session that a key of an account has signed; nodes that are open want none",
        ));
        let components = ComponentsBuilder::new()
            .schemas_from_iter(self.schemas)
            .security_scheme(SESSION, SecurityScheme::Http(session.build()));
        OpenApiBuilder::new()
            .info(info)
            .paths(self.paths)
            .components(Some(components.build()))
            .build()
    }
}
