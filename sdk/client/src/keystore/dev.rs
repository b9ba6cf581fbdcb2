//! Development keys: known to everybody.

use tenor_primitives::{Hash, Hasher, SigningKey};

/// The development key called `name`. It is derived from the name alone, so that demos and tests
/// are the same everywhere; it protects nothing and must never hold value.
pub fn dev_key(name: &str) -> SigningKey {
    let mut seed = Hasher::new().chain(b"tenor insecure development key\n").chain(name.as_bytes());
    loop {
        let Hash(secret) = seed.clone().finish();
        // All but about one in 2^128 digests are a key; the next one is taken otherwise.
        if let Some(key) = SigningKey::from_bytes(&secret) {
            return key;
        }
        seed.update(b"\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_key_for_ever() {
        assert_eq!(dev_key("alice").public_key(), dev_key("alice").public_key());
        assert_ne!(dev_key("alice").public_key(), dev_key("bob").public_key());
    }
}
