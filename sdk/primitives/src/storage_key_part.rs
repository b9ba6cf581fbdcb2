//! Keys whose bytes sort as their values do, and can be read back.
//!
//! Integers are big-endian, signed ones with the sign bit flipped; fixed-size values are raw bytes.
//! Text and byte strings are raw where they end the key; elsewhere each zero byte becomes `00 FF`
//! and `00 01` ends the string, so that no string's encoding is a prefix of another's and shorter
//! strings sort first. Tuples are their parts in order.

use crate::{Address, Amount, ChainId, Hash, PublicKey, Timestamp};
use alloc::string::String;
use alloc::vec::Vec;

/// The bytes of a key.
pub type KeyBytes = Vec<u8>;

/// A value that can stand in a storage key.
///
/// The trait is here, below the storage crate, so that types of other crates (dates, identifiers)
/// can be keys without knowing about storage.
pub trait StorageKeyPart: Sized {
    /// Appends the encoding. `is_last` says that nothing follows in the key.
    fn encode_part(&self, out: &mut Vec<u8>, is_last: bool);

    /// Takes the value from the front of `bytes`; `None` if none was encoded there.
    fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self>;

    /// The whole key.
    fn to_key(&self) -> Vec<u8> {
        let mut key = Vec::with_capacity(64);
        self.encode_part(&mut key, true);
        key
    }

    /// The value that `key` is the encoding of; `None` if it is none's.
    fn from_key(mut key: &[u8]) -> Option<Self> {
        let value = Self::decode_part(&mut key, true)?;
        key.is_empty().then_some(value)
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}

macro_rules! integers {
    ($($unsigned:ty, $signed:ty;)*) => {$(
        impl StorageKeyPart for $unsigned {
            fn encode_part(&self, out: &mut Vec<u8>, _is_last: bool) {
                out.extend_from_slice(&self.to_be_bytes());
            }

            fn decode_part(bytes: &mut &[u8], _is_last: bool) -> Option<Self> {
                take(bytes).map(Self::from_be_bytes)
            }
        }

        impl StorageKeyPart for $signed {
            fn encode_part(&self, out: &mut Vec<u8>, is_last: bool) {
                (self.cast_unsigned() ^ <$signed>::MIN.cast_unsigned()).encode_part(out, is_last);
            }

            fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self> {
                let flipped = <$unsigned>::decode_part(bytes, is_last)?;
                Some((flipped ^ <$signed>::MIN.cast_unsigned()).cast_signed())
            }
        }
    )*};
}

integers! {
    u8, i8;
    u16, i16;
    u32, i32;
    u64, i64;
    u128, i128;
}

/// Newtypes sort as what they hold.
macro_rules! newtypes {
    ($($type:ident { $field:tt };)*) => {$(
        impl StorageKeyPart for $type {
            fn encode_part(&self, out: &mut Vec<u8>, is_last: bool) {
                self.$field.encode_part(out, is_last);
            }

            fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self> {
                Some(Self { $field: StorageKeyPart::decode_part(bytes, is_last)? })
            }
        }
    )*};
}

newtypes! {
    Address { 0 };
    Hash { 0 };
    Amount { 0 };
    PublicKey { 0 };
    Timestamp { unix_ms };
}

impl StorageKeyPart for () {
    fn encode_part(&self, _out: &mut Vec<u8>, _is_last: bool) {}

    fn decode_part(_bytes: &mut &[u8], _is_last: bool) -> Option<Self> {
        Some(())
    }
}

impl StorageKeyPart for bool {
    fn encode_part(&self, out: &mut Vec<u8>, _is_last: bool) {
        out.push(u8::from(*self));
    }

