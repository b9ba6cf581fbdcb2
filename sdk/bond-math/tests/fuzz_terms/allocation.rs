//! Counts what a thread has allocated at its highest, for the bound on memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, counted thread by thread.
pub(crate) struct Counted;

thread_local! {
    /// Bytes held now and at the highest, since the count began.
    static HELD: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

fn count(more: usize, less: usize) {
    // A thread that is ending no longer counts.
    let _ = HELD.try_with(|held| {
        let (now, highest) = held.get();
        let now = now.saturating_add(more).saturating_sub(less);
        held.set((now, highest.max(now)));
    });
}

// SAFETY: every call is handed on unchanged to the system's allocator; the count touches no memory that
// it manages.
#[allow(unsafe_code, reason = "the standard library's allocator trait is unsafe to implement")]
unsafe impl GlobalAlloc for Counted {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: as the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: as the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Both blocks exist while the contents move.
        count(size, 0);
        count(0, layout.size());
        // SAFETY: as the caller's.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// The most bytes that `work` held at one time, beside what was held before.
pub(crate) fn highest(work: impl FnOnce()) -> usize {
    HELD.with(|held| held.set((0, 0)));
    work();
    HELD.with(|held| held.get().1)
}
