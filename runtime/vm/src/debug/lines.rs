//! From an offset in the module to lines of the source.

use super::DebugFile;
use addr2line::{Context, Frame};
use gimli::{Dwarf, EndianSlice, LittleEndian};

type Bytes<'a> = EndianSlice<'a, LittleEndian>;

/// A line of the source that an instruction comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLine {
    /// The function, in full.
    pub function: Option<String>,
    /// The file, as the compiler was told to name it.
    pub file: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
}

impl DebugFile {
    /// The lines that the instruction at `offset` in the module comes from: the innermost inlined
    /// function first, the function that it was compiled into last. Empty if nothing is known.
    pub fn lines(&self, offset: u32) -> Vec<SourceLine> {
        let Some(address) = offset.checked_sub(self.code_start) else { return Vec::new() };
        self.find(address.into()).unwrap_or_default()
    }

    fn find(&self, address: u64) -> Option<Vec<SourceLine>> {
        let section = |id: gimli::SectionId| {
            Ok::<_, gimli::Error>(EndianSlice::new(self.section(id.name()), LittleEndian))
        };
        let dwarf: Dwarf<Bytes<'_>> = Dwarf::load(section).ok()?;
        let context = Context::from_dwarf(dwarf).ok()?;
        let mut frames = context.find_frames(address).skip_all_loads().ok()?;
        let mut lines = Vec::new();
        while let Ok(Some(frame)) = frames.next() {
            lines.push(line(&frame));
        }
        Some(lines)
    }
}

fn line(frame: &Frame<'_, Bytes<'_>>) -> SourceLine {
    let function = frame.function.as_ref().and_then(|function| function.raw_name().ok());
    let location = frame.location.as_ref();
    SourceLine {
        function: function.map(|name| super::names::readable(&name)),
        file: location.and_then(|location| location.file).map(str::to_owned),
        line: location.and_then(|location| location.line),
        column: location.and_then(|location| location.column),
    }
}
