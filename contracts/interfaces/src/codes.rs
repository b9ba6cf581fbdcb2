//! Short codes of the market: LEI, BIC, references, market names.
//!
//! Each is printable ASCII of bounded length, encoded as text. Decoding checks length and alphabet
//! only; the contracts that depend on a check digit verify it and answer with a typed error.

use alloc::string::String;
use alloc::vec::Vec;
use borsh::io::{Error, ErrorKind, Read, Result, Write};
use borsh::{BorshDeserialize, BorshSerialize};
use core::fmt;
use core::str::FromStr;
use tenor_primitives::StorageKeyPart;
use tenor_primitives::schema::{Schema, TypeSchema};

/// Printable ASCII without blanks, 1 to `MAX` bytes, held inline.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Code<const MAX: usize> {
    bytes: [u8; MAX],
    len: u8,
}

impl<const MAX: usize> Code<MAX> {
    fn new(text: &[u8]) -> Option<Self> {
        let printable = text.iter().all(u8::is_ascii_graphic);
        if text.is_empty() || text.len() > MAX || !printable {
            return None;
        }
        let mut bytes = [0; MAX];
        bytes[..text.len()].copy_from_slice(text);
        Some(Self { bytes, len: u8::try_from(text.len()).ok()? })
    }

    fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    fn as_str(&self) -> &str {
        // ASCII since it was made.
        core::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    fn write<W: Write>(&self, writer: &mut W) -> Result<()> {
        u32::from(self.len).serialize(writer)?;
        writer.write_all(self.as_bytes())
    }

    fn read<R: Read>(reader: &mut R) -> Result<Self> {
        let len = usize::try_from(u32::deserialize_reader(reader)?).unwrap_or(usize::MAX);
        let invalid =
            || Error::new(ErrorKind::InvalidData, "a code of the wrong length or alphabet");
        let mut bytes = [0; MAX];
        let text = bytes.get_mut(..len).ok_or_else(invalid)?;
        reader.read_exact(text)?;
        Self::new(text).ok_or_else(invalid)
    }
}

/// In keys a code is encoded as text is; having no zero byte, it needs no escapes.
const KEY_END: [u8; 2] = [0, 1];

impl<const MAX: usize> Code<MAX> {
    fn encode_part(&self, out: &mut Vec<u8>, is_last: bool) {
        out.extend_from_slice(self.as_bytes());
        if !is_last {
            out.extend_from_slice(&KEY_END);
        }
    }

    fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self> {
        if is_last {
            return Self::new(core::mem::take(bytes));
        }
        let end = bytes.iter().position(|byte| *byte == 0)?;
        let (text, rest) = bytes.split_at_checked(end)?;
        *bytes = rest.strip_prefix(&KEY_END)?;
        Self::new(text)
    }
}

/// A text that is not a code: too long, empty, or with characters outside printable ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeError {
    /// What was expected.
    pub expected: &'static str,
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected ")?;
        f.write_str(self.expected)
    }
}

impl core::error::Error for CodeError {}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident, $max:literal, $schema:literal, $expected:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Code<$max>);

        impl $name {
            /// The longest one, in bytes.
            pub const BYTES_MAX: usize = $max;

            /// The code of these bytes; `None` when they are not one.
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                Code::new(bytes).map(Self)
            }

            /// Its characters.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            /// Its characters as bytes.
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }
        }

        impl FromStr for $name {
            type Err = CodeError;

            fn from_str(text: &str) -> core::result::Result<Self, CodeError> {
                Self::from_bytes(text.as_bytes()).ok_or(CodeError { expected: $expected })
            }
        }

        impl AsRef<[u8]> for $name {
            fn as_ref(&self) -> &[u8] {
                self.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl BorshSerialize for $name {
            fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
                self.0.write(writer)
            }
        }

        impl BorshDeserialize for $name {
            fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
                Code::read(reader).map(Self)
            }
        }

        impl StorageKeyPart for $name {
            fn encode_part(&self, out: &mut Vec<u8>, is_last: bool) {
                self.0.encode_part(out, is_last);
            }

            fn decode_part(bytes: &mut &[u8], is_last: bool) -> Option<Self> {
                Code::decode_part(bytes, is_last).map(Self)
            }
        }

        impl Schema for $name {
            const SCHEMA: TypeSchema = TypeSchema::Named($schema, &<String as Schema>::SCHEMA);
        }
    )*};
}

codes! {
    /// A Legal Entity Identifier (ISO 17442): 18 characters and two check digits.
    Lei, 20, "lei", "a LEI: 20 capital letters and digits";
    /// A Business Identifier Code (ISO 9362): 8 or 11 characters.
    Bic, 11, "bic", "a BIC: 8 or 11 capital letters and digits";
    /// A business reference chosen by who sends it, unique per account for ever (ISO 20022
    /// `Max35Text`, without blanks).
    Reference, 35, "reference", "a reference: 1 to 35 printable characters without blanks";
    /// The name of a market whose ledger date the registry keeps.
    MarketCode, 16, "market", "a market code: 1 to 16 printable characters without blanks";
    /// Why an intervention is made, from the registrar's own list.
    ReasonCode, 16, "reason", "a reason code: 1 to 16 printable characters without blanks";
    /// The name of a client of a settlement party: a BIC or a proprietary code.
    ClientCode, 35, "client", "a client code: 1 to 35 printable characters without blanks";
}

