//! The end of a call by a bug of the contract.
#![allow(unsafe_code)]

use super::imports;
use core::arch::wasm32::unreachable;
use core::panic::PanicInfo;

/// Tells the host where, without any formatting: `file:line`, cut to the buffer.
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let mut text = Text { bytes: [0; 96], len: 0 };
    if let Some(location) = info.location() {
        text.push(location.file().as_bytes());
        text.push(b":");
        text.push_number(location.line());
    }
    // SAFETY: `text.len` bytes of the buffer are live. The host does not return.
    unsafe { imports::Panic(text.bytes.as_ptr() as u32, text.len as u32) };
    unreachable()
}

struct Text {
    bytes: [u8; 96],
    len: usize,
}

impl Text {
    /// Adds what fits. Nothing in here can panic itself.
    fn push(&mut self, more: &[u8]) {
        for byte in more {
            let Some(room) = self.bytes.get_mut(self.len) else { return };
            *room = *byte;
            self.len = self.len.wrapping_add(1);
        }
    }

    fn push_number(&mut self, number: u32) {
        if number >= 10 {
            self.push_number(number / 10);
        }
        self.push(&[b'0' | (number % 10) as u8]);
    }
}
