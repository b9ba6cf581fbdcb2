//! The names other systems give the conventions: ISO 20022 codes, FIX numbers, ISDA's names, usage.

use core::str::FromStr;

use super::DayCount;
use crate::Error;

/// One convention's names.
struct Names {
    day_count: DayCount,
    /// In term sheets and JSON.
    key: &'static str,
    /// As this crate prints it.
    name: &'static str,
    /// ISO 20022 interest computation method.
    iso20022: Option<&'static str>,
    /// FIX tag 1950, CouponDayCount.
    fix: Option<u8>,
    /// Definitions of 2006, section 4.16.
    isda: Option<&'static str>,
    aliases: &'static [&'static str],
}

const fn row(
    day_count: DayCount,
    key: &'static str,
    name: &'static str,
    iso20022: Option<&'static str>,
    fix: Option<u8>,
    isda: Option<&'static str>,
    aliases: &'static [&'static str],
) -> Names {
    Names { day_count, key, name, iso20022, fix, isda, aliases }
}

/// Sources: ISO 20022 code set InterestComputationMethod, whose texts define A001 to A020; FIX 5.0 SP2 tag
/// 1950; ISDA 2006 section 4.16. Where ISO and FIX describe the same rule under different names, the rule
/// decides: A011 and FIX 20 are 30E/360, A007 and FIX 5 are 30E/360 ISDA.
#[rustfmt::skip]
const TABLE: [Names; 24] = [
    row(DayCount::OneOne, "one_one", "1/1", Some("A020"), Some(0), Some("1/1"), &["ONE/ONE"]),
    row(DayCount::ActActIsda, "act_act_isda", "ACT/ACT ISDA", Some("A008"), Some(11), Some("Actual/Actual"),
        &["ACT/ACT", "Actual/Actual (ISDA)", "Act/Act (Historical)"]),
    row(DayCount::ActActIcma, "act_act_icma", "ACT/ACT ICMA", Some("A006"), Some(9), Some("Actual/Actual (ICMA)"),
        &["ACT/ACT ISMA", "Actual/Actual (ISMA)", "ACT/ACT Bond"]),
    row(DayCount::ActActAfb, "act_act_afb", "ACT/ACT AFB", Some("A010"), Some(8), None,
        &["Actual/Actual (AFB)", "ACT/ACT Euro"]),
    row(DayCount::ActActYear, "act_act_year", "ACT/ACT year", None, None, None, &[]),
    row(DayCount::Act360, "act360", "ACT/360", Some("A004"), Some(6), Some("Actual/360"), &["A/360", "French"]),
    row(DayCount::Act364, "act364", "ACT/364", Some("A017"), Some(17), None, &["Actual/364"]),
    row(DayCount::Act365Fixed, "act365_fixed", "ACT/365F", Some("A005"), Some(7), Some("Actual/365 (Fixed)"),
        &["ACT/365", "ACT/365 Fixed", "A/365F", "English"]),
    row(DayCount::Act365L, "act365_l", "ACT/365L", Some("A009"), Some(14), None,
        &["Actual/365L", "ACT/365 Leap year", "ISMA-Year"]),
    row(DayCount::Act365Actual, "act365_actual", "ACT/365 actual", None, None, None, &["ACT/365A"]),
    row(DayCount::Act36525, "act36525", "ACT/365.25", None, None, None, &["Actual/365.25"]),
    row(DayCount::Act366, "act366", "ACT/366", None, None, None, &["Actual/366"]),
    row(DayCount::Nl360, "nl360", "NL/360", Some("A019"), Some(16), None, &["NL360", "Actual/360 NL"]),
    row(DayCount::Nl365, "nl365", "NL/365", Some("A014"), Some(15), None,
        &["NL365", "Actual/365 NL", "ACT/365 No leap"]),
    row(DayCount::Thirty360Isda, "thirty360_isda", "30/360 ISDA", Some("A001"), Some(1), Some("30/360"),
        &["360/360", "Bond Basis", "30U/360"]),
    row(DayCount::Thirty360Us, "thirty360_us", "30/360 US", None, Some(2), None, &["30/360 SIA", "30US/360"]),
    row(DayCount::Thirty360UsEom, "thirty360_us_eom", "30/360 US EOM", None, None, None, &["30U/360 EOM"]),
    row(DayCount::Thirty360Psa, "thirty360_psa", "30/360 PSA", None, Some(3), None, &["30/360M", "30/360 BMA"]),
    row(DayCount::ThirtyE360, "thirty_e360", "30E/360", Some("A011"), Some(4), Some("30E/360"),
        &["Eurobond Basis", "30/360 ICMA", "30/360 ISMA", "30S/360", "Special German"]),
    row(DayCount::ThirtyE360Isda, "thirty_e360_isda", "30E/360 ISDA", Some("A007"), Some(5), Some("30E/360 (ISDA)"),
        &["German"]),
    row(DayCount::ThirtyEPlus360, "thirty_e_plus360", "30E+/360", Some("A016"), Some(13), None, &[]),
    row(DayCount::ThirtyE365, "thirty_e365", "30E/365", None, None, None, &["30E/365 ISDA"]),
    row(DayCount::Thirty365, "thirty365", "30/365", Some("A002"), Some(18), None, &[]),
    row(DayCount::Bus252, "bus252", "BUS/252", Some("A018"), Some(12), Some("Calculation/252"),
        &["Business/252"]),
];

