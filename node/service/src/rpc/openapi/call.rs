//! One call, described from the types that it takes and gives.

use super::super::respond::BINARY;
use crate::access::Access;
use std::collections::BTreeMap;
use tenor_client::api::{ErrorCode, Problem};
use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::SchemaType;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    Content, HttpMethod, ObjectBuilder, Ref, RefOr, Required, ResponseBuilder, Schema, Type,
};
use utoipa::{IntoParams, ToSchema};

const JSON: &str = "application/json";

/// The name of the way in which a session is shown.
pub(super) const SESSION: &str = "session";

/// Schemas by name, as the document's components hold them.
pub(super) type Schemas = BTreeMap<String, RefOr<Schema>>;

/// A call: where it is, what it takes, what it answers.
pub(super) struct Call {
    pub(super) method: HttpMethod,
    pub(super) path: &'static str,
    pub(super) schemas: Schemas,
    pub(super) access: Access,
    summary: &'static str,
    parameters: Vec<Parameter>,
    body: Option<RequestBodyBuilder>,
    answers: BTreeMap<u16, ResponseBuilder>,
    errors: Vec<ErrorCode>,
}

impl Call {
    pub(super) fn get(access: Access, path: &'static str, summary: &'static str) -> Self {
        Self::new(HttpMethod::Get, access, path, summary)
    }

    pub(super) fn post(access: Access, path: &'static str, summary: &'static str) -> Self {
        Self::new(HttpMethod::Post, access, path, summary)
    }

    fn new(method: HttpMethod, access: Access, path: &'static str, summary: &'static str) -> Self {
        let mut errors = vec![ErrorCode::Internal, ErrorCode::SessionInvalid];
        match access {
            Access::Everybody => {}
            Access::Session => errors.push(ErrorCode::SessionRequired),
            Access::Declared | Access::Overseers | Access::Operators => {
                errors.extend([ErrorCode::SessionRequired, ErrorCode::NotAReader]);
            }
        }
        Self {
            method,
            path,
            access,
            schemas: Schemas::new(),
            summary,
            parameters: Vec::new(),
            body: None,
            answers: BTreeMap::new(),
            errors,
        }
    }

