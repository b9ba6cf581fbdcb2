//! The document as a page for people, made by the node and needing nothing else.

use askama::Template;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "openapi.html")]
struct Page {
    title: String,
    version: String,
    description: String,
    groups: BTreeMap<String, Vec<CallRow>>,
    types: Vec<TypeRow>,
}

struct CallRow {
    id: String,
    method: String,
    path: String,
    summary: String,
    takes: Vec<FieldRow>,
    answers: Vec<AnswerRow>,
}

struct AnswerRow {
    status: String,
    meaning: Vec<String>,
    kinds: Vec<FormRow>,
    is_error: bool,
}

/// A media type and what is in it.
struct FormRow {
    media_type: String,
    form: Form,
}

struct FieldRow {
    name: String,
    place: String,
    form: Form,
    is_required: bool,
    description: String,
}

struct TypeRow {
    name: String,
    description: String,
    form: Form,
    fields: Vec<FieldRow>,
}

/// What a value is, in words, with the named types that it is made of.
#[derive(Default)]
struct Form {
    words: String,
    links: Vec<String>,
}

/// The page of a document.
pub(super) fn render(document: &str) -> String {
    let document: Value = serde_json::from_str(document).expect("our own document");
    let page = Page {
        title: text(&document["info"]["title"]),
        version: text(&document["info"]["version"]),
        description: text(&document["info"]["description"]),
        groups: groups(&document["paths"]),
        types: entries(&document["components"]["schemas"]).map(type_row).collect(),
    };
    page.render().expect("a page of strings and lists")
}

fn groups(paths: &Value) -> BTreeMap<String, Vec<CallRow>> {
    let mut groups: BTreeMap<String, Vec<CallRow>> = BTreeMap::new();
    for (path, methods) in entries(paths) {
        for (method, operation) in entries(methods) {
            let row = call_row(path, method, operation);
            groups.entry(text(&operation["tags"][0])).or_default().push(row);
        }
    }
    groups
}

fn call_row(path: &str, method: &str, operation: &Value) -> CallRow {
    let mut takes: Vec<FieldRow> = items(&operation["parameters"]).map(parameter).collect();
    takes.extend(forms(&operation["requestBody"]["content"]).map(|kind| FieldRow {
        name: kind.media_type,
        place: "body".into(),
        form: kind.form,
        is_required: true,
        description: String::new(),
    }));
    let answer = |(status, answer): (&String, &Value)| AnswerRow {
        status: status.clone(),
        meaning: text(&answer["description"]).split("; ").map(str::to_owned).collect(),
        kinds: forms(&answer["content"]).collect(),
        is_error: !status.starts_with('2'),
    };
    CallRow {
        id: text(&operation["operationId"]),
        method: method.to_uppercase(),
        path: path.into(),
        summary: text(&operation["summary"]),
        takes,
        answers: entries(&operation["responses"]).map(answer).collect(),
    }
}

fn parameter(parameter: &Value) -> FieldRow {
    FieldRow {
        name: text(&parameter["name"]),
        place: text(&parameter["in"]),
        form: form(&parameter["schema"]),
        is_required: parameter["required"] == true,
        description: text(&parameter["description"]),
    }
}

fn forms(content: &Value) -> impl Iterator<Item = FormRow> {
    entries(content).map(|(media_type, content)| FormRow {
        media_type: media_type.clone(),
        form: form(&content["schema"]),
    })
}

fn type_row((name, schema): (&String, &Value)) -> TypeRow {
    let required: Vec<&str> = items(&schema["required"]).filter_map(Value::as_str).collect();
    let field = |(name, schema): (&String, &Value)| FieldRow {
        name: name.clone(),
        place: String::new(),
        form: form(schema),
        is_required: required.contains(&name.as_str()),
        description: text(&schema["description"]),
    };
    TypeRow {
        name: name.clone(),
        description: text(&schema["description"]),
        form: form(schema),
        fields: entries(&schema["properties"]).map(field).collect(),
    }
}

fn form(schema: &Value) -> Form {
    let mut form = Form::default();
    form.words = words(schema, &mut form.links);
    form
}

fn words(schema: &Value, links: &mut Vec<String>) -> String {
    if let Some(target) = schema["$ref"].as_str() {
        let name = target.rsplit('/').next().unwrap_or(target).to_owned();
        links.push(name.clone());
        return name;
    }
    for (key, join) in [("oneOf", " or "), ("anyOf", " or "), ("allOf", " and ")] {
        if schema[key].is_array() {
            let parts: Vec<String> = items(&schema[key]).map(|part| words(part, links)).collect();
            return parts.join(join);
        }
    }
    if schema["items"].is_object() {
        return format!("list of {}", words(&schema["items"], links));
    }
    if schema["enum"].is_array() {
        let values: Vec<String> = items(&schema["enum"]).map(Value::to_string).collect();
        return values.join(" | ");
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().map(text).collect::<Vec<_>>().join(" or "),
        kind => text(kind),
    };
    match (kind.as_str(), schema["pattern"].as_str()) {
        ("", _) => "any value".into(),
        (_, Some(pattern)) => format!("{kind} {pattern}"),
        ("object", None) if schema["properties"].is_object() => {
            let names: Vec<&str> =
                entries(&schema["properties"]).map(|(name, _)| name.as_str()).collect();
            format!("object of {}", names.join(", "))
        }
        (_, None) => kind,
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
