//! Names of functions as their authors wrote them.

use super::DebugFile;
use wasmparser::{BinaryReader, Name, NameSectionReader};

impl DebugFile {
    /// The name of the function with that index, imported ones counted.
    pub fn function_name(&self, index: u32) -> Option<String> {
        let section = NameSectionReader::new(BinaryReader::new(self.section("name"), 0));
        let functions = section.into_iter().flatten().filter_map(|name| match name {
            Name::Function(map) => Some(map),
            _ => None,
        });
        let mut names = functions.flat_map(|map| map.into_iter().flatten());
        names.find(|name| name.index == index).map(|name| readable(name.name))
    }
}

/// A compiler's name of a function, without its hash.
pub(super) fn readable(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}
