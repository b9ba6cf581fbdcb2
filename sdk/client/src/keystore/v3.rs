//! Web3 Secret Storage, version 3: a secret encrypted with a passphrase, as JSON.
//!
//! derived = KDF(passphrase, salt, 32 bytes); ciphertext = AES-128-CTR(derived[0..16], iv, secret);
//! mac = Keccak-256(derived[16..32] ‖ ciphertext). Written with scrypt; read with scrypt and
//! PBKDF2-HMAC-SHA256.

use super::Passphrase;
use aes::cipher::{KeyIvInit as _, StreamCipher as _};
use serde::{Deserialize, Serialize};
use tenor_primitives::{Hasher, PublicKey};
use zeroize::Zeroizing;

/// What a file may ask of memory: 512 MiB.
const SCRYPT_BYTES_MAX: u64 = 512 << 20;
/// What a file may ask of time, as block mixings of scrypt or rounds of PBKDF2.
const WORK_MAX: u64 = 1 << 24;
const KEY_BYTES: usize = 32;

/// How much work guessing a passphrase shall be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Strength {
    /// scrypt with N = 2^18: a quarter of a gigabyte, about a second.
    #[default]
    Standard,
    /// scrypt with N = 2^12: for tests.
    Light,
}

/// Why a secret does not come out.
pub(super) enum Refusal {
    WrongPassphrase,
    Malformed(&'static str),
    TooExpensive(String),
    Randomness,
}

/// The file.
#[derive(Serialize, Deserialize)]
pub(super) struct File {
    pub(super) version: u8,
    pub(super) id: String,
    /// Ours, so that a key's owner can be told without the passphrase; other tools ignore it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) public_key: Option<PublicKey>,
    #[serde(alias = "Crypto")]
    crypto: Crypto,
}

#[derive(Serialize, Deserialize)]
struct Crypto {
    cipher: String,
    cipherparams: CipherParameters,
    ciphertext: String,
    #[serde(flatten)]
    kdf: Kdf,
    mac: String,
}

#[derive(Serialize, Deserialize)]
struct CipherParameters {
    iv: String,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kdf", content = "kdfparams", rename_all = "lowercase")]
enum Kdf {
    Scrypt { n: u64, r: u32, p: u32, dklen: u64, salt: String },
    Pbkdf2 { c: u32, prf: String, dklen: u64, salt: String },
}

/// Encrypts `secret`.
pub(super) fn encrypt(
    secret: &[u8],
    public_key: Option<PublicKey>,
    passphrase: &Passphrase,
    strength: Strength,
) -> Result<File, Refusal> {
    let (salt, iv, id) = (random::<32>()?, random::<16>()?, random::<16>()?);
    let n = match strength {
        Strength::Standard => 1 << 18,
        Strength::Light => 1 << 12,
    };
    let kdf = Kdf::Scrypt { n, r: 8, p: 1, dklen: 32, salt: hex::encode(salt) };
    let derived = derive(&kdf, passphrase)?;
    let mut ciphertext = secret.to_vec();
    apply(&derived, iv, &mut ciphertext);
    let mac = mac(&derived, &ciphertext);
    let crypto = Crypto {
        cipher: "aes-128-ctr".into(),
        cipherparams: CipherParameters { iv: hex::encode(iv) },
        ciphertext: hex::encode(ciphertext),
        kdf,
        mac: hex::encode(mac),
    };
    Ok(File { version: 3, id: uuid(id), public_key, crypto })
}

impl File {
    /// The secret.
    pub(super) fn decrypt(&self, passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        let crypto = &self.crypto;
        if self.version != 3 {
            return Err(Refusal::Malformed("expected version 3"));
        }
        if crypto.cipher != "aes-128-ctr" {
            return Err(Refusal::Malformed("expected the cipher aes-128-ctr"));
        }
        let derived = derive(&crypto.kdf, passphrase)?;
        let ciphertext = bytes(&crypto.ciphertext)?;
        if mac(&derived, &ciphertext).as_slice() != bytes(&crypto.mac)?.as_slice() {
            return Err(Refusal::WrongPassphrase);
        }
        let iv = bytes(&crypto.cipherparams.iv)?.try_into();
        let iv = iv.map_err(|_| Refusal::Malformed("expected an iv of 16 bytes"))?;
        let mut secret = Zeroizing::new(ciphertext);
        apply(&derived, iv, &mut secret);
        Ok(secret)
    }
}

type Derived = Zeroizing<[u8; KEY_BYTES]>;

fn derive(kdf: &Kdf, passphrase: &Passphrase) -> Result<Derived, Refusal> {
    let mut derived = Zeroizing::new([0; KEY_BYTES]);
    let (Kdf::Scrypt { dklen, .. } | Kdf::Pbkdf2 { dklen, .. }) = kdf;
    if *dklen != 32 {
        return Err(Refusal::Malformed("expected dklen 32"));
    }
    match kdf {
        Kdf::Scrypt { n, r, p, salt, .. } => {
            let parameters = scrypt_parameters(*n, *r, *p)?;
            scrypt::scrypt(passphrase.as_bytes(), &bytes(salt)?, &parameters, &mut *derived)
                .map_err(|_| Refusal::Malformed("expected dklen 32"))?;
        }
        Kdf::Pbkdf2 { c, prf, salt, .. } => {
            if prf != "hmac-sha256" {
                return Err(Refusal::Malformed("expected the prf hmac-sha256"));
            }
            if *c == 0 || u64::from(*c) > WORK_MAX {
                return Err(Refusal::TooExpensive(format!("{c} rounds")));
            }
            let salt = bytes(salt)?;
            pbkdf2::pbkdf2_hmac::<sha2::Sha256>(passphrase.as_bytes(), &salt, *c, &mut *derived);
        }
    }
    Ok(derived)
}

fn scrypt_parameters(n: u64, r: u32, p: u32) -> Result<scrypt::Params, Refusal> {
    if !n.is_power_of_two() || n < 2 {
        return Err(Refusal::Malformed("expected scrypt's n to be a power of two"));
    }
    let memory = n.saturating_mul(u64::from(r)).saturating_mul(128);
    let work = n.saturating_mul(u64::from(r)).saturating_mul(u64::from(p));
    if memory > SCRYPT_BYTES_MAX || work > WORK_MAX {
        return Err(Refusal::TooExpensive(format!("scrypt with n {n}, r {r}, p {p}")));
    }
    let log_n = u8::try_from(n.trailing_zeros()).unwrap_or(u8::MAX);
    scrypt::Params::new(log_n, r, p).map_err(|_| Refusal::Malformed("scrypt parameters"))
}

fn apply(derived: &Derived, iv: [u8; 16], text: &mut [u8]) {
    let mut key = Zeroizing::new([0; 16]);
    key.copy_from_slice(&derived[..16]);
    ctr::Ctr128BE::<aes::Aes128>::new((&*key).into(), (&iv).into()).apply_keystream(text);
}

fn mac(derived: &Derived, ciphertext: &[u8]) -> [u8; 32] {
    Hasher::new().chain(&derived[16..]).chain(ciphertext).finish().0
}

fn bytes(text: &str) -> Result<Vec<u8>, Refusal> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    hex::decode(digits).map_err(|_| Refusal::Malformed("expected hex digits"))
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], Refusal> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Refusal::Randomness)?;
    Ok(bytes)
}

