//! How long a transaction stays valid.

use std::str::FromStr;
use tenor_primitives::VALID_FOR_MAX_MS;

/// How long a transaction stays valid, in milliseconds of ledger time: above zero, at most a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ValidFor {
    /// In milliseconds.
    pub(crate) ms: u64,
}

impl ValidFor {
    /// The longest that the ledger takes: for what is signed in one place after the other.
    pub(crate) const MAX: Self = Self { ms: VALID_FOR_MAX_MS };
}

impl FromStr for ValidFor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let units = [("s", 1_000), ("m", 60_000), ("h", 3_600_000)];
        let found = units.iter().find_map(|(unit, ms)| Some((text.strip_suffix(unit)?, *ms)));
        let ms = found.and_then(|(number, ms)| number.parse::<u64>().ok()?.checked_mul(ms));
        match ms {
            Some(ms) if (1..=VALID_FOR_MAX_MS).contains(&ms) => Ok(Self { ms }),
            _ => Err(format!(
                "expected a time above zero and at most 24h, such as 90s, 10m or 24h, got {text:?}"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit_and_end_with_a_day() {
        for (text, ms) in [
            ("1s", Some(1_000)),
            ("90m", Some(5_400_000)),
            ("24h", Some(86_400_000)),
            ("86400s", Some(86_400_000)),
            ("25h", None),
            ("86401s", None),
            ("0h", None),
            ("10", None),
            ("h", None),
            ("-1h", None),
            ("1.5h", None),
            ("18446744073709551615h", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<ValidFor>().ok().map(|valid| valid.ms), ms, "{text:?}");
        }
    }
}
