//! What a command has to say: to people, to programs, and what comes next.

use serde_json::{Map, Value};

/// A command's result.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    lines: Vec<String>,
    value: Map<String, Value>,
    next: Vec<String>,
    exit_code: u8,
}

impl Report {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A line for people.
    #[must_use]
    pub(crate) fn line(mut self, line: impl Into<String>) -> Self {
        self.lines.push(line.into());
        self
    }

    /// A field for programs.
    #[must_use]
    pub(crate) fn field(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.value.insert(name.into(), value.into());
        self
    }

    /// The fields of an object, for programs.
    #[must_use]
    pub(crate) fn fields(mut self, object: Value) -> Self {
        if let Value::Object(fields) = object {
            self.value.extend(fields);
        }
        self
    }

    /// The next useful command.
    #[must_use]
    pub(crate) fn next(mut self, command: impl Into<String>) -> Self {
        self.next.push(command.into());
        self
    }

    /// An answer that is no error and still no good news, for who calls this from a script.
    #[must_use]
    pub(crate) fn exit(mut self, exit_code: u8) -> Self {
        self.exit_code = exit_code;
        self
    }

    /// The process's exit code.
    pub(crate) fn exit_code(&self) -> u8 {
        self.exit_code
    }

    /// This report, then `other`.
    #[must_use]
    pub(crate) fn merged(mut self, other: Self) -> Self {
        self.lines.extend(other.lines);
        self.value.extend(other.value);
        self.next.extend(other.next);
        self
    }

    /// A field, for those who call a command from the program.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.value.get(name)
    }

    /// What is said to people.
    pub(crate) fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        if !self.next.is_empty() && !text.is_empty() {
            text.push('\n');
        }
        for command in &self.next {
            text.push_str("next: ");
            text.push_str(command);
            text.push('\n');
        }
        text.trim_end().to_owned()
    }

    /// The lines alone.
    pub(crate) fn lines(&self) -> &[String] {
        &self.lines
    }

    /// What programs read.
    pub(crate) fn json(&self) -> Value {
        let mut value = self.value.clone();
        if !self.next.is_empty() {
            value.insert("next".into(), self.next.clone().into());
        }
        Value::Object(value)
    }
}

/// `1 order`, `2 orders`.
pub(crate) fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    match count.try_into() {
        Ok(1) => format!("1 {noun}"),
        Ok(count) => format!("{count} {noun}s"),
        Err(_) => format!("{noun}s"),
    }
}
