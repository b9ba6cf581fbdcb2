//! Amounts as people write them: `1,000,000.00 EUR` outside, whole minor units inside.

use super::error::{CliError, CliResult};
use tenor_bond_math::Currency;
use tenor_primitives::Amount;

/// A text such as `1,000,000`, `1000000.00` or `1000000.00 EUR` in minor units of `currency`.
/// More decimals than the currency has are refused, as is another currency.
pub(crate) fn parse(text: &str, currency: Currency) -> CliResult<Amount> {
    let digits = usize::from(currency.minor_digits());
    let refused = || {
        let expected = format!("an amount of {currency} with at most {digits} decimals");
        CliError::Usage(format!("expected {expected}, such as 1,250.00; got {text:?}"))
    };
    let number = match text.trim().rsplit_once(' ') {
        Some((number, code)) if code == currency.as_str() => number.trim(),
        Some(_) => return Err(refused()),
        None => text.trim(),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let whole = without_separators(whole).ok_or_else(refused)?;
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(&whole) || !is_digits(fraction) || fraction.len() > digits {
        return Err(refused());
    }
    let minor = format!("{whole}{fraction:0<digits$}");
    minor.parse().map(Amount).map_err(|_| refused())
}

/// Digits with commas between thousands, or without any.
fn without_separators(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next().filter(|group| !group.is_empty())?;
    let rest: Vec<_> = groups.collect();
    let grouped = rest.is_empty() || first.len() <= 3;
    (grouped && rest.iter().all(|group| group.len() == 3)).then(|| whole.replace(',', ""))
}

/// `1,000,000.00`.
pub(crate) fn format(amount: Amount, currency: Currency) -> String {
    let digits = usize::from(currency.minor_digits());
    let text = format!("{:0>width$}", amount.0, width = digits + 1);
    let (whole, fraction) = text.split_at(text.len() - digits);
    let mut out = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if digits > 0 {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// `1,000,000.00 EUR`.
pub(crate) fn with_currency(amount: Amount, currency: Currency) -> String {
    format!("{} {currency}", format(amount, currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur() -> Currency {
        "EUR".parse().expect("a currency")
    }

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, minor) in [
            ("1,000,000", 100_000_000),
            ("1000000.00", 100_000_000),
            ("1,250.5 EUR", 125_050),
            ("0.01", 1),
            ("0", 0),
        ] {
            assert_eq!(parse(text, eur()).expect(text), Amount(minor), "{text}");
        }
        for bad in ["", "1.001", "1,00", "10000,000", "-1", "1 USD", "1e3", ".5", "1,,000"] {
            assert!(parse(bad, eur()).is_err(), "{bad}");
        }
        let jpy = "JPY".parse().expect("a currency");
        assert_eq!(parse("1,000", jpy).expect("whole"), Amount(1000));
        assert!(parse("1.5", jpy).is_err());
    }

    #[test]
    fn amounts_are_shown_with_separators() {
        assert_eq!(format(Amount(100_000_001), eur()), "1,000,000.01");
        assert_eq!(format(Amount(5), eur()), "0.05");
        assert_eq!(with_currency(Amount(99_900), eur()), "999.00 EUR");
        assert_eq!(format(Amount(1000), "JPY".parse().expect("a currency")), "1,000");
    }
}
