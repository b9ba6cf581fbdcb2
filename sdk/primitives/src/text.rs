//! Human forms, and serde through them.

use crate::{
    Address, Amount, ChainId, ClientRef, Hash, PublicKey, Role, Roles, Scopes, Signature, Timestamp,
};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32m, Hrp};
use core::fmt;
use core::str::FromStr;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A text that does not have the form it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    expected: &'static str,
    got: String,
}

impl TextError {
    fn new(expected: &'static str, got: &str) -> Self {
        Self { expected, got: got.chars().take(80).collect() }
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}, got {:?}", self.expected, self.got)
    }
}

impl core::error::Error for TextError {}

const HRP: Hrp = Hrp::parse_unchecked("tnr");
const ADDRESS: &str = "an address (tnr1… with its checksum, or 'system')";

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::SYSTEM {
            return f.pad("system");
        }
        let text = bech32::encode::<Bech32m>(HRP, &self.0).map_err(|_| fmt::Error)?;
        f.pad(&text)
    }
}

impl FromStr for Address {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text == "system" {
            return Ok(Self::SYSTEM);
        }
        let error = || TextError::new(ADDRESS, text);
        let parsed = CheckedHrpstring::new::<Bech32m>(text).map_err(|_| error())?;
        if parsed.hrp() != HRP {
            return Err(error());
        }
        let bytes: Vec<u8> = parsed.byte_iter().collect();
        bytes.try_into().map(Self).map_err(|_| error())
    }
}

fn decode_hex<const N: usize>(text: &str, expected: &'static str) -> Result<[u8; N], TextError> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let mut bytes = [0; N];
    hex::decode_to_slice(digits, &mut bytes).map_err(|_| TextError::new(expected, text))?;
    Ok(bytes)
}

macro_rules! hex_form {
    ($type:ident, $expected:literal) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "0x{}", hex::encode(self.0))
            }
        }
        impl FromStr for $type {
            type Err = TextError;
            fn from_str(text: &str) -> Result<Self, TextError> {
                decode_hex(text, $expected).map(Self)
            }
        }
    };
}

hex_form!(Hash, "64 hex digits");
hex_form!(PublicKey, "66 hex digits (a compressed secp256k1 key)");
hex_form!(Signature, "128 hex digits (r then s)");

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Amount {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let digits_only = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let parsed = digits_only.then(|| text.parse().ok()).flatten();
        parsed.map(Self).ok_or_else(|| TextError::new("a whole number of minor units", text))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = i64::try_from(self.unix_ms).ok();
        match ms.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok()) {
            Some(instant) => fmt::Display::fmt(&instant, f),
            // Past the year 9999: no calendar form, and still something to read.
            None => write!(f, "{} ms", self.unix_ms),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let error = || TextError::new("an instant such as 2026-01-31T12:00:00Z", text);
        // What has no calendar form is read as it is written, and nothing else is.
        let number = text.strip_suffix(" ms").and_then(|number| number.parse().ok());
        if let Some(beyond) = number.map(Self::from_unix_ms).filter(|t| t.to_string() == text) {
            return Ok(beyond);
        }
        let instant: jiff::Timestamp = text.parse().map_err(|_| error())?;
        u64::try_from(instant.as_millisecond()).map(Self::from_unix_ms).map_err(|_| error())
    }
}

impl FromStr for ChainId {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::new(text).map_err(|_| TextError::new("3 to 32 characters of a-z, 0-9, '-'", text))
    }
}

impl FromStr for ClientRef {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::new(text).ok_or_else(|| TextError::new("1 to 64 printable ASCII characters", text))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Role {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let known = Self::ALL.into_iter().find(|role| role.name() == text);
        let expected = "one of operator, deployer, issuer, participant, observer, regulator";
        known.ok_or_else(|| TextError::new(expected, text))
    }
}

/// Scopes by name.
pub(crate) const SCOPES: [(&str, Scopes); 3] =
    [("initiate", Scopes::INITIATE), ("approve", Scopes::APPROVE), ("admin", Scopes::ADMIN)];

macro_rules! serde_as_text {
    ($($type:ident),*) => {$(
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

serde_as_text!(Address, Hash, PublicKey, Signature, Amount, Timestamp, ChainId, ClientRef, Role);

impl Serialize for Roles {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::of(&Vec::<Role>::deserialize(deserializer)?))
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let held = SCOPES.iter().filter(|(_, scope)| self.contains(*scope));
        serializer.collect_seq(held.map(|(name, _)| name))
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        names.iter().try_fold(Self::default(), |scopes, name| {
            let known = SCOPES.iter().find(|(known, _)| known == name);
            let error = || D::Error::custom(TextError::new("initiate, approve or admin", name));
            known.map(|(_, scope)| scopes.with(*scope)).ok_or_else(error)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_round_trip_and_one_wrong_letter_is_caught() {
        let address = Address([0xab; 32]);
        let text = address.to_string();
        assert!(text.starts_with("tnr1"));
        assert_eq!(text.parse(), Ok(address));
        let last = if text.ends_with('q') { "p" } else { "q" };
        let typo = alloc::format!("{}{last}", &text[..text.len() - 1]);
        assert!(typo.parse::<Address>().is_err());
    }

    #[test]
    fn instants_are_rfc_3339_in_utc() {
        let text = "2026-01-31T12:00:00.25Z";
        let instant: Timestamp = text.parse().expect("valid");
        assert_eq!(instant.unix_ms, 1_769_860_800_250);
        assert_eq!(instant.to_string(), text);
        assert!("yesterday".parse::<Timestamp>().is_err());
        for unix_ms in [253_402_207_200_000, u64::MAX] {
            let beyond = Timestamp::from_unix_ms(unix_ms);
            assert_eq!(beyond.to_string().parse(), Ok(beyond));
        }
        assert!("5 ms".parse::<Timestamp>().is_err(), "an instant has one text");
        assert!("1969-12-31T23:59:59Z".parse::<Timestamp>().is_err());
    }

    #[test]
    fn amounts_take_digits_only() {
        assert_eq!("1250".parse(), Ok(Amount(1250)));
        for bad in ["", "+1", "-1", "1.5", "1_000", "340282366920938463463374607431768211456"] {
            assert!(bad.parse::<Amount>().is_err(), "{bad}");
        }
    }
}
