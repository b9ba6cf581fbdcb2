//! Reading a contract of the ACTUS data dictionary.

use serde_json::Value;
use tenor_bond_math::{Date, DateRule, Decimal, Frequency, Period, Roll};

/// Why a case has no outcome of its own.
pub(super) enum Stop {
    /// Outside a bond's terms, and why.
    NotSupported(&'static str),
    /// Not readable, or refused.
    Failed(String),
}

impl From<String> for Stop {
    fn from(reason: String) -> Self {
        Self::Failed(reason)
    }
}

impl From<tenor_bond_math::Error> for Stop {
    fn from(error: tenor_bond_math::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

pub(super) type Read<T> = Result<T, Stop>;

/// A moment as a day: the last second of a day counts as the next day, and is remembered, because it
/// falls on no cycle.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) day: Date,
    pub(super) late: bool,
}

/// The terms of a contract.
#[derive(Clone, Copy)]
pub(super) struct Contract<'a>(pub(super) &'a Value);

impl<'a> Contract<'a> {
    pub(super) fn text(self, field: &str) -> Option<&'a str> {
        self.0[field].as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    pub(super) fn number(self, field: &str) -> Read<Option<Decimal>> {
        number(&self.0[field]).map_err(|reason| Stop::Failed(format!("{field}: {reason}")))
    }

    pub(super) fn number_or(self, field: &str, default: Decimal) -> Read<Decimal> {
        Ok(self.number(field)?.unwrap_or(default))
    }

    pub(super) fn moment(self, field: &str) -> Read<Option<Moment>> {
        let read = |text| moment(text).map_err(|reason| Stop::Failed(format!("{field}: {reason}")));
        self.text(field).map(read).transpose()
    }

    pub(super) fn day(self, field: &str) -> Read<Option<Date>> {
        Ok(self.moment(field)?.map(|moment| moment.day))
    }

    pub(super) fn needed_day(self, field: &str) -> Read<Date> {
        self.day(field)?.ok_or_else(|| Stop::Failed(format!("{field}: missing")))
    }

    /// A schedule; without an anchor it starts one cycle after the initial exchange.
    pub(super) fn cycle(self, what: &str) -> Read<Option<DateRule>> {
        let anchor = self.day(&format!("cycleAnchorDateOf{what}"))?;
        let length = self.text(&format!("cycleOf{what}"));
        if anchor.is_none() && length.is_none() {
            return Ok(None);
        }
        let start = match anchor {
            Some(anchor) => anchor,
            None => self.needed_day("initialExchangeDate")?,
        };
        let mut rule = self.rule(start, length)?;
        if let (None, Frequency::Every(period)) = (anchor, rule.frequency) {
            rule = self.rule(period.add_to(start, 1)?, length)?;
        }
        Ok(Some(rule))
    }

    /// A cycle such as `P3ML0` counted from an anchor: L0 leaves a long last interval, L1 a short one.
    pub(super) fn rule(self, anchor: Date, length: Option<&str>) -> Read<DateRule> {
        let Some(length) = length else { return Ok(DateRule::once(anchor)) };
        let (period, stub) = length.split_once('L').unwrap_or((length, "0"));
        let period: Period = period.parse().map_err(|error| Stop::Failed(format!("{error}")))?;
        let frequency = Frequency::Every(period);
        let at_month_ends = self.0["endOfMonthConvention"] == "EOM" && anchor.is_end_of_month();
        let roll = match period.in_months() {
            None => Roll::Implied,
            Some(_) if at_month_ends => Roll::EndOfMonth,
            Some(_) => Roll::implied_by(anchor),
        };
        Ok(DateRule { first: anchor, frequency, roll, until: None, long_last: stub == "0" })
    }
}

/// Text or an array of it, and numbers likewise.
pub(super) fn list(value: &Value) -> Vec<&Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().collect(),
        value => vec![value],
    }
}

pub(super) fn days(value: &Value) -> Read<Vec<Date>> {
    let day = |value: &Value| {
        let text = value.as_str().ok_or_else(|| format!("a date, not {value}"))?;
        Ok(moment(text)?.day)
    };
    list(value).into_iter().map(day).collect()
}

/// The last day whose events a case lists.
pub(super) fn asked_to(case: &Value) -> Read<Option<Date>> {
    let to = case["to"].as_str().filter(|to| !to.trim().is_empty());
    Ok(to.map(moment).transpose()?.map(|to| to.day))
}

/// A timestamp, `YYYY-MM-DD` with a time after it.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    let text = text.trim();
    let day: Date = text
        .get(..10)
        .and_then(|day| day.parse().ok())
        .ok_or_else(|| format!("a date, not {text:?}"))?;
    let time = text.get(11..).unwrap_or_default();
    let late = time.starts_with("23:59:59") || time.starts_with("24:00");
    let day = if late { day.plus_days(1).map_err(|error| error.to_string())? } else { day };
    Ok(Moment { day, late })
}

/// A number or the text of one, cut to 18 digits after the point.
pub(super) fn number(value: &Value) -> Result<Option<Decimal>, String> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        other => return Err(format!("a number, not {other}")),
    };
    let plain = if text.contains(['e', 'E']) {
        let number: f64 = text.parse().map_err(|_| format!("a number, not {text:?}"))?;
        format!("{number:.18}")
    } else {
        text
    };
    let cut = plain.find('.').map_or(plain.len(), |point| plain.len().min(point + 19));
    let kept = plain[..cut].trim_end_matches('.');
    kept.parse().map(Some).map_err(|_| format!("a number, not {plain:?}"))
}
