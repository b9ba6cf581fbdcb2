//! What a function is called, for people: nothing depends on it.

use wasmparser::{ExternalKind, KnownCustom, Name, Parser, Payload, TypeRef};

/// Bytes of a name that are shown.
const SHOWN_MAX: usize = 200;

/// The name of the function with that index, imported ones counted: from the name section, else the
/// import's or the export's. `None` if there is none, or the module is unreadable before it is found.
pub fn function_name(code: &[u8], index: u32) -> Option<String> {
    let mut outer = None;
    for payload in Parser::new(0).parse_all(code) {
        match payload {
            Ok(Payload::ImportSection(reader)) => {
                let imports = reader.into_imports().flatten();
                let functions = imports.filter(|import| matches!(import.ty, TypeRef::Func(_)));
                let import = functions.skip(index as usize).map(|import| import.name).next();
                outer = outer.or(import);
            }
            Ok(Payload::ExportSection(reader)) => {
                let exports = reader.into_iter().flatten();
                let named = |export: &wasmparser::Export<'_>| {
                    export.kind == ExternalKind::Func && export.index == index
                };
                outer = outer.or_else(|| exports.filter(named).map(|export| export.name).next());
            }
            Ok(Payload::CustomSection(section)) => {
                if let KnownCustom::Name(names) = section.as_known()
                    && let Some(name) = in_section(names, index)
                {
                    return Some(shown(name));
                }
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    outer.map(shown)
}

fn in_section(names: wasmparser::NameSectionReader<'_>, index: u32) -> Option<&str> {
    let functions = names.into_iter().flatten().filter_map(|name| match name {
        Name::Function(map) => Some(map),
        _ => None,
    });
    functions
        .flat_map(|map| map.into_iter().flatten())
        .find(|name| name.index == index)
        .map(|n| n.name)
}

/// A name that somebody else chose, without what a terminal would obey.
fn shown(name: &str) -> String {
    name.chars().take(SHOWN_MAX).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_name_section_else_from_outside() {
        let text = r#"(module (import "env" "log" (func)) (import "env" "g" (global i32))
            (func $inner) (func (export "execute")) (func))"#;
        let with_names = wat::parse_str(text).expect("parses");
        let names = |code: &[u8]| [0, 1, 2, 3, 9].map(|index| function_name(code, index));
        let some = |name: &str| Some(name.to_owned());
        assert_eq!(names(&with_names), [some("log"), some("inner"), some("execute"), None, None]);
        let stripped = wat::parse_str(text.replace("$inner", "")).expect("parses");
        assert_eq!(names(&stripped), [some("log"), None, some("execute"), None, None]);
        assert_eq!(names(b"nonsense"), [const { None }; 5]);
    }

    #[test]
    fn a_name_cannot_steer_a_terminal() {
        let text = r#"(module (func (@name "\1b[2J"#.to_owned() + &"x".repeat(1_000) + r#"")))"#;
        let name = function_name(&wat::parse_str(text).expect("parses"), 0).expect("named");
        assert!(name.starts_with(r"\u{1b}[2Jxx") && name.len() < 250, "{name}");
    }
}