    fn decode_part(bytes: &mut &[u8], _is_last: bool) -> Option<Self> {
        match take(bytes)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

// `Vec<u8>` below and `[u8; N]` here cannot meet: one is fixed, the other escaped.
impl<const N: usize> StorageKeyPart for [u8; N] {
    fn encode_part(&self, out: &mut Vec<u8>, _is_last: bool) {
        out.extend_from_slice(self);
    }

    fn decode_part(bytes: &mut &[u8], _is_last: bool) -> Option<Self> {
        take(bytes)
    }
}

impl StorageKeyPart for Vec<u8> {
    fn encode_part(&self, out: &mut Vec<u8>, is_last: bool) {
        encode_string(self, out, is_last);
    }

    fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self> {
        decode_string(bytes, is_last)
    }
}

impl StorageKeyPart for String {
    fn encode_part(&self, out: &mut Vec<u8>, is_last: bool) {
        encode_string(self.as_bytes(), out, is_last);
    }

    fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self> {
        Self::from_utf8(decode_string(bytes, is_last)?).ok()
    }
}

impl StorageKeyPart for ChainId {
    fn encode_part(&self, out: &mut Vec<u8>, is_last: bool) {
        encode_string(self.as_str().as_bytes(), out, is_last);
    }

    fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self> {
        Self::new(&String::decode_part(bytes, is_last)?).ok()
    }
}

const ESCAPED_ZERO: [u8; 2] = [0x00, 0xFF];
const END: [u8; 2] = [0x00, 0x01];

fn encode_string(string: &[u8], out: &mut Vec<u8>, is_last: bool) {
    if is_last {
        return out.extend_from_slice(string);
    }
    for &byte in string {
        match byte {
            0 => out.extend_from_slice(&ESCAPED_ZERO),
            _ => out.push(byte),
        }
    }
    out.extend_from_slice(&END);
}

fn decode_string(bytes: &mut &[u8], is_last: bool) -> Option<Vec<u8>> {
    if is_last {
        return Some(core::mem::take(bytes).into());
    }
    let mut string = Vec::new();
    loop {
        let [byte] = take(bytes)?;
        if byte != 0 {
            string.push(byte);
            continue;
        }
        match [byte, take::<1>(bytes)?[0]] {
            END => return Some(string),
            ESCAPED_ZERO => string.push(0),
            _ => return None,
        }
    }
}

impl<A: StorageKeyPart, B: StorageKeyPart> StorageKeyPart for (A, B) {
    fn encode_part(&self, out: &mut Vec<u8>, is_last: bool) {
        self.0.encode_part(out, false);
        self.1.encode_part(out, is_last);
    }

    fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self> {
        Some((A::decode_part(bytes, false)?, B::decode_part(bytes, is_last)?))
    }
}

impl<A: StorageKeyPart, B: StorageKeyPart, C: StorageKeyPart> StorageKeyPart for (A, B, C) {
    fn encode_part(&self, out: &mut Vec<u8>, is_last: bool) {
        self.0.encode_part(out, false);
        self.1.encode_part(out, false);
        self.2.encode_part(out, is_last);
    }

    fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self> {
        let (a, b) = (A::decode_part(bytes, false)?, B::decode_part(bytes, false)?);
        Some((a, b, C::decode_part(bytes, is_last)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use proptest::prelude::*;

    /// Order is kept, and every key reads back.
    fn check<T: StorageKeyPart + Ord + Clone + core::fmt::Debug>(a: &T, b: &T) {
        let (key_a, key_b) = (a.to_key(), b.to_key());
        assert_eq!(a.cmp(b), key_a.cmp(&key_b), "{a:?} against {b:?}");
        assert_eq!(T::from_key(&key_a).as_ref(), Some(a));
    }

    /// Bytes with many zeros and few values, so that escapes and prefixes meet.
    fn nasty_bytes() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(alloc::vec![0u8, 1, 2, 254, 255]), 0..5)
    }

    proptest! {
        #[test]
        fn integers_sort_as_numbers(a: i64, b: i64, c: u128, d: u128, e: i8, f: i8) {
            check(&a, &b);
            check(&c, &d);
            check(&e, &f);
        }

        #[test]
        fn tuples_sort_part_by_part(
            a in (nasty_bytes(), nasty_bytes(), any::<i16>()),
            b in (nasty_bytes(), nasty_bytes(), any::<i16>()),
        ) {
            check(&a, &b);
            check(&((a.0.clone(), a.2), a.1.clone()), &((b.0.clone(), b.2), b.1.clone()));
        }

        #[test]
        fn text_sorts_as_text(a in "[a\u{0}é]{0,4}", b in "[a\u{0}é]{0,4}", c: bool, d: bool) {
            check(&(a.clone(), c), &(b.clone(), d));
            check(&a, &b);
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = <(String, i128)>::from_key(&bytes);
            let _ = <(Vec<u8>, bool, ChainId)>::from_key(&bytes);
            let _ = <(Address, Timestamp)>::from_key(&bytes);
        }
    }

    #[test]
    fn a_key_has_one_decoding_only() {
        assert_eq!(u16::from_key(&[1]), None);
        assert_eq!(u16::from_key(&[1, 2, 3]), None);
        assert_eq!(bool::from_key(&[2]), None);
        assert_eq!(
            <(String, u8)>::from_key(&[b'a', 0, 7, 0]),
            None,
            "an escape that does not exist"
        );
        assert_eq!(<(String, u8)>::from_key(b"a"), None, "a string without end");
        let key = ("a|b".to_string(), "c".to_string()).to_key();
        assert_ne!(key, ("a".to_string(), "b|c".to_string()).to_key());
    }

    #[test]
    fn the_encoding_is_fixed() {
        let key = (Timestamp::from_unix_ms(0x0102), (-2i16, "a\0".to_string()), [7u8; 2]).to_key();
        assert_eq!(key, [0, 0, 0, 0, 0, 0, 1, 2, 0x7F, 0xFE, b'a', 0, 0xFF, 0, 1, 7, 7]);
    }
}
