//! Numbers published during a bond's life: fixings, index values, targets.

use alloc::vec::Vec;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Date, Decimal, Error};

/// One published number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[derive(tenor_macros::Schema)]
pub struct Fixing {
    /// Day it is published for.
    pub date: Date,
    /// The number: a rate as a part of one, or a value of an index.
    pub value: Decimal,
}

/// Published numbers by date, at most one for a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
#[derive(tenor_macros::Schema)]
pub struct FixingSeries {
    values: Vec<Fixing>,
}

impl FixingSeries {
    /// The series of `fixings`, in any order.
    ///
    /// # Errors
    /// [`Error::DuplicateFixing`] when two differ for one day.
    pub fn new(fixings: impl IntoIterator<Item = (Date, Decimal)>) -> Result<Self, Error> {
        let mut series = Self::default();
        for (date, value) in fixings {
            series.insert(date, value)?;
        }
        Ok(series)
    }

    /// Adds a number; the same one twice is no change.
    ///
    /// # Errors
    /// [`Error::DuplicateFixing`] when another is known for the day.
    pub fn insert(&mut self, date: Date, value: Decimal) -> Result<(), Error> {
        match self.values.binary_search_by_key(&date, |fixing| fixing.date) {
            Ok(index) if self.values.get(index).is_some_and(|known| known.value == value) => Ok(()),
            Ok(_) => Err(Error::DuplicateFixing { date }),
            Err(index) => {
                self.values.insert(index, Fixing { date, value });
                Ok(())
            }
        }
    }

    /// The number for `date`.
    ///
    /// # Errors
    /// [`Error::MissingFixing`].
    pub fn get(&self, date: Date) -> Result<Decimal, Error> {
        self.values
            .binary_search_by_key(&date, |fixing| fixing.date)
            .ok()
            .and_then(|index| self.values.get(index))
            .map(|fixing| fixing.value)
            .ok_or(Error::MissingFixing { date })
    }

    /// A reader for numbers that are asked for in order of their dates.
    pub(crate) const fn reader(&self) -> Reader<'_> {
        Reader { series: self, next: 0 }
    }

    /// The numbers in order of their dates.
    #[must_use]
    pub fn as_slice(&self) -> &[Fixing] {
        &self.values
    }
}

/// Reads a series from date to date: the one after the last read is found at once.
pub(crate) struct Reader<'a> {
    series: &'a FixingSeries,
    next: usize,
}

impl Reader<'_> {
    /// The number for `date`.
    ///
    /// # Errors
    /// [`Error::MissingFixing`].
    pub(crate) fn get(&mut self, date: Date) -> Result<Decimal, Error> {
        let values = &self.series.values;
        let is = |at: usize| values.get(at).is_some_and(|fixing| fixing.date == date);
        let at = if is(self.next) {
            self.next
        } else {
            let found = values.binary_search_by_key(&date, |fixing| fixing.date);
            found.map_err(|_| Error::MissingFixing { date })?
        };
        self.next = at.saturating_add(1);
        values.get(at).map(|fixing| fixing.value).ok_or(Error::MissingFixing { date })
    }
}

impl BorshDeserialize for FixingSeries {
    fn deserialize_reader<R: borsh::io::Read>(reader: &mut R) -> borsh::io::Result<Self> {
        let values = Vec::<Fixing>::deserialize_reader(reader)?;
        if values.iter().zip(values.iter().skip(1)).all(|(a, b)| a.date < b.date) {
            Ok(Self { values })
        } else {
            Err(crate::invalid_data("fixings out of order"))
        }
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for FixingSeries {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let values = <Vec<Fixing> as serde::Deserialize>::deserialize(deserializer)?;
        Self::new(values.into_iter().map(|fixing| (fixing.date, fixing.value)))
            .map_err(serde::de::Error::custom)
    }
}

/// Everything published for a bond so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
#[derive(tenor_macros::Schema)]
pub struct Observations {
    /// Rates of the coupon's index (or values of a compounded index), by fixing date.
    pub rates: FixingSeries,
    /// Values of the price index that apply to a date, by that date.
    pub index_levels: FixingSeries,
    /// Sustainability targets, by day of observation: 1 when missed, 0 when met.
    pub targets: FixingSeries,
}
