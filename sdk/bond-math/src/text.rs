//! Glue for types whose JSON form is a text, and texts of bounded length.

use alloc::string::String;
use alloc::vec;

use borsh::BorshDeserialize;

/// Longest name of an index or a calendar, in bytes.
pub(crate) const NAME_BYTES_MAX: usize = 64;

/// Reads a name. borsh reads any text into a buffer of up to a mebibyte, whatever length follows; here
/// one that is too long for a name is refused before anything is allocated.
pub(crate) fn read_name<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<String> {
    let bytes = usize::try_from(u32::deserialize_reader(reader)?).unwrap_or(usize::MAX);
    if bytes > NAME_BYTES_MAX {
        return Err(invalid_data("a name has at most 64 bytes"));
    }
    let mut text = vec![0; bytes];
    reader.read_exact(&mut text)?;
    String::from_utf8(text).map_err(|_| invalid_data("a name is text in UTF-8"))
}

/// Reads an encoding error out of a broken invariant.
pub(crate) fn invalid_data(reason: &'static str) -> borsh::io::Error {
    borsh::io::Error::new(borsh::io::ErrorKind::InvalidData, reason)
}

/// Implements serde through `Display` and `FromStr`.
#[cfg(feature = "serde")]
#[macro_export]
#[doc(hidden)]
macro_rules! serde_text {
    ($type:ty, $expected:expr) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Visitor;
                impl serde::de::Visitor<'_> for Visitor {
                    type Value = $type;
                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str($expected)
                    }
                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<$type, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Visitor)
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn read(bytes: &[u8]) -> borsh::io::Result<String> {
        read_name(&mut &*bytes)
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in ["", "SORA", "Zürich", &"x".repeat(NAME_BYTES_MAX)] {
            let bytes = borsh::to_vec(&name.to_string()).expect("to memory");
            assert_eq!(read(&bytes).expect("a name"), name);
        }
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let long = borsh::to_vec(&"x".repeat(NAME_BYTES_MAX + 1)).expect("to memory");
        assert!(read(&long).is_err());
        assert!(read(&u32::MAX.to_le_bytes()).is_err());
        assert!(read(&[2, 0, 0, 0, b'a']).is_err(), "cut short");
        assert!(read(&[1, 0, 0, 0, 0xff]).is_err(), "not UTF-8");
    }
}
