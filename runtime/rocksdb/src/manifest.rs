//! The end of a manifest that a loss of power has torn.
//!
//! RocksDB refuses a manifest whose last record does not match its checksum. A loss of power leaves such
//! a record, which was being written and on which nothing depends yet: no file that an earlier record
//! needs is removed before the record that says so is on disk. Without it the manifest is that of the
//! moment before. Where it had been on disk all the same, the other checks of an opening tell, as they
//! do of any manifest that has lost its end.

use crate::log_tail::torn_from;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The bytes from the torn record on.
pub(crate) struct TornEnd {
    manifest: PathBuf,
    place: u64,
    bytes: Vec<u8>,
}

impl TornEnd {
    /// Of the manifest of the database at `path`; `None` when it is whole, or damaged before its last
    /// record.
    pub(crate) fn of(path: &Path) -> io::Result<Option<Self>> {
        let name = fs::read_to_string(path.join("CURRENT"))?;
        let name = name.trim_end();
        if !name.starts_with("MANIFEST-") || name.contains('/') {
            return Ok(None);
        }
        let manifest = path.join(name);
        let mut bytes = fs::read(&manifest)?;
        let Some(place) = torn_from(&bytes) else { return Ok(None) };
        let bytes = bytes.split_off(place);
        let place = u64::try_from(place).map_err(io::Error::other)?;
        Ok(Some(Self { manifest, place, bytes }))
    }

    /// Cuts it off, durably.
    pub(crate) fn cut(&self) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(&self.manifest)?;
        file.set_len(self.place)?;
        file.sync_all()
    }

    /// Puts it back, durably.
    pub(crate) fn put_back(&self) -> io::Result<()> {
        let mut file: File = OpenOptions::new().append(true).open(&self.manifest)?;
        file.write_all(&self.bytes)?;
        file.sync_all()
    }
}
