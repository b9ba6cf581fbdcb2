//! A directory of keys.

use super::v3::{self, Refusal};
use super::{KeystoreError, Passphrase, Strength, dev_key};
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use tenor_primitives::{Address, PublicKey, SigningKey};
use zeroize::Zeroizing;

/// How a key is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// Encrypted with a passphrase.
    Encrypted,
    /// Derived from its name, known to everybody.
    InsecureDev,
}

/// A key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyInfo {
    /// Its name: the file's.
    pub name: String,
    /// The public key; `None` for an encrypted file of another tool.
    pub public_key: Option<PublicKey>,
    /// How it is kept.
    pub kind: KeyKind,
}

/// The file of a development key.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DevFile {
    /// Says in the file itself what it is.
    insecure_development_key: String,
    public_key: PublicKey,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AnyFile {
    Dev(DevFile),
    Encrypted(Box<v3::File>),
}

/// Keys as files `NAME.json` in one directory, readable by their owner only.
#[derive(Clone, Debug)]
pub struct Keystore {
    directory: PathBuf,
}

impl Keystore {
    /// The keystore in `directory`, which is made when the first key is.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self { directory: directory.into() }
    }

    /// Where the keys are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Makes a random key and keeps it encrypted.
    pub fn create(
        &self,
        name: &str,
        passphrase: &Passphrase,
        strength: Strength,
    ) -> Result<KeyInfo, KeystoreError> {
        // What can be refused is refused before a key is made.
        passphrase.check_strength()?;
        let path = self.path(name)?;
        let key = random_key().map_err(|refusal| refusal.at(&path, name))?;
        self.keep(name, &key, passphrase, strength)
    }

    /// Refuses a name that cannot be given or that a key has already.
    pub fn check_free(&self, name: &str) -> Result<(), KeystoreError> {
        let path = self.path(name)?;
        if path.exists() {
            let directory = self.directory.clone();
            return Err(KeystoreError::Exists { name: name.into(), directory });
        }
        Ok(())
    }

    /// Keeps a key that came from elsewhere, recovery words for instance, encrypted.
    pub fn keep(
        &self,
        name: &str,
        key: &SigningKey,
        passphrase: &Passphrase,
        strength: Strength,
    ) -> Result<KeyInfo, KeystoreError> {
        passphrase.check_strength()?;
        let path = self.path(name)?;
        let secret = Zeroizing::new(key.to_bytes());
        let file = v3::encrypt(&secret, Some(key.public_key()), passphrase, strength)
            .map_err(|refusal| refusal.at(&path, name))?;
        self.write(name, &path, &file)?;
        Ok(KeyInfo {
            name: name.into(),
            public_key: Some(key.public_key()),
            kind: KeyKind::Encrypted,
        })
    }

    /// Notes that `name` is the development key of that name. Writing it again changes nothing.
    pub fn create_dev(&self, name: &str) -> Result<KeyInfo, KeystoreError> {
        let path = self.path(name)?;
        let public_key = dev_key(name).public_key();
        let info =
            KeyInfo { name: name.into(), public_key: Some(public_key), kind: KeyKind::InsecureDev };
        if path.exists() && self.info(name)? == info {
            return Ok(info);
        }
        let file = DevFile { insecure_development_key: name.into(), public_key };
        self.write(name, &path, &file)?;
        Ok(info)
    }

    /// The secret key; `passphrase` is asked for only when the key is encrypted.
    pub fn load(
        &self,
        name: &str,
        passphrase: impl FnOnce() -> Option<Passphrase>,
    ) -> Result<SigningKey, KeystoreError> {
        let path = self.path(name)?;
        let file = match self.read(name, &path)? {
            AnyFile::Dev(file) => return Ok(dev_key(&file.insecure_development_key)),
            AnyFile::Encrypted(file) => file,
        };
        let passphrase =
            passphrase().ok_or_else(|| KeystoreError::PassphraseNeeded { name: name.into() })?;
        let secret = file.decrypt(&passphrase).map_err(|refusal| refusal.at(&path, name))?;
        let secret: Option<&[u8; 32]> = secret.as_slice().try_into().ok();
        secret.and_then(SigningKey::from_bytes).ok_or_else(|| KeystoreError::Malformed {
            path,
            reason: "expected a secret of 32 bytes below the order of secp256k1".into(),
        })
    }

    /// A key without its secret.
    pub fn info(&self, name: &str) -> Result<KeyInfo, KeystoreError> {
        let path = self.path(name)?;
        let (public_key, kind) = match self.read(name, &path)? {
            AnyFile::Dev(file) => (Some(file.public_key), KeyKind::InsecureDev),
            AnyFile::Encrypted(file) => (file.public_key, KeyKind::Encrypted),
        };
        Ok(KeyInfo { name: name.into(), public_key, kind })
    }

    /// All keys, by name.
    pub fn list(&self) -> Result<Vec<KeyInfo>, KeystoreError> {
        let entries = match fs::read_dir(&self.directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(io(&self.directory, source)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(|source| io(&self.directory, source))?.file_name();
            let name = name.to_string_lossy().into_owned();
            names.extend(name.strip_suffix(".json").map(str::to_owned));
        }
        names.sort();
        names.iter().map(|name| self.info(name)).collect()
    }

    fn path(&self, name: &str) -> Result<PathBuf, KeystoreError> {
        // A label cannot climb out of the directory: it has no slash, and `..json` is a file in it.
        if !Address::is_label(name) {
            return Err(KeystoreError::Name { name: name.into() });
        }
        Ok(self.directory.join(format!("{name}.json")))
    }

    fn read(&self, name: &str, path: &Path) -> Result<AnyFile, KeystoreError> {
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => {
                KeystoreError::Missing { name: name.into(), directory: self.directory.clone() }
            }
            _ => io(path, error),
        })?;
        serde_json::from_str(&text).map_err(|_| KeystoreError::Malformed {
            path: path.into(),
            reason: "expected a version 3 key file or a development key".into(),
        })
    }

    fn write(&self, name: &str, path: &Path, file: &impl Serialize) -> Result<(), KeystoreError> {
        fs::create_dir_all(&self.directory).map_err(|source| io(&self.directory, source))?;
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut target = options.open(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => {
                KeystoreError::Exists { name: name.into(), directory: self.directory.clone() }
            }
            _ => io(path, error),
        })?;
        let json = serde_json::to_vec_pretty(file).map_err(|error| io(path, error.into()))?;
        target
            .write_all(&json)
            .and_then(|()| target.write_all(b"\n"))
            .and_then(|()| target.sync_all())
            .map_err(|source| io(path, source))
    }
}

