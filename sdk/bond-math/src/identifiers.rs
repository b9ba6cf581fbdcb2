//! ISIN and currency codes, checked where they enter.

use core::fmt;
use core::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::Error;

/// An International Securities Identification Number (ISO 6166) with a valid check digit.
///
/// ```
/// use tenor_bond_math::Isin;
/// let isin: Isin = "US0378331005".parse()?;
/// assert_eq!(isin.as_str(), "US0378331005");
/// assert!("US0378331006".parse::<Isin>().is_err());
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    tenor_macros::Schema,
    tenor_macros::StorageKeyPart,
)]
#[schema(named = "isin")]
pub struct Isin([u8; 12]);

impl Isin {
    /// The ISIN of twelve ASCII bytes.
    ///
    /// # Errors
    /// [`Error::Parse`] unless they are two capital letters, nine capital letters or digits, and the
    /// check digit that belongs to them.
    pub fn from_bytes(bytes: [u8; 12]) -> Result<Self, Error> {
        let letters = bytes.iter().take(2).all(u8::is_ascii_uppercase);
        let body = bytes.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        let check = bytes.last().is_some_and(u8::is_ascii_digit);
        if letters && body && check && luhn_sum(&bytes).is_multiple_of(10) {
            return Ok(Self(bytes));
        }
        let text = core::str::from_utf8(&bytes).unwrap_or("twelve bytes that are not text");
        Err(Error::parse("an ISIN", text, ISIN_FORM))
    }

    /// The twelve characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Checked to be ASCII when it was made.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The twelve characters as bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 12] {
        &self.0
    }
}

/// Luhn sum over the digits of the characters, letters counting as 10 to 35 (ISO 6166 annex C).
fn luhn_sum(bytes: &[u8; 12]) -> u32 {
    let mut sum = 0_u32;
    let mut double = false;
    let mut add = |digit: u32| {
        let value = if double { digit * 2 } else { digit };
        sum += value / 10 + value % 10;
        double = !double;
    };
    for byte in bytes.iter().rev() {
        if byte.is_ascii_digit() {
            add(u32::from(byte - b'0'));
        } else {
            let value = u32::from(byte - b'A') + 10;
            add(value % 10);
            add(value / 10);
        }
    }
    sum
}

const ISIN_FORM: &str = "two letters, nine letters or digits and a valid check digit";

impl FromStr for Isin {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.as_bytes()
            .try_into()
            .map_err(|_| Error::parse("an ISIN", text, ISIN_FORM))
            .and_then(Self::from_bytes)
            .map_err(|_| Error::parse("an ISIN", text, ISIN_FORM))
    }
}

impl fmt::Display for Isin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Isin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl BorshDeserialize for Isin {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        Self::from_bytes(<[u8; 12]>::deserialize_reader(reader)?)
            .map_err(|_| crate::invalid_data("not an ISIN"))
    }
}

/// A currency by its ISO 4217 code.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    BorshSerialize,
    tenor_macros::Schema,
    tenor_macros::StorageKeyPart,
)]
#[schema(named = "currency")]
pub struct Currency([u8; 3]);

const WITHOUT_MINOR: [&[u8; 3]; 16] = [
    b"BIF", b"CLP", b"DJF", b"GNF", b"ISK", b"JPY", b"KMF", b"KRW", b"PYG", b"RWF", b"UGX", b"VND",
    b"VUV", b"XAF", b"XOF", b"XPF",
];
const THREE_MINOR_DIGITS: [&[u8; 3]; 7] = [b"BHD", b"IQD", b"JOD", b"KWD", b"LYD", b"OMR", b"TND"];

impl Currency {
    /// The currency of three ASCII capitals.
    ///
    /// # Errors
    /// [`Error::Parse`] for anything else.
    pub fn from_bytes(code: [u8; 3]) -> Result<Self, Error> {
        if code.iter().all(u8::is_ascii_uppercase) {
            return Ok(Self(code));
        }
        let text = core::str::from_utf8(&code).unwrap_or("three bytes that are not text");
        Err(Error::parse("a currency", text, CURRENCY_FORM))
    }

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Checked to be ASCII when it was made.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Digits of the minor unit after the decimal point (ISO 4217 list one): 2 for EUR, 0 for JPY,
    /// 3 for KWD.
    #[must_use]
    pub fn minor_digits(&self) -> u8 {
        if WITHOUT_MINOR.contains(&&self.0) {
            0
        } else if THREE_MINOR_DIGITS.contains(&&self.0) {
            3
        } else {
            2
        }
    }
}

const CURRENCY_FORM: &str = "an ISO 4217 code of three capital letters";

impl FromStr for Currency {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.as_bytes()
            .try_into()
            .map_err(|_| Error::parse("a currency", text, CURRENCY_FORM))
            .and_then(Self::from_bytes)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl BorshDeserialize for Currency {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        Self::from_bytes(<[u8; 3]>::deserialize_reader(reader)?)
            .map_err(|_| crate::invalid_data("not a currency code"))
    }
}

#[cfg(feature = "serde")]
crate::serde_text!(Isin, ISIN_FORM);
#[cfg(feature = "serde")]
crate::serde_text!(Currency, CURRENCY_FORM);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits() {
        for text in ["GB0009997999", "AU0000XVGZA3", "DE000BAY0017", "XS0000000009"] {
            assert!(text.parse::<Isin>().is_ok(), "{text}");
        }
        for text in ["GB0009997998", "gb0009997999", "GB000999799", "GB00099979990", "12345678901A"]
        {
            assert!(text.parse::<Isin>().is_err(), "{text}");
        }
        assert!(borsh::from_slice::<Isin>(b"GB0009997998").is_err());
    }

    #[test]
    fn minor_digits() {
        for (code, digits) in [("SGD", 2), ("JPY", 0), ("KWD", 3)] {
            assert_eq!(code.parse::<Currency>().map(|c| c.minor_digits()), Ok(digits));
        }
        assert!("eur".parse::<Currency>().is_err());
        assert!("EURO".parse::<Currency>().is_err());
    }
}
