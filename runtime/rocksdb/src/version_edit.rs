//! A record of the manifest, as far as logs are concerned (RocksDB, `db/version_edit.cc`).

const COMPARATOR: u64 = 1;
const LOG_NUMBER: u64 = 2;
const NEXT_FILE_NUMBER: u64 = 3;
const LAST_SEQUENCE: u64 = 4;
const COMPACT_CURSOR: u64 = 5;
const DELETED_FILE: u64 = 6;
const PREVIOUS_LOG_NUMBER: u64 = 9;
const LOG_NUMBER_MIN: u64 = 10;
const NEW_FILE: u64 = 103;
const COLUMN: u64 = 200;
const COLUMN_NAME: u64 = 201;
const COLUMN_DROPPED: u64 = 202;
const COLUMN_MAX: u64 = 203;
const IN_GROUP: u64 = 300;
/// Tags with this bit are followed by their length, and may be skipped.
const SKIPPED: u64 = 1 << 13;
const CLOSED_LOG: u64 = SKIPPED + 7;

/// The last of the optional fields of a new file.
const NEW_FILE_END: u64 = 1;

/// What one record changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Edit {
    /// The number of its column family.
    pub(crate) column: u64,
    pub(crate) drops_column: bool,
    /// Logs below are not needed for this column.
    pub(crate) log_number: Option<u64>,
    /// Logs below are not needed at all.
    pub(crate) log_number_min: Option<u64>,
    /// A synced log behind which another one has been begun.
    pub(crate) closed_log: Option<u64>,
    /// How many records behind this one belong to the same change.
    pub(crate) rest_of_group: Option<u64>,
}

impl Edit {
    /// `None` for what this version of RocksDB does not write.
    pub(crate) fn decode(record: &[u8]) -> Option<Self> {
        let (mut edit, mut fields) = (Self::default(), Fields(record));
        while !fields.0.is_empty() {
            edit.field(fields.number()?, &mut fields)?;
        }
        Some(edit)
    }

    fn field(&mut self, tag: u64, fields: &mut Fields<'_>) -> Option<()> {
        match tag {
            LOG_NUMBER => self.log_number = Some(fields.number()?),
            LOG_NUMBER_MIN => self.log_number_min = Some(fields.number()?),
            COLUMN => self.column = fields.number()?,
            COLUMN_DROPPED => self.drops_column = true,
            IN_GROUP => self.rest_of_group = Some(fields.number()?),
            CLOSED_LOG => {
                let number = Fields(fields.bytes()?).number()?;
                self.closed_log = self.closed_log.max(Some(number));
            }
            NEXT_FILE_NUMBER | LAST_SEQUENCE | PREVIOUS_LOG_NUMBER | COLUMN_MAX => {
                fields.numbers(1)?;
            }
            COMPARATOR | COLUMN_NAME => {
                fields.bytes()?;
            }
            COMPACT_CURSOR => {
                fields.numbers(1)?;
                fields.bytes()?;
            }
            DELETED_FILE => fields.numbers(2)?,
            NEW_FILE => fields.new_file()?,
            _ if tag & SKIPPED != 0 => {
                fields.bytes()?;
            }
            _ => return None,
        }
        Some(())
    }
}

/// What is left of a record.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// A number in groups of seven bits, the lowest first; all bytes but the last have the highest bit.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn numbers(&mut self, count: u32) -> Option<()> {
        (0..count).try_for_each(|_| self.number().map(drop))
    }

    /// Bytes behind their length.
    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Level, number and length; smallest and largest key; smallest and largest sequence number; fields.
    fn new_file(&mut self) -> Option<()> {
        self.numbers(3)?;
        self.bytes()?;
        self.bytes()?;
        self.numbers(2)?;
        while self.number()? != NEW_FILE_END {
            self.bytes()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_length_are_read_and_endless_ones_are_not() {
        let number = |bytes: &[u8]| Fields(bytes).number();
        assert_eq!(number(&[0x7f]), Some(127));
        assert_eq!(number(&[0xac, 2]), Some(300));
        assert_eq!(number(&[&[0xff; 9][..], &[1]].concat()), Some(u64::MAX));
        assert_eq!(number(&[0x80; 11]), None);
        assert_eq!(number(&[0x80]), None);
    }

    #[test]
    fn what_is_not_written_is_not_understood() {
        let closed = Edit { closed_log: Some(300), ..Edit::default() };
        assert_eq!(Edit::decode(&[0x87, 0x40, 5, 0xac, 2, 2, 9, 1]), Some(closed));
        assert_eq!(Edit::decode(&[]), Some(Edit::default()));
        for bad in [&[7, 1][..], &[1, 9, 0], &[2], &[103, 1, 2, 3, 0, 0, 1, 1, 2]] {
            assert_eq!(Edit::decode(bad), None, "{bad:?}");
        }
    }
}
