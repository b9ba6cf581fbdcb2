//! From an offset in the instrumented module back to the uploaded one.

/// A stretch of bytes that was copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Copied {
    instrumented: u32,
    original: u32,
    length: u32,
}

/// Maps offsets of instructions of the instrumented module to those of the original.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OffsetMap(Vec<Copied>);

impl OffsetMap {
    /// The original offset of the instruction at `instrumented`; for an instruction that was added,
    /// that of the instruction it stands before. `None` outside of function bodies.
    pub fn original(&self, instrumented: u32) -> Option<u32> {
        let next = self.0.partition_point(|copied| copied.instrumented <= instrumented);
        let inside = next.checked_sub(1).and_then(|index| self.0.get(index)).and_then(|copied| {
            let within = instrumented - copied.instrumented;
            (within < copied.length).then(|| copied.original + within)
        });
        match inside {
            Some(offset) => Some(offset),
            None if next == 0 => None,
            None => self.0.get(next).map(|copied| copied.original),
        }
    }

    /// Adds a stretch after all those already there; empty ones are left out.
    pub(super) fn push(&mut self, instrumented: usize, original: usize, length: usize) {
        // Both modules are bounded far below 4 GiB; a larger one would only lose its map.
        let (Ok(instrumented), Ok(original), Ok(length)) =
            (u32::try_from(instrumented), u32::try_from(original), u32::try_from(length))
        else {
            return;
        };
        if length > 0 {
            self.0.push(Copied { instrumented, original, length });
        }
    }

    /// Moves every instrumented offset by `by`, when the place of the code section is known.
    pub(super) fn shift(&mut self, by: usize) {
        let Ok(by) = u32::try_from(by) else {
            self.0.clear();
            return;
        };
        for copied in &mut self.0 {
            copied.instrumented = copied.instrumented.saturating_add(by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn added_instructions_map_to_what_they_stand_before() {
        let mut map = OffsetMap::default();
        map.push(10, 5, 4);
        map.push(14, 9, 0);
        map.push(20, 9, 3);
        map.shift(100);
        assert_eq!(map.original(109), None);
        assert_eq!(map.original(110), Some(5));
        assert_eq!(map.original(113), Some(8));
        assert_eq!(map.original(114), Some(9));
        assert_eq!(map.original(122), Some(11));
        assert_eq!(map.original(123), None);
    }
}
