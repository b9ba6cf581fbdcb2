//! Copying and filling memory, which compiled code asks for by these names. The target has no
//! instruction for it, and the loops that come with the compiler go byte by byte for most of what a
//! contract copies: addresses, codes, amounts. Words that overlap take any length without a loop over
//! its odd end, and WebAssembly loads and stores them at any address.
#![allow(unsafe_code)]

use core::ptr::{read_unaligned, write_unaligned};

/// Two words.
type Pair = [u64; 2];
const PAIR: usize = size_of::<Pair>();

/// Copies a `T`.
///
/// # Safety
/// `from` can be read and `to` written for the size of a `T`.
#[inline(always)]
unsafe fn word<T>(to: *mut u8, from: *const u8) {
    // SAFETY: by the caller's guarantee.
    unsafe { write_unaligned(to.cast(), read_unaligned::<T>(from.cast())) };
}

/// Copies a `T` at both ends of `count` bytes, which are as many as one takes at least, and two at
/// most.
///
/// # Safety
/// As for [`memcpy`]; `count` is between the size of a `T` and twice that.
#[inline(always)]
unsafe fn both_ends<T>(to: *mut u8, from: *const u8, count: usize) {
    let end = count.wrapping_sub(size_of::<T>());
    // SAFETY: both stretches lie in the `count` bytes, which are apart from one another.
    unsafe {
        word::<T>(to, from);
        word::<T>(to.wrapping_add(end), from.wrapping_add(end));
    }
}

/// C's `memcpy`.
///
/// # Safety
/// `from` can be read and `to` written for `count` bytes, and they do not overlap.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
    // SAFETY: every place is below `count`, and each copy lies in the bytes that the caller guarantees.
    unsafe {
        if count > PAIR {
            let last = count.wrapping_sub(PAIR);
            // Up to two pairs, most copies, never come to the loop, which the compiler unrolls.
            word::<Pair>(to, from);
            let mut at = PAIR;
            while at < last {
                word::<Pair>(to.wrapping_add(at), from.wrapping_add(at));
                at = at.wrapping_add(PAIR);
            }
            word::<Pair>(to.wrapping_add(last), from.wrapping_add(last));
        } else if count >= 8 {
            both_ends::<u64>(to, from, count);
        } else if count >= 4 {
            both_ends::<u32>(to, from, count);
        } else if count >= 2 {
            both_ends::<u16>(to, from, count);
        } else if count == 1 {
            *to = *from;
        }
    }
    to
}

/// C's `memset`.
///
/// # Safety
/// `to` can be written for `count` bytes.
#[cfg_attr(target_arch = "wasm32", unsafe(no_mangle))]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, count: usize) -> *mut u8 {
    // C drops all but the lowest byte.
    let [byte, ..] = byte.to_le_bytes();
    let words = [u64::from_ne_bytes([byte; 8]); 2];
    // SAFETY: every place is below `count`.
    unsafe {
        if count >= PAIR {
            let last = count.wrapping_sub(PAIR);
            let mut at = 0;
            while at < last {
                write_unaligned(to.wrapping_add(at).cast(), words);
                at = at.wrapping_add(PAIR);
            }
            write_unaligned(to.wrapping_add(last).cast(), words);
        } else {
            let mut at = 0;
            while at < count {
                *to.wrapping_add(at) = byte;
                at = at.wrapping_add(1);
            }
        }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    /// Longer than a few rounds of the loops.
    const ROOM: usize = 120;

    fn numbered() -> Vec<u8> {
        (1..).take(ROOM).collect()
    }

    #[test]
    fn every_length_is_copied_from_and_to_every_alignment_and_nothing_else() {
        let from = numbered();
        for (length, start, at) in lengths().flat_map(|(l, s)| (0..9).map(move |at| (l, s, at))) {
            let mut to = [0; ROOM];
            // SAFETY: both stretches end before their rooms, which are two.
            let given = unsafe { memcpy(to[at..].as_mut_ptr(), from[start..].as_ptr(), length) };
            assert_eq!(given, to[at..].as_mut_ptr());
            assert_eq!(to[at..at + length], from[start..start + length], "{length} {start} {at}");
            assert!(to[..at].iter().chain(&to[at + length..]).all(|byte| *byte == 0));
        }
    }

    #[test]
    fn every_length_is_filled_and_nothing_else() {
        for (length, at) in lengths() {
            let mut to = numbered();
            // SAFETY: the stretch ends before its room.
            let given = unsafe { memset(to[at..].as_mut_ptr(), 0x1ee, length) };
            assert_eq!(given, to[at..].as_mut_ptr());
            let expected: Vec<u8> = (0..ROOM)
                .map(
                    |index| {
                        if (at..at + length).contains(&index) { 0xee } else { numbered()[index] }
                    },
                )
                .collect();
            assert_eq!(to, expected, "{length} at {at}");
        }
    }

    fn lengths() -> impl Iterator<Item = (usize, usize)> {
        (0..100).flat_map(|length| (0..9).map(move |start| (length, start)))
    }
}
