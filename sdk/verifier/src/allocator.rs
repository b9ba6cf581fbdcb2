//! Memory for one proof: handed out by moving a mark, never given back. An allocator that does more
//! would be a thirtieth of the whole module.
#![allow(unsafe_code)]

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size};
use core::cell::Cell;
use core::ptr::null_mut;

const PAGE_BYTES: usize = 1 << 16;

#[global_allocator]
static ALLOCATOR: Bump = Bump { mark: Cell::new(0), end: Cell::new(0) };

/// Free memory lies between `mark` and `end`, in pages that this allocator has added.
struct Bump {
    mark: Cell<usize>,
    end: Cell<usize>,
}

// SAFETY: the target has no threads.
unsafe impl Sync for Bump {}

impl Bump {
    /// Adds the pages for `bytes`; `None` when there are no more.
    fn grow(&self, bytes: usize) -> Option<()> {
        let pages = bytes.div_ceil(PAGE_BYTES);
        let before = memory_size::<0>().checked_mul(PAGE_BYTES)?;
        if memory_grow::<0>(pages) == usize::MAX {
            return None;
        }
        // Nobody else adds pages, so that they follow those added before.
        if self.end.get() == 0 {
            self.mark.set(before);
        }
        self.end.set(before.checked_add(pages.checked_mul(PAGE_BYTES)?)?);
        Some(())
    }

    fn take(&self, layout: Layout) -> Option<usize> {
        let place = |mark: usize| {
            let start = mark.checked_next_multiple_of(layout.align())?;
            Some((start, start.checked_add(layout.size())?))
        };
        let (_, end) = place(self.mark.get())?;
        if end > self.end.get() || self.end.get() == 0 {
            self.grow(layout.size().checked_add(layout.align())?)?;
        }
        let (start, end) = place(self.mark.get())?;
        self.mark.set(end);
        Some(start)
    }
}

// SAFETY: a block lies in pages that were added for this allocator, has the size and the alignment
// asked for, and no other block is ever handed out there.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.take(layout).map_or(null_mut(), |start| start as *mut u8)
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}
