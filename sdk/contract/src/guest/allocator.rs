//! Memory for one call.
//!
//! An instance serves one call and is thrown away, so memory is handed out by moving a mark and
//! given back only at the mark: the last block can shrink, grow in place or go, which covers buffers
//! and growing vectors. Nothing else is worth its instructions, and the cost of an allocation never
//! depends on what was allocated before.
#![allow(unsafe_code)]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ptr::null_mut;

const PAGE_BYTES: usize = 1 << 16;

#[global_allocator]
static ALLOCATOR: Bump = Bump { mark: Cell::new(0), end: Cell::new(0) };

/// Free memory lies between `mark` and `end`; both are zero before the first allocation.
struct Bump {
    mark: Cell<usize>,
    end: Cell<usize>,
}

// SAFETY: the target has no threads.
unsafe impl Sync for Bump {}

unsafe extern "C" {
    /// Where the linker's data and stack end; only its address means something.
    static __heap_base: u8;
}

impl Bump {
    /// Moves the mark to `mark`; whether there was or could be made room. The rare path is a call, so
    /// that an inlined allocation is a few instructions.
    fn advance(&self, mark: usize) -> bool {
        if mark > self.end.get() && !self.grow(mark) {
            return false;
        }
        self.mark.set(mark);
        true
    }

    /// Adds the pages that `mark` needs.
    #[cold]
    #[inline(never)]
    fn grow(&self, mark: usize) -> bool {
        let pages = (mark - self.end.get()).div_ceil(PAGE_BYTES);
        if memory_grow::<0>(pages) == usize::MAX {
            return false;
        }
        // The grown memory is addressable, so its end fits 32 bits but for the very last page.
        self.end.set(self.end.get().saturating_add(pages.saturating_mul(PAGE_BYTES)));
        true
    }

    /// Makes what the module's own memory has left available, at the first allocation.
    #[cold]
    #[inline(never)]
    fn start(&self) {
        self.mark.set(&raw const __heap_base as usize);
        self.end.set(memory_size::<0>().saturating_mul(PAGE_BYTES));
    }

    fn is_last(&self, block: *mut u8, size: usize) -> bool {
        (block as usize).wrapping_add(size) == self.mark.get()
    }
}

// SAFETY: a block lies between the old and the new mark, aligned up from the old one; the mark only
// moves back over the last block when that is given back, so live blocks never overlap. Memory below
// `end` exists, because `end` only follows `memory.size` and successful `memory.grow`.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if self.end.get() == 0 {
            self.start();
        }
        // The next multiple of the alignment, which is a power of two.
        let Some(padded) = self.mark.get().checked_add(layout.align() - 1) else {
            return null_mut();
        };
        let start = padded & !(layout.align() - 1);
        match start.checked_add(layout.size()) {
            Some(mark) if self.advance(mark) => start as *mut u8,
            _ => null_mut(),
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if self.is_last(block, layout.size()) {
            self.mark.set(block as usize);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if self.is_last(block, layout.size()) {
            return match (block as usize).checked_add(size) {
                Some(mark) if self.advance(mark) => block,
                _ => null_mut(),
            };
        }
        if size <= layout.size() {
            return block;
        }
        // SAFETY: the caller guarantees that the new size fits the alignment.
        let layout_new = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: the size is not zero, by the caller's guarantee.
        let moved = unsafe { self.alloc(layout_new) };
        if !moved.is_null() {
            // SAFETY: the old block has `layout.size()` bytes, the new one more, and they are apart.
            unsafe { core::ptr::copy_nonoverlapping(block, moved, layout.size()) };
        }
        moved
    }
}