/// FIX 20, "30/360 (ICMA or basis rule)", counts as 30E/360 does.
const FIX_BASIS_RULE: u8 = 20;

impl DayCount {
    fn names(self) -> &'static Names {
        let found = TABLE.iter().find(|names| names.day_count == self);
        // Every convention has a row: a test looks.
        found.unwrap_or(&TABLE[0])
    }

    /// The name in term sheets and JSON.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.names().key
    }

    /// The name this crate prints.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.names().name
    }

    /// The code of the ISO 20022 interest computation methods, where there is one.
    #[must_use]
    pub fn iso20022(self) -> Option<&'static str> {
        self.names().iso20022
    }

    /// The number of FIX tag 1950 (CouponDayCount), where there is one.
    #[must_use]
    pub fn fix(self) -> Option<u8> {
        self.names().fix
    }

    /// The name in the ISDA Definitions of 2006, section 4.16, where it is defined there.
    #[must_use]
    pub fn isda(self) -> Option<&'static str> {
        self.names().isda
    }

    /// Other names in use.
    #[must_use]
    pub fn aliases(self) -> &'static [&'static str] {
        self.names().aliases
    }

    /// The convention of a number of FIX tag 1950.
    ///
    /// # Errors
    /// [`Error::Parse`] for numbers without a convention here: 10 (as 9, with the roll at month ends),
    /// 19, 21, 22, 99.
    pub fn from_fix(number: u8) -> Result<Self, Error> {
        if number == FIX_BASIS_RULE {
            return Ok(Self::ThirtyE360);
        }
        let known = TABLE.iter().find(|names| names.fix == Some(number));
        known
            .map(|names| names.day_count)
            .ok_or_else(|| Error::parse("a day count", &alloc::format!("FIX {number}"), FORM))
    }
}

const FORM: &str = "a name like act_act_icma or ACT/ACT ICMA, an ISO 20022 code A001 to A020, FIX and its number, \
or a usual alias";

impl FromStr for DayCount {
    type Err = Error;

    /// Reads this crate's names, ISO 20022 codes, FIX numbers as `FIX 9`, ISDA's names and the aliases;
    /// capitals, blanks, brackets and `Act` for `Actual` make no difference.
    fn from_str(text: &str) -> Result<Self, Error> {
        if let Some(number) = fix_number(text) {
            return Self::from_fix(number);
        }
        let is = |name: &str| same_name(name, text);
        let known = TABLE.iter().find(|names| {
            is(names.key)
                || is(names.name)
                || names.iso20022.is_some_and(is)
                || names.isda.is_some_and(is)
                || names.aliases.iter().any(|alias| is(alias))
        });
        known.map(|names| names.day_count).ok_or_else(|| Error::parse("a day count", text, FORM))
    }
}