/// Random bytes in the text form of a UUID, version 4.
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = hex::encode(bytes);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two vectors of the format's definition: passphrase and secret.
    const PASSPHRASE: &str = "testpassword";
    const SECRET: &str = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
    const PBKDF2: &str = r#"{"crypto":{"cipher":"aes-128-ctr",
        "cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
        "kdf":"pbkdf2","kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256",
        "salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;
    const SCRYPT: &str = r#"{"crypto":{"cipher":"aes-128-ctr",
        "cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
        "kdf":"scrypt","kdfparams":{"dklen":32,"n":262144,"p":8,"r":1,
        "salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}"#;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(text.into())
    }

    #[test]
    fn the_published_vectors_open() {
        for text in [PBKDF2, SCRYPT] {
            let file: File = serde_json::from_str(text).expect("a key file");
            let secret = file.decrypt(&passphrase(PASSPHRASE)).ok().expect("opens");
            assert_eq!(hex::encode(&*secret), SECRET);
            assert!(matches!(
                file.decrypt(&passphrase("testpasswort")),
                Err(Refusal::WrongPassphrase)
            ));
        }
    }

    #[test]
    fn what_is_encrypted_opens_again_and_never_looks_the_same() {
        let write = || encrypt(&[7; 32], None, &passphrase("long enough"), Strength::Light);
        let (one, two) = (write().ok().expect("encrypts"), write().ok().expect("encrypts"));
        let json = serde_json::to_string(&one).expect("encodes");
        assert_ne!(json, serde_json::to_string(&two).expect("encodes"));
        let read: File = serde_json::from_str(&json).expect("decodes");
        assert_eq!(*read.decrypt(&passphrase("long enough")).ok().expect("opens"), vec![7; 32]);
    }

    #[test]
    fn a_file_cannot_ask_for_the_whole_machine() {
        let greedy = SCRYPT.replace("262144", "1099511627776");
        let file: File = serde_json::from_str(&greedy).expect("a key file");
        assert!(matches!(file.decrypt(&passphrase("x")), Err(Refusal::TooExpensive(_))));
        let rounds = PBKDF2.replace("262144", "4294967295");
        let file: File = serde_json::from_str(&rounds).expect("a key file");
        assert!(matches!(file.decrypt(&passphrase("x")), Err(Refusal::TooExpensive(_))));
    }
}
