//! The end of a manifest that a loss of power has torn.
//!
//! RocksDB refuses a manifest whose last record does not match its checksum. A loss of power leaves such
//! a record, which was being written and on which nothing depends yet: no file that an earlier record
//! needs is removed before the record that says so is on disk. Without it the manifest is that of the
//! moment before. Where it had been on disk all the same, the other checks of an opening tell, as they
//! do of any manifest that has lost its end.

use crate::log_tail::{first_damage, torn_from};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The bytes from the torn record on.
pub(crate) struct TornEnd {
    manifest: PathBuf,
    place: u64,
    bytes: Vec<u8>,
}

/// The file that CURRENT names; `None` when it names no manifest.
fn manifest_of(path: &Path) -> io::Result<Option<PathBuf>> {
    let name = fs::read_to_string(path.join("CURRENT"))?;
    let name = name.trim_end();
    let is_one = name.starts_with("MANIFEST-") && !name.contains('/');
    Ok(is_one.then(|| path.join(name)))
}

/// Where the manifest of the database at `path` is damaged first. RocksDB reads some damaged headers of
/// records again and again (`db/log_reader.cc`), so this is asked before it.
pub(crate) fn damage(path: &Path) -> io::Result<Option<usize>> {
    let Some(manifest) = manifest_of(path)? else { return Ok(None) };
    Ok(first_damage(&fs::read(manifest)?))
}

impl TornEnd {
    /// Of the manifest of the database at `path`; `None` when it is whole, or damaged before its last
    /// record.
    pub(crate) fn of(path: &Path) -> io::Result<Option<Self>> {
        let Some(manifest) = manifest_of(path)? else { return Ok(None) };
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