/// The number in `FIX 9`.
fn fix_number(text: &str) -> Option<u8> {
    let (word, number) = text.split_at_checked(3)?;
    if word.eq_ignore_ascii_case("FIX") { number.trim().parse().ok() } else { None }
}

#[cfg(feature = "serde")]
impl serde::Serialize for DayCount {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.key())
    }
}

/// Reads every name that [`DayCount::from_str`] does, and a bare number as that of FIX.
#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for DayCount {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = DayCount;
            fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(FORM)
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<DayCount, E> {
                text.parse().map_err(E::custom)
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<DayCount, E> {
                let number = u8::try_from(number).map_err(E::custom)?;
                DayCount::from_fix(number).map_err(E::custom)
            }
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<DayCount, E> {
                let number = u64::try_from(number).map_err(E::custom)?;
                self.visit_u64(number)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Whether two names are one but for capitals, blanks, brackets and `Act` for `Actual`.
fn same_name(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(name: &str) -> impl Iterator<Item = u8> {
    let name = name.as_bytes();
    let kept = |byte: u8| !matches!(byte, b' ' | b'(' | b')' | b'_');
    (0..name.len()).filter_map(move |at| {
        let byte = name.get(at)?.to_ascii_uppercase();
        // Of "ACTUAL", the last three letters say nothing.
        let in_actual = (3..6).any(|back| {
            at.checked_sub(back)
                .and_then(|from| name.get(from..from.saturating_add(6)))
                .is_some_and(|word| word.eq_ignore_ascii_case(b"ACTUAL"))
        });
        (kept(byte) && !in_actual).then_some(byte)
    })
}

impl core::fmt::Display for DayCount {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_convention_has_its_row_and_is_read_by_each_of_its_names() {
        for day_count in DayCount::ALL {
            assert_eq!(day_count.names().day_count, day_count);
            let (key, name) = (Some(day_count.key()), Some(day_count.name()));
            let names = [key, name, day_count.iso20022(), day_count.isda()];
            for name in names.into_iter().flatten().chain(day_count.aliases().iter().copied()) {
                assert_eq!(name.parse(), Ok(day_count), "{name}");
                assert_eq!(name.to_lowercase().parse(), Ok(day_count), "{name}");
            }
            if let Some(number) = day_count.fix() {
                assert_eq!(DayCount::from_fix(number), Ok(day_count));
                assert_eq!(alloc::format!("FIX {number}").parse(), Ok(day_count));
            }
        }
    }

    #[test]
    fn spelling_makes_no_difference_and_other_rules_are_refused() {
        assert_eq!("actual/actual icma".parse(), Ok(DayCount::ActActIcma));
        assert_eq!("Act/365 (Fixed)".parse(), Ok(DayCount::Act365Fixed));
        assert_eq!(DayCount::from_fix(20), Ok(DayCount::ThirtyE360));
        for text in [
            "",
            "A003",
            "A012",
            "30/Actual",
            "ACT",
            "ACT/ACT ICMA Ultimo",
            "FIX",
            "FIX 10",
            "FIX9x",
        ] {
            assert!(text.parse::<DayCount>().is_err(), "{text:?}");
        }
        assert!(DayCount::from_fix(19).is_err());
    }

    #[cfg(feature = "serde")]
    #[test]
    fn term_sheets_take_every_name_and_give_one() {
        for day_count in DayCount::ALL {
            let json = |text: &str| serde_json::from_str(&alloc::format!("\"{text}\""));
            let names = [Some(day_count.key()), Some(day_count.name()), day_count.iso20022()];
            for name in names.into_iter().flatten().chain(day_count.isda()) {
                assert_eq!(json(name).ok(), Some(day_count), "{name}");
            }
            let fix =
                day_count.fix().map(|number| serde_json::from_str(&alloc::format!("{number}")));
            assert!(fix.is_none_or(|read| read.ok() == Some(day_count)));
            let written = serde_json::to_string(&day_count).expect("to memory");
            assert_eq!(written, alloc::format!("\"{}\"", day_count.key()));
        }
        for wrong in ["10", "256", "-1", "1.5", "\"A003\"", "\"act_361\"", "null"] {
            assert!(serde_json::from_str::<DayCount>(wrong).is_err(), "{wrong}");
        }
    }
}
