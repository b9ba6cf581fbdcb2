//! Changes to bytes that are almost right: what random bytes alone never reach.

use arbitrary::{Result, Unstructured};

/// Changes `bytes` in a few places, as `random` says.
pub(super) fn mutate(bytes: &mut Vec<u8>, random: &mut Unstructured<'_>) -> Result<()> {
    for _ in 0..random.int_in_range(0..=6)? {
        if bytes.is_empty() {
            return Ok(());
        }
        let at = random.choose_index(bytes.len())?;
        let length = random.int_in_range(1..=16)?.min(bytes.len() - at);
        match random.int_in_range(0..=7)? {
            0 => bytes[at] = random.arbitrary()?,
            1 => bytes[at] ^= 1 << random.int_in_range(0..=7)?,
            2 => bytes[at] = *random.choose(&[0, 1, 0x0b, 0x40, 0x60, 0x7f, 0x7e, 0x80, 0xff])?,
            3 => drop(bytes.drain(at..at + length)),
            4 => {
                let copied = bytes[at..at + length].to_vec();
                let to = random.choose_index(bytes.len())?;
                bytes.splice(to..to, copied);
            }
            5 => bytes.truncate(at),
            6 => {
                // A count that promises more than there is.
                let long = [0xff, 0xff, 0xff, 0xff, 0x0f];
                bytes.splice(at..at + length, long);
            }
            _ => {
                let inserted = random.bytes(length)?.to_vec();
                bytes.splice(at..at, inserted);
            }
        }
    }
    Ok(())
}
