//! Numbers and values in words.

use serde_json::Value;
use tenor_primitives::Address;

/// Characters of a value that are shown in a line.
const VALUE_MAX: usize = 240;

/// Gas with its thousands apart.
pub(super) fn gas(gas: u64) -> String {
    let digits = gas.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 byte`, `2 bytes`.
pub(super) fn bytes(count: u64) -> String {
    if count == 1 { "1 byte".into() } else { format!("{count} bytes") }
}

/// A value in one line: `{to: alice, amount: 5}`, cut where it is long.
pub(super) fn json(value: &Value, names: &dyn Fn(&Address) -> String) -> String {
    let mut text = String::new();
    write(value, names, &mut text);
    match text.char_indices().nth(VALUE_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn write(value: &Value, names: &dyn Fn(&Address) -> String, out: &mut String) {
    match value {
        Value::String(text) => match text.parse::<Address>() {
            Ok(address) => out.push_str(&names(&address)),
            Err(_) => out.push_str(&plain(text)),
        },
        Value::Array(items) => list(out, ['[', ']'], items.iter(), |item, out| {
            write(item, names, out);
        }),
        Value::Object(fields) => list(out, ['{', '}'], fields.iter(), |(name, value), out| {
            out.push_str(&plain(name));
            out.push_str(": ");
            write(value, names, out);
        }),
        other => out.push_str(&other.to_string()),
    }
}

fn list<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl Iterator<Item = T>,
    mut item: impl FnMut(T, &mut String),
) {
    out.push(open);
    for (place, each) in items.enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        item(each, out);
    }
    out.push(close);
}

/// A text that somebody chose, without what a terminal would obey.
pub(super) fn plain(text: &str) -> String {
    let reorders = |c: char| matches!(c, '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || reorders(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}