    /// Takes a value in its path.
    pub(super) fn segment<T: ToSchema>(mut self, name: &str, description: &str) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some(description))
            .schema(Some(self.schema::<T>()));
        self.parameters.push(parameter.build());
        self.or(&[ErrorCode::MalformedRequest])
    }

    /// Takes the query string that `P` describes.
    pub(super) fn query<P: IntoParams>(mut self) -> Self {
        self.parameters.extend(P::into_params(|| Some(ParameterIn::Query)));
        self.or(&[ErrorCode::MalformedRequest])
    }

    /// Takes a header.
    pub(super) fn header<T: ToSchema>(mut self, name: &str, description: &str) -> Self {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(self.schema::<T>()));
        self.parameters.push(parameter.build());
        self.or(&[ErrorCode::MalformedRequest])
    }

    /// Takes a JSON body.
    pub(super) fn takes<T: ToSchema>(mut self) -> Self {
        let content = Content::new(Some(self.schema::<T>()));
        self.with_body(JSON, content)
    }

    /// Takes raw bytes as its body.
    pub(super) fn takes_bytes(self) -> Self {
        self.with_body(BINARY, Content::new(Some(any())))
    }

    fn with_body(mut self, media_type: &str, content: Content) -> Self {
        let body = self.body.take().unwrap_or_default().required(Some(Required::True));
        self.body = Some(body.content(media_type, content));
        self.or(&[
            ErrorCode::MalformedRequest,
            ErrorCode::UnsupportedMediaType,
            ErrorCode::BodyTooLarge,
            ErrorCode::RequestTimeout,
        ])
    }

    /// Answers with JSON.
    pub(super) fn gives<T: ToSchema>(mut self, status: u16, description: &str) -> Self {
        let content = Content::new(Some(self.schema::<T>()));
        self.answer(status, description, JSON, content)
    }

    /// Answers with raw bytes; beside JSON, when the caller's `Accept` names their media type alone.
    pub(super) fn gives_bytes(self, status: u16, description: &str) -> Self {
        self.answer(status, description, BINARY, Content::new(Some(any())))
    }

    /// Answers with JSON of a form that others define.
    pub(super) fn gives_json(self, status: u16, description: &str) -> Self {
        self.answer(status, description, JSON, Content::new(Some(any())))
    }

    /// Answers with text of some kind.
    pub(super) fn gives_text(self, status: u16, description: &str, media_type: &str) -> Self {
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        self.answer(status, description, media_type, Content::new(Some(Schema::from(text))))
    }

    fn answer(
        mut self,
        status: u16,
        description: &str,
        media_type: &str,
        content: Content,
    ) -> Self {
        let response = self.answers.remove(&status).unwrap_or_default();
        let response = response.description(description).content(media_type, content);
        self.answers.insert(status, response);
        self
    }

    /// Can refuse with these codes.
    pub(super) fn or(mut self, errors: &[ErrorCode]) -> Self {
        self.errors.extend(errors);
        self
    }

    /// Registers a type, and gives the reference to it.
    fn schema<T: ToSchema>(&mut self) -> RefOr<Schema> {
        let mut below = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut below);
        self.schemas.extend(below);
        Ref::from_schema_name(T::name()).into()
    }

    /// The document's part, and the schemas that it refers to.
    pub(super) fn operation(mut self) -> (OperationBuilder, Schemas) {
        let problem = self.schema::<Problem>();
        let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
        self.errors.sort_unstable();
        self.errors.dedup();
        for code in &self.errors {
            by_status.entry(code.http_status()).or_default().push(*code);
        }
        for (status, codes) in by_status {
            let line = |code: &ErrorCode| format!("`{}`: {}", code.name(), code.title());
            let lines: Vec<String> = codes.iter().map(line).collect();
            let content = Content::new(Some(problem.clone()));
            let answer = self.answers.remove(&status).unwrap_or_default();
            let answer = answer.description(lines.join("; "));
            self.answers.insert(status, answer.content(Problem::MEDIA_TYPE, content));
        }
        let id = operation_id(&self.method, self.path);
        let mut operation = OperationBuilder::new()
            .operation_id(Some(id))
            .tag(tag(self.path))
            .summary(Some(self.summary))
            .description(Some(self.access.words()))
            .request_body(self.body.map(RequestBodyBuilder::build));
        if self.access != Access::Everybody {
            let none = SecurityRequirement::default();
            let session = SecurityRequirement::new::<_, [&str; 0], &str>(SESSION, []);
            operation = operation.securities(Some([none, session]));
        }
        for parameter in self.parameters {
            operation = operation.parameter(parameter);
        }
        for (status, answer) in self.answers {
            operation = operation.response(status.to_string(), answer.build());
        }
        (operation, self.schemas)
    }
}

/// Any value; of raw bytes the media type alone speaks in OpenAPI 3.1.
fn any() -> Schema {
    Schema::from(ObjectBuilder::new().schema_type(SchemaType::AnyValue).build())
}

/// `get_transactions_hash`: for the names of functions in generated clients.
fn operation_id(method: &HttpMethod, path: &str) -> String {
    let verb = match method {
        HttpMethod::Post => "post",
        _ => "get",
    };
    let words = path.split(['/', '{', '}', '.']).filter(|word| !matches!(*word, "" | "v1"));
    words.fold(verb.to_owned(), |id, word| id + "_" + word)
}

/// The group of a call: the first word of its path.
fn tag(path: &str) -> String {
    let rest = path.strip_prefix("/v1/").unwrap_or("node");
    rest.split(['/', '.']).next().unwrap_or("node").to_owned()
}
