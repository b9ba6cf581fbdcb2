//! Writing a snapshot.

use super::chunk::{ChunkWriter, END, ENTRIES, MANIFEST};
use super::{Manifest, SnapshotError, VERSION};
use std::io::Write;

/// Entries are gathered up to so many bytes.
const CHUNK_BYTES: usize = 1 << 20;

/// Writes a snapshot entry by entry.
pub struct SnapshotWriter<W> {
    chunks: ChunkWriter<W>,
    gathered: Vec<u8>,
    entries: u64,
}

impl<W: Write> SnapshotWriter<W> {
    /// Begins a snapshot of the state after `manifest`'s block.
    pub fn new(out: W, manifest: &Manifest) -> Result<Self, SnapshotError> {
        let mut chunks = ChunkWriter::new(out, VERSION)?;
        let manifest = borsh::to_vec(manifest).expect("encoding into memory does not fail");
        chunks.write(MANIFEST, &manifest)?;
        Ok(Self { chunks, gathered: Vec::with_capacity(CHUNK_BYTES), entries: 0 })
    }

    /// Adds a value under its flat storage key. Keys must come in ascending order.
    pub fn add(&mut self, flat: &[u8], value: &[u8]) -> Result<(), SnapshotError> {
        let entry = borsh::to_writer(&mut self.gathered, &(flat, value));
        entry.expect("encoding into memory does not fail");
        self.entries += 1;
        if self.gathered.len() >= CHUNK_BYTES {
            self.write_out()?;
        }
        Ok(())
    }

    fn write_out(&mut self) -> Result<(), SnapshotError> {
        self.chunks.write(ENTRIES, &self.gathered)?;
        self.gathered.clear();
        Ok(())
    }

    /// Ends the snapshot: the output, to be synced by its owner, the number of entries and of bytes.
    pub fn finish(mut self) -> Result<(W, u64, u64), SnapshotError> {
        if !self.gathered.is_empty() {
            self.write_out()?;
        }
        self.chunks.write(END, &self.entries.to_le_bytes())?;
        let (out, bytes) = self.chunks.finish()?;
        Ok((out, self.entries, bytes))
    }
}
