//! The end of a manifest or a log that a loss of power has torn: taken off while the rest is looked at, and
//! put back when that is refused.

use crate::OpenError;
use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// The bytes of `file` from `place` on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TornEnd {
    file: PathBuf,
    place: u64,
    bytes: Vec<u8>,
}

impl TornEnd {
    /// What lies from `place` on in the file that holds `bytes`.
    pub(crate) fn new(file: PathBuf, mut bytes: Vec<u8>, place: usize) -> Self {
        let bytes = bytes.split_off(place);
        let place = u64::try_from(place).expect("a length in memory");
        Self { file, place, bytes }
    }

    fn cut(&self) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(&self.file)?;
        file.set_len(self.place)?;
        file.sync_all()
    }

    /// Whether it was cut off or not.
    fn put_back(&self) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(&self.file)?;
        file.write_all_at(&self.bytes, self.place)?;
        file.sync_all()
    }
}

/// What `look` finds in the directory `path` without these ends. They stay off, durably, if it finds a
/// store, and are where they were if not.
pub(crate) fn without<T>(
    ends: &[TornEnd],
    path: &Path,
    look: impl FnOnce() -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    let cut = ends.iter().try_for_each(TornEnd::cut);
    let found = cut.map_err(|error| OpenError::from_io(path, &error)).and_then(|()| look());
    let refused = match found {
        Ok(found) => return Ok(found),
        Err(refused) => refused,
    };
    Err(ends.iter().fold(refused, |refused, end| match end.put_back() {
        Ok(()) => refused,
        Err(error) => not_back(refused, end, &error),
    }))
}

/// The reason for the refusal, which matters more, and that the store has changed.
fn not_back(refused: OpenError, end: &TornEnd, error: &io::Error) -> OpenError {
    let also = format!(
        "; the torn end of {}, {} bytes, was cut off to look at the rest and could not be put back: {error}",
        end.file.display(),
        end.bytes.len()
    );
    match refused {
        OpenError::Corrupted { path, what } => OpenError::Corrupted { path, what: what + &also },
        OpenError::Io { path, reason } => OpenError::Io { path, reason: reason + &also },
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn refusal(path: &Path) -> OpenError {
        OpenError::Corrupted { path: path.into(), what: "broken".to_owned() }
    }

    #[test]
    fn an_end_is_off_while_looking_and_comes_back_when_that_is_refused() {
        let directory = tempfile::TempDir::new().expect("a directory");
        let (path, file) = (directory.path(), directory.path().join("file"));
        let ends = [TornEnd::new(file.clone(), b"whole, torn".to_vec(), 5)];
        fs::write(&file, b"whole, torn").expect("written");
        let seen = without(&ends, path, || {
            assert_eq!(fs::read(&file).expect("read"), b"whole");
            Err::<(), _>(refusal(path))
        });
        assert!(matches!(seen, Err(OpenError::Corrupted { what, .. }) if what == "broken"));
        assert_eq!(fs::read(&file).expect("read"), b"whole, torn");
        assert!(without(&ends, path, || Ok(())).is_ok());
        assert_eq!(fs::read(&file).expect("read"), b"whole");
    }

    #[test]
    fn a_refusal_says_what_could_not_be_put_back() {
        let directory = tempfile::TempDir::new().expect("a directory");
        let (path, file) = (directory.path(), directory.path().join("file"));
        fs::write(&file, b"whole, torn").expect("written");
        let ends = [TornEnd::new(file.clone(), b"whole, torn".to_vec(), 5)];
        let seen = without(&ends, path, || {
            fs::remove_file(&file).expect("removed");
            Err::<(), _>(refusal(path))
        });
        let said = seen.expect_err("refused").to_string();
        assert!(said.contains("broken; the torn end of") && said.contains("6 bytes"), "{said}");
    }
}