impl Lei {
    /// Whether this is 18 letters and digits with the two check digits that belong to them
    /// (ISO 17442: ISO 7064 MOD 97-10, letters counting as 10 to 35).
    pub fn is_valid(&self) -> bool {
        let bytes = self.as_bytes();
        let alphabet = bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let digits = bytes.iter().rev().take(2).all(u8::is_ascii_digit);
        bytes.len() == 20 && alphabet && digits && mod_97(bytes) == 1
    }
}

/// The remainder by 97 of the number the characters spell.
fn mod_97(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte.wrapping_sub(b'A')) + 10) % 97,
    })
}

impl Bic {
    /// Whether this is four letters (or digits, as the 2014 edition allows), a country of two letters, two letters or
    /// digits, and for a branch three more.
    pub fn is_valid(&self) -> bool {
        let bytes = self.as_bytes();
        let country = bytes.iter().skip(4).take(2).all(u8::is_ascii_uppercase);
        let rest = bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        matches!(bytes.len(), 8 | 11) && country && rest
    }

    /// Without the branch code `XXX`, which names the head office just as its absence does: what two
    /// BICs of the same place have in common.
    pub fn normalised(&self) -> Self {
        match self.as_bytes().split_last_chunk::<3>() {
            Some((place, b"XXX")) if place.len() == 8 => Self::from_bytes(place).unwrap_or(*self),
            _ => *self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lei_check_digits() {
        // Published LEIs: GLEIF itself, Deutsche Bank, Apple, Bloomberg Finance.
        for text in [
            "506700GE1G29325QX363",
            "7LTWFZYICNSX8D621K86",
            "HWUPKR0MPOU8FGXBT394",
            "5493001KJTIIGC8Y1R12",
        ] {
            let lei: Lei = text.parse().expect("20 characters");
            assert!(lei.is_valid(), "{text}");
        }
        for text in ["506700GE1G29325QX364", "506700GE1G29325QX36", "506700ge1g29325qx363"] {
            assert!(!text.parse::<Lei>().expect("printable").is_valid(), "{text}");
        }
    }

    #[test]
    fn any_single_wrong_character_breaks_a_lei() {
        let good = *b"506700GE1G29325QX363";
        for position in 0..20 {
            for replacement in *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
                // A letter for a digit shifts the number, which the code does not always catch.
                if replacement.is_ascii_digit() != good[position].is_ascii_digit() {
                    continue;
                }
                let mut bytes = good;
                bytes[position] = replacement;
                let lei = Lei::from_bytes(&bytes).expect("printable");
                assert_eq!(lei.is_valid(), bytes == good, "{lei}");
            }
        }
    }

    #[test]
    fn bic_forms() {
        for (text, valid) in [
            ("MARKDEFF", true),
            ("MARKDEFFXXX", true),
            ("A1B2SGSG", true),
            ("MARKDEF", false),
            ("MARKDEFFX", false),
            ("MARK1EFF", false),
            ("markdeff", false),
        ] {
            assert_eq!(text.parse::<Bic>().expect("printable").is_valid(), valid, "{text}");
        }
        for (text, place) in [
            ("MARKDEFFXXX", "MARKDEFF"),
            ("MARKDEFF", "MARKDEFF"),
            ("MARKDEFF500", "MARKDEFF500"),
            ("MARKDXXX", "MARKDXXX"),
        ] {
            let bic: Bic = text.parse().expect("printable");
            assert_eq!(bic.normalised().as_str(), place);
        }
    }

    #[test]
    fn keys_are_those_of_text() {
        let market: MarketCode = "XSES".parse().expect("valid");
        let (code, text) = ((market, 7_u8), (String::from("XSES"), 7_u8));
        assert_eq!(code.to_key(), text.to_key());
        assert_eq!(<(MarketCode, u8)>::from_key(&code.to_key()), Some(code));
        assert_eq!(MarketCode::from_key(&market.to_key()), Some(market));
        assert_eq!(MarketCode::from_key(b""), None);
    }

    #[test]
    fn codes_are_bounded_printable_text() {
        assert!("".parse::<Reference>().is_err());
        assert!("a b".parse::<Reference>().is_err());
        assert!("ä".parse::<Reference>().is_err());
        assert!("12345678901234567".parse::<MarketCode>().is_err());
        let reference: Reference = "TRADE-1/A".parse().expect("valid");
        let bytes = borsh::to_vec(&reference).expect("encodes");
        assert_eq!(bytes, borsh::to_vec("TRADE-1/A").expect("encodes"), "as text");
        assert_eq!(borsh::from_slice::<Reference>(&bytes).expect("decodes"), reference);
        let mut long = bytes.clone();
        long[0] = 36;
        assert!(borsh::from_slice::<Reference>(&long).is_err());
        assert!(borsh::from_slice::<Reference>(&[255, 255, 255, 255]).is_err());
    }
}