fn random_key() -> Result<SigningKey, Refusal> {
    loop {
        let secret = Zeroizing::new(v3::random::<32>()?);
        if let Some(key) = SigningKey::from_bytes(&secret) {
            return Ok(key);
        }
    }
}

fn io(path: &Path, source: std::io::Error) -> KeystoreError {
    KeystoreError::Io { path: path.into(), source }
}

impl Refusal {
    fn at(self, path: &Path, name: &str) -> KeystoreError {
        let path = path.to_owned();
        match self {
            Self::WrongPassphrase => KeystoreError::WrongPassphrase { name: name.into() },
            Self::Malformed(reason) => KeystoreError::Malformed { path, reason: reason.into() },
            Self::TooExpensive(reason) => KeystoreError::TooExpensive { path, reason },
            Self::Randomness => KeystoreError::Randomness,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase() -> Option<Passphrase> {
        Some(Passphrase::new("correct horse".into()))
    }

    #[test]
    fn keys_come_back_and_names_are_kept_once() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Keystore::new(directory.path().join("keys"));
        assert_eq!(store.list().expect("lists"), Vec::new());
        let words = passphrase().expect("given");
        let info = store.create("alice", &words, Strength::Light).expect("made");
        let key = store.load("alice", passphrase).expect("opens");
        assert_eq!(info.public_key, Some(key.public_key()));
        assert!(matches!(
            store.create("alice", &words, Strength::Light),
            Err(KeystoreError::Exists { .. })
        ));
        assert!(matches!(
            store.load("alice", || None),
            Err(KeystoreError::PassphraseNeeded { .. })
        ));
        let wrong = || Some(Passphrase::new("wrong horse".into()));
        assert!(matches!(store.load("alice", wrong), Err(KeystoreError::WrongPassphrase { .. })));
        assert!(matches!(store.load("bob", passphrase), Err(KeystoreError::Missing { .. })));
        assert!(matches!(store.load("../bob", passphrase), Err(KeystoreError::Name { .. })));
    }

    #[test]
    fn development_keys_say_what_they_are_and_need_no_passphrase() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Keystore::new(directory.path());
        let info = store.create_dev("alice").expect("made");
        assert_eq!(store.create_dev("alice").expect("again"), info);
        assert_eq!(info.kind, KeyKind::InsecureDev);
        let key = store.load("alice", || None).expect("no passphrase");
        assert_eq!(Some(key.public_key()), info.public_key);
        let text = fs::read_to_string(directory.path().join("alice.json")).expect("reads");
        assert!(text.contains("insecure_development_key"));
    }

    #[cfg(unix)]
    #[test]
    fn files_are_their_owners_alone_and_hold_no_plain_secret() {
        use std::os::unix::fs::PermissionsExt as _;
        let directory = tempfile::tempdir().expect("a directory");
        let store = Keystore::new(directory.path());
        store.create("alice", &passphrase().expect("given"), Strength::Light).expect("made");
        let path = directory.path().join("alice.json");
        let mode = fs::metadata(&path).expect("exists").permissions().mode();
        assert_eq!(mode & 0o077, 0);
        let secret = hex::encode(store.load("alice", passphrase).expect("opens").to_bytes());
        assert!(!fs::read_to_string(&path).expect("reads").contains(&secret));
    }

    #[test]
    fn a_short_passphrase_is_refused() {
        let directory = tempfile::tempdir().expect("a directory");
        let store = Keystore::new(directory.path());
        let short = Passphrase::new("short".into());
        let refused = store.create("alice", &short, Strength::Light);
        assert!(matches!(refused, Err(KeystoreError::WeakPassphrase { got: 5, .. })));
    }
}
