//! Rates as people write them: a part of one, or per cent with its sign.

use crate::{Decimal, Error, RoundingMode};

const FORM: &str = "a part of one below 1, as 0.0425, or per cent with its sign, as 4.25%";

/// Reads a rate: `0.0425` or `4.25%`. A bare number from one on is refused: it is more often 4.25 per cent
/// without its sign than 425 per cent, which is written `425%`.
///
/// # Errors
/// [`Error::Parse`].
///
/// ```
/// use tenor_bond_math::{Decimal, parse_rate};
/// assert_eq!(parse_rate("4.25%")?, Decimal::from_bps(425));
/// assert_eq!(parse_rate("0.0425")?, Decimal::from_bps(425));
/// assert!(parse_rate("4.25").is_err());
/// # Ok::<(), tenor_bond_math::Error>(())
/// ```
pub fn parse_rate(text: &str) -> Result<Decimal, Error> {
    let bad = || Error::parse("a rate", text, FORM);
    if let Some(percent) = text.strip_suffix('%') {
        let percent: Decimal = percent.trim_end().parse().map_err(|_| bad())?;
        return percent.over(Decimal::HUNDRED, RoundingMode::HalfEven);
    }
    let rate: Decimal = text.parse().map_err(|_| bad())?;
    if is_bare(rate) { Ok(rate) } else { Err(bad()) }
}

/// Whether a rate may be written without the sign of per cent.
fn is_bare(rate: Decimal) -> bool {
    rate.units().unsigned_abs() < Decimal::ONE.units().unsigned_abs()
}

/// Rates in JSON and TOML.
#[cfg(feature = "serde")]
pub(crate) mod serde_rate {
    use core::fmt;

    use serde::{Deserializer, Serializer, de};

    use super::{FORM, is_bare, parse_rate};
    use crate::{Decimal, RoundingMode};

    pub(crate) fn serialize<S: Serializer>(
        rate: &Decimal,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        if is_bare(*rate) {
            return serializer.collect_str(rate);
        }
        match rate.times(Decimal::HUNDRED, RoundingMode::HalfEven) {
            Ok(percent) => serializer.collect_str(&format_args!("{percent}%")),
            Err(error) => Err(serde::ser::Error::custom(error)),
        }
    }

    struct Visitor;

    impl de::Visitor<'_> for Visitor {
        type Value = Decimal;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(FORM)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
            parse_rate(text).map_err(E::custom)
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Decimal, D::Error> {
        deserializer.deserialize_str(Visitor)
    }

    /// Rates that may be left out.
    pub(crate) mod option {
        use serde::{Deserialize, Deserializer, Serializer};

        use crate::Decimal;

        #[derive(Deserialize)]
        struct Rate(#[serde(with = "super")] Decimal);

        pub(crate) fn serialize<S: Serializer>(
            rate: &Option<Decimal>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match rate {
                Some(rate) => super::serialize(rate, serializer),
                None => serializer.serialize_none(),
            }
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<Decimal>, D::Error> {
            Ok(Option::<Rate>::deserialize(deserializer)?.map(|rate| rate.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_from_one_on_is_no_rate() {
        for (text, units) in [
            ("0", 0),
            ("0.999999999999999999", 999_999_999_999_999_999),
            ("-0.005", -5_000_000_000_000_000),
            ("4 %", 40_000_000_000_000_000),
            ("-0.5%", -5_000_000_000_000_000),
            ("425%", 4_250_000_000_000_000_000),
        ] {
            assert_eq!(parse_rate(text).map(Decimal::units), Ok(units), "{text}");
        }
        for text in ["1", "4", "-1", "4.25", "%", "", "4%%", "4,25%", "1e-2", "0.04 p.c."] {
            let refused = parse_rate(text).expect_err(text);
            assert!(alloc::format!("{refused}").contains("4.25%"), "{refused}");
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn rates_are_written_so_that_they_are_read_again() {
        for text in ["0.0425", "-0.99", "425%", "-100%"] {
            let rate = parse_rate(text).expect(text);
            let step = crate::RateStep { from: crate::test_terms::date("2025-01-15"), rate };
            let json = serde_json::to_string(&step).expect("written");
            assert!(json.contains(text), "{json}");
            assert_eq!(serde_json::from_str::<crate::RateStep>(&json).expect("read"), step);
        }
    }
}
