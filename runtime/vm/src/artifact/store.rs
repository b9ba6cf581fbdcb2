//! The directory of compiled modules.

use super::{ArtifactKey, load::load};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use tenor_primitives::{Hash, keccak256};
use thiserror::Error;
use wasmtime::{Engine, Module};

/// What an artifact starts with: a name and the version of this layout.
const MAGIC: [u8; 8] = *b"tenorvm\x01";
/// Magic, key, checksum.
const HEADER_BYTES: usize = MAGIC.len() + 32 + 32;

/// A directory of artifacts, each `MAGIC ‖ key ‖ keccak256(module) ‖ module` in a file named after
/// its key.
#[derive(Debug)]
pub(crate) struct ArtifactStore {
    directory: PathBuf,
}

/// Why an artifact is not used. None of these stops anything: the module is compiled again.
#[derive(Debug, Error)]
pub(crate) enum ArtifactError {
    #[error("reading: {0}")]
    Io(#[from] io::Error),
    #[error("expected an artifact of this layout with its own key, got something else")]
    Header,
    #[error("the checksum does not match")]
    Checksum,
    #[error("the engine refuses it: {0}")]
    Engine(wasmtime::Error),
}

impl ArtifactStore {
    /// Opens `directory`, creating it if needed.
    pub(crate) fn open(directory: &Path) -> io::Result<Self> {
        fs::create_dir_all(directory)?;
        Ok(Self { directory: directory.to_owned() })
    }

    /// The module under `key`, if there is a good one. A bad one is reported and removed.
    pub(crate) fn load(&self, engine: &Engine, key: ArtifactKey) -> Option<Module> {
        match self.read(engine, key) {
            Ok(module) => module,
            Err(error) => {
                tracing::warn!(key = ?key.0, %error, "a compiled module is unusable; recompiling");
                // If it cannot be removed either, writing the new one reports that.
                let _ = fs::remove_file(self.path(key));
                None
            }
        }
    }

    /// Keeps the compiled `module` under `key`. A failure costs a recompilation after the next start.
    pub(crate) fn save(&self, key: ArtifactKey, module: &[u8]) {
        if let Err(error) = self.write(key, module) {
            tracing::warn!(key = ?key.0, %error, "a compiled module could not be kept");
        }
    }

    fn read(&self, engine: &Engine, key: ArtifactKey) -> Result<Option<Module>, ArtifactError> {
        let bytes = match fs::read(self.path(key)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let (header, module) =
            bytes.split_first_chunk::<HEADER_BYTES>().ok_or(ArtifactError::Header)?;
        let expected = header_of(key, keccak256(module));
        if header == &expected {
            return load(engine, module).map(Some).map_err(ArtifactError::Engine);
        }
        let same_start = header[..MAGIC.len() + 32] == expected[..MAGIC.len() + 32];
        Err(if same_start { ArtifactError::Checksum } else { ArtifactError::Header })
    }

    /// Writes beside and renames, so that a reader sees a whole file or none. Two writers of one key
    /// may spoil it, which the checksum tells.
    fn write(&self, key: ArtifactKey, module: &[u8]) -> io::Result<()> {
        let mut bytes = header_of(key, keccak256(module)).to_vec();
        bytes.extend_from_slice(module);
        let path = self.path(key);
        let beside = path.with_extension(format!("new-{}", std::process::id()));
        fs::write(&beside, bytes)?;
        fs::rename(beside, path)
    }

    fn path(&self, key: ArtifactKey) -> PathBuf {
        self.directory.join(format!("{:?}.artifact", key.0))
    }
}

fn header_of(key: ArtifactKey, checksum: Hash) -> [u8; HEADER_BYTES] {
    let mut header = [0; HEADER_BYTES];
    let (magic, rest) = header.split_at_mut(MAGIC.len());
    let (own_key, sum) = rest.split_at_mut(32);
    magic.copy_from_slice(&MAGIC);
    own_key.copy_from_slice(&key.0.0);
    sum.copy_from_slice(&checksum.0);
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup() -> (tempfile::TempDir, ArtifactStore, Engine, Vec<u8>) {
        let directory = tempfile::tempdir().expect("a directory");
        let store = ArtifactStore::open(&directory.path().join("deep/er")).expect("created");
        let engine = Engine::default();
        let code = wat::parse_str("(module (func (export \"f\")))").expect("parses");
        let module = engine.precompile_module(&code).expect("compiles");
        (directory, store, engine, module)
    }

    const KEY: ArtifactKey = ArtifactKey(Hash([7; 32]));

    #[test]
    fn what_is_saved_is_loaded() {
        let (_directory, store, engine, module) = setup();
        assert!(store.load(&engine, KEY).is_none());
        store.save(KEY, &module);
        let loaded = store.load(&engine, KEY).expect("loaded");
        assert!(loaded.get_export("f").is_some());
        assert!(store.load(&engine, ArtifactKey(Hash([8; 32]))).is_none());
    }

    #[test]
    fn damaged_artifacts_are_refused_and_removed() {
        let (_directory, store, engine, module) = setup();
        let path = store.path(KEY);
        let damages: [fn(&mut Vec<u8>); 6] = [
            |bytes| bytes.truncate(0),
            |bytes| bytes.truncate(HEADER_BYTES + 10),
            |bytes| bytes[0] ^= 1,
            |bytes| bytes[MAGIC.len()] ^= 1,
            |bytes| bytes[MAGIC.len() + 32] ^= 1,
            |bytes| *bytes.last_mut().expect("not empty") ^= 1,
        ];
        for damage in damages {
            store.save(KEY, &module);
            let mut bytes = fs::read(&path).expect("saved");
            damage(&mut bytes);
            fs::write(&path, bytes).expect("written");
            assert!(store.load(&engine, KEY).is_none());
            assert!(!path.exists());
        }
    }

    #[test]
    fn an_artifact_under_another_name_is_refused() {
        let (_directory, store, engine, module) = setup();
        store.save(KEY, &module);
        let other = ArtifactKey(Hash([9; 32]));
        fs::rename(store.path(KEY), store.path(other)).expect("renamed");
        assert!(store.load(&engine, other).is_none());
    }

    #[test]
    fn an_artifact_of_other_settings_is_refused() {
        let (_directory, store, _, module) = setup();
        store.save(KEY, &module);
        let mut config = wasmtime::Config::new();
        config.epoch_interruption(true);
        let other = Engine::new(&config).expect("an engine");
        assert!(store.load(&other, KEY).is_none());
    }
}
