//! A key as words on paper: BIP-39 words, and the key that BIP-32 derives from them.

use super::{KeystoreError, v3};
use bip32::{DerivationPath, XPrv};
use bip39::{Language, Mnemonic};
use std::fmt;
use tenor_primitives::SigningKey;
use zeroize::Zeroizing;

/// Which key of the words is taken when nothing else is said: the first of the first account, as
/// BIP-44 has it for keys of secp256k1 whose digests are Keccak-256, so that hardware made for such
/// keys derives the same one.
pub const PATH_DEFAULT: &str = "m/44'/60'/0'/0/0";

/// Words from which keys are derived: all that is needed to have them again. Wiped when dropped, never
/// printed by `Debug`.
#[derive(Clone)]
pub struct RecoveryWords(Mnemonic);

impl RecoveryWords {
    /// Twenty-four new words: 256 random bits.
    ///
    /// # Errors
    /// [`KeystoreError::Randomness`] when the machine gives none.
    pub fn generate() -> Result<Self, KeystoreError> {
        let entropy = Zeroizing::new(v3::random::<32>().map_err(|_| KeystoreError::Randomness)?);
        let words = Mnemonic::from_entropy_in(Language::English, entropy.as_slice());
        words.map(Self).map_err(|error| KeystoreError::Words { reason: error.to_string() })
    }

    /// Words that were written down: 12 to 24, in English, with any white space between.
    ///
    /// # Errors
    /// [`KeystoreError::Words`] for a wrong number, an unknown word (by its place, never by itself) or
    /// a checksum that does not fit.
    pub fn parse(text: &str) -> Result<Self, KeystoreError> {
        let words = Zeroizing::new(text.split_whitespace().collect::<Vec<_>>().join(" "));
        let words = Zeroizing::new(words.to_lowercase());
        let parsed = Mnemonic::parse_in_normalized(Language::English, &words);
        parsed.map(Self).map_err(|error| {
            let reason = match error {
                bip39::Error::BadWordCount(count) => {
                    format!("expected 12, 15, 18, 21 or 24 words, got {count}")
                }
                bip39::Error::UnknownWord(index) => {
                    format!("word {} is not of the English list", index.saturating_add(1))
                }
                bip39::Error::InvalidChecksum => {
                    "each word is of the list, but they do not belong together: one is wrong, or two \
                     have changed places"
                        .into()
                }
                other => other.to_string(),
            };
            KeystoreError::Words { reason }
        })
    }

    /// The words in order, to be written down.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        self.0.words()
    }

    /// The key at a BIP-32 path such as [`PATH_DEFAULT`].
    ///
    /// # Errors
    /// [`KeystoreError::Words`] when the path is none.
    pub fn key(&self, path: &str) -> Result<SigningKey, KeystoreError> {
        let wrong = |error: &dyn fmt::Display| KeystoreError::Words {
            reason: format!("expected a path such as {PATH_DEFAULT}, got {path:?}: {error}"),
        };
        let path: DerivationPath = path.parse().map_err(|error| wrong(&error))?;
        let seed = Zeroizing::new(self.0.to_seed_normalized(""));
        let derived = XPrv::derive_from_path(&*seed, &path).map_err(|error| wrong(&error))?;
        let secret: Zeroizing<[u8; 32]> = Zeroizing::new(derived.private_key().to_bytes().into());
        SigningKey::from_bytes(&secret).ok_or_else(|| wrong(&"it derives no key"))
    }
}

impl fmt::Debug for RecoveryWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryWords(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors of BIP-39's reference implementation: entropy, words, seed under "TREZOR".
    const BIP39: [(&str, &str, &str); 3] = [
        (
            "00000000000000000000000000000000",
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
            "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
        ),
        (
            "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
            "legal winner thank year wave sausage worth useful legal winner thank yellow",
            "2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607",
        ),
        (
            "0000000000000000000000000000000000000000000000000000000000000000",
            "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art",
            "bda85446c68413707090a52022edd26a1c9462295029f2e60cd7c4f2bbd3097170af7a4d73245cafa9c3cca8d561a7c3de6f5d4a10be8ed2a5e608d68f92fcc8",
        ),
    ];

    #[test]
    fn words_and_seeds_are_those_of_the_standard() {
        for (entropy, words, seed) in BIP39 {
            let parsed = RecoveryWords::parse(words).expect("valid words");
            assert_eq!(hex::encode(parsed.0.to_entropy()), entropy);
            assert_eq!(hex::encode(parsed.0.to_seed_normalized("TREZOR")), seed);
        }
    }

    /// The first chains of vector 1 of BIP-32.
    #[test]
    fn derived_keys_are_those_of_the_standard() {
        let seed = hex::decode("000102030405060708090a0b0c0d0e0f").expect("hex");
        for (path, extended) in [
            (
                "m",
                "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi",
            ),
            (
                "m/0'",
                "xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1TxvUxt4cV1rGL5hj6KCesnDYUhd7oWgT11eZG7XnxHrnYeSvkzY7d2bhkJ7",
            ),
        ] {
            let path: DerivationPath = path.parse().expect("a path");
            let derived = XPrv::derive_from_path(&seed, &path).expect("derives");
            assert_eq!(derived.to_string(bip32::Prefix::XPRV).as_str(), extended);
        }
    }

    /// Words and keys that the tools of another ledger publish for their test accounts.
    #[test]
    fn words_lead_to_the_keys_that_other_tools_derive() {
        let words = "test test test test test test test test test test test junk";
        let words = RecoveryWords::parse(words).expect("valid words");
        for (path, secret) in [
            (PATH_DEFAULT, "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"),
            (
                "m/44'/60'/0'/0/1",
                "59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d",
            ),
        ] {
            assert_eq!(hex::encode(words.key(path).expect("derives").to_bytes()), secret);
        }
    }

    #[test]
    fn new_words_come_back_from_paper_in_any_spelling_of_space_and_case() {
        let new = RecoveryWords::generate().expect("randomness");
        let words: Vec<_> = new.words().collect();
        assert_eq!(words.len(), 24);
        let again = RecoveryWords::parse(&words.join("\n  ").to_uppercase()).expect("the same");
        let key = |words: &RecoveryWords| words.key(PATH_DEFAULT).expect("derives").public_key();
        assert_eq!(key(&again), key(&new));
        let other = RecoveryWords::generate().expect("randomness");
        assert_ne!(key(&other), key(&new));
    }

    #[test]
    fn a_slip_of_the_pen_is_found_and_no_word_is_repeated() {
        let swapped = "about abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon";
        let cases = [
            ("abandon about", "got 2"),
            (&BIP39[0].1.replace("about", "abuot"), "word 12"),
            (swapped, "belong together"),
        ];
        for (text, says) in cases {
            let error = RecoveryWords::parse(text).expect_err("wrong").to_string();
            assert!(error.contains(says), "{error}");
            assert!(!error.contains("abuot"), "{error}");
        }
        let words = RecoveryWords::parse(BIP39[0].1).expect("valid");
        assert!(words.key("m/44/x").is_err());
        assert_eq!(format!("{words:?}"), "RecoveryWords(…)");
    }
}
