//! Chunks: kind, length, bytes, and a checksum over all that came before.

use super::SnapshotError;
use std::io::{ErrorKind, Read, Write};
use tenor_primitives::{Hash, Hasher};

/// What the file begins with, before the version.
pub(super) const MAGIC: &[u8; 8] = b"tenorsnp";
/// A chunk of the manifest: the first, and the only one of its kind.
pub(super) const MANIFEST: u8 = 0;
/// A chunk of entries.
pub(super) const ENTRIES: u8 = 1;
/// The last chunk: the number of entries.
pub(super) const END: u8 = 2;
/// The most bytes of a chunk: a block with its receipts, or an entry of the largest value.
pub(super) const BYTES_MAX: usize = 256 << 20;

/// The checksum of a chunk; it covers all chunks before, so that none can be left out, doubled or
/// moved.
fn checksum(before: &Hash, kind: u8, length: u32, bytes: &[u8]) -> Hash {
    Hasher::new().chain(&before.0).chain(&[kind]).chain(&length.to_le_bytes()).chain(bytes).finish()
}

/// Writes chunk after chunk.
pub(super) struct ChunkWriter<W> {
    out: W,
    last: Hash,
    bytes: u64,
}

impl<W: Write> ChunkWriter<W> {
    pub(super) fn new(mut out: W, version: u32) -> Result<Self, SnapshotError> {
        out.write_all(MAGIC)?;
        out.write_all(&version.to_le_bytes())?;
        Ok(Self { out, last: Hash::ZERO, bytes: 12 })
    }

    pub(super) fn write(&mut self, kind: u8, bytes: &[u8]) -> Result<(), SnapshotError> {
        let too_long = || std::io::Error::new(ErrorKind::InvalidInput, "a chunk beyond 256 MiB");
        let length = u32::try_from(bytes.len()).ok().filter(|_| bytes.len() <= BYTES_MAX);
        let length = length.ok_or_else(too_long)?;
        self.last = checksum(&self.last, kind, length, bytes);
        self.out.write_all(&[kind])?;
        self.out.write_all(&length.to_le_bytes())?;
        self.out.write_all(bytes)?;
        self.out.write_all(&self.last.0)?;
        self.bytes += 37 + u64::from(length);
        Ok(())
    }

    /// The output and the number of bytes that went into it.
    pub(super) fn finish(mut self) -> Result<(W, u64), SnapshotError> {
        self.out.flush()?;
        Ok((self.out, self.bytes))
    }
}

/// Reads chunk after chunk.
pub(super) struct ChunkReader<R> {
    from: R,
    last: Hash,
    next: u64,
}

impl<R: Read> ChunkReader<R> {
    pub(super) fn new(mut from: R, supported: u32) -> Result<Self, SnapshotError> {
        let mut head = [0; 12];
        read(&mut from, &mut head, SnapshotError::NotASnapshot)?;
        let (magic, version) = head.split_at(8);
        if magic != MAGIC {
            return Err(SnapshotError::NotASnapshot);
        }
        let found = u32::from_le_bytes(version.try_into().expect("four bytes"));
        if found != supported {
            return Err(SnapshotError::Version { found, supported });
        }
        Ok(Self { from, last: Hash::ZERO, next: 0 })
    }

    /// An error of the chunk that was read last.
    pub(super) fn damaged(&self, what: &'static str) -> SnapshotError {
        SnapshotError::Damaged { chunk: self.next.saturating_sub(1), what }
    }

    /// The next chunk: its kind and its bytes.
    pub(super) fn read(&mut self) -> Result<(u8, Vec<u8>), SnapshotError> {
        self.next += 1;
        let mut head = [0; 5];
        self.fill(&mut head)?;
        let [kind, length @ ..] = head;
        let length = u32::from_le_bytes(length);
        let size = usize::try_from(length).unwrap_or(usize::MAX);
        if size > BYTES_MAX {
            return Err(self.damaged("a length beyond 256 MiB"));
        }
        // What a damaged length asks for is not taken before it is there.
        let mut bytes = Vec::new();
        let read = (&mut self.from).take(u64::from(length)).read_to_end(&mut bytes)?;
        if read != size {
            return Err(self.damaged("the file ends in it"));
        }
        let mut found = Hash::ZERO;
        self.fill(&mut found.0)?;
        let expected = checksum(&self.last, kind, length, &bytes);
        if found != expected {
            return Err(self.damaged("its checksum is another"));
        }
        self.last = expected;
        Ok((kind, bytes))
    }

    /// Whether nothing follows.
    pub(super) fn is_at_end(&mut self) -> Result<bool, SnapshotError> {
        Ok(self.from.read(&mut [0])? == 0)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), SnapshotError> {
        let ended = self.damaged("the file ends in it");
        read(&mut self.from, bytes, ended)
    }
}

/// Fills `bytes`; `ended` when the file is shorter.
fn read(from: &mut impl Read, bytes: &mut [u8], ended: SnapshotError) -> Result<(), SnapshotError> {
    from.read_exact(bytes).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => ended,
        _ => error.into(),
    })
}
