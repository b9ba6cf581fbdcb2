//! What each trap of the engine means to the ledger.

use tenor_primitives::HaltCode;
use wasmtime::Trap;

/// The halt that `trap` is, given the counters as the guest left them; `None` for a trap that no
/// receipt can carry.
///
/// Whatever stopped a guest whose gas counter is below zero, it came too late: the guest may load
/// and divide a little further than it has paid for before it is told so.
///
/// wasmtime's list is open, so the last arm is needed; a test enumerates the list and fails when a
/// new version adds to it.
pub fn classify(trap: Trap, gas: i64, stack: i32) -> Option<HaltCode> {
    let halt = match trap {
        // Instrumentation stops a guest with `unreachable` and a counter below zero.
        Trap::UnreachableCodeReached if stack < 0 => HaltCode::StackExhausted,
        Trap::UnreachableCodeReached => HaltCode::Unreachable,
        Trap::MemoryOutOfBounds => HaltCode::MemoryOutOfBounds,
        Trap::TableOutOfBounds => HaltCode::TableOutOfBounds,
        Trap::IndirectCallToNull => HaltCode::IndirectCallToNull,
        Trap::BadSignature => HaltCode::BadSignature,
        Trap::IntegerDivisionByZero => HaltCode::DivisionByZero,
        Trap::IntegerOverflow => HaltCode::IntegerOverflow,
        // `StackOverflow` is the native stack, which the logical one is there to keep from its end;
        // the others belong to proposals and settings that are off.
        _ => return None,
    };
    Some(if gas < 0 { HaltCode::OutOfGas } else { halt })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every trap of the engine's version, by the name it has there, and what it is here.
    const TRAPS: [(&str, Option<HaltCode>); 9] = [
        ("StackOverflow", None),
        ("MemoryOutOfBounds", Some(HaltCode::MemoryOutOfBounds)),
        ("TableOutOfBounds", Some(HaltCode::TableOutOfBounds)),
        ("IndirectCallToNull", Some(HaltCode::IndirectCallToNull)),
        ("BadSignature", Some(HaltCode::BadSignature)),
        ("IntegerOverflow", Some(HaltCode::IntegerOverflow)),
        ("IntegerDivisionByZero", Some(HaltCode::DivisionByZero)),
        ("UnreachableCodeReached", Some(HaltCode::Unreachable)),
        ("BadConversionToInteger", None),
    ];

    #[test]
    fn the_list_of_traps_is_the_one_that_was_looked_at() {
        let mut names: Vec<String> =
            (0..=u8::MAX).filter_map(Trap::from_u8).map(|trap| format!("{trap:?}")).collect();
        for (name, expected) in TRAPS {
            let trap = (0..=u8::MAX)
                .filter_map(Trap::from_u8)
                .find(|trap| format!("{trap:?}") == name)
                .expect("a trap that is looked at exists");
            assert_eq!(classify(trap, 0, 0), expected, "{name}");
            names.retain(|other| other != name);
        }
        // Of proposals and settings that are off in the engine of consensus.
        assert_eq!(names, OFF);
    }

    const OFF: &[&str] = &[
        "HeapMisaligned",
        "Interrupt",
        "OutOfFuel",
        "AtomicWaitNonSharedMemory",
        "NullReference",
        "ArrayOutOfBounds",
        "AllocationTooLarge",
        "CastFailure",
        "CannotEnterComponent",
        "NoAsyncResult",
        "UnhandledTag",
        "ContinuationAlreadyConsumed",
        "DisabledOpcode",
        "AsyncDeadlock",
        "CannotLeaveComponent",
        "CannotBlockSyncTask",
        "InvalidChar",
        "DebugAssertStringEncodingFinished",
        "DebugAssertEqualCodeUnits",
        "DebugAssertPointerAligned",
        "DebugAssertUpperBitsUnset",
        "StringOutOfBounds",
        "ListOutOfBounds",
        "InvalidDiscriminant",
        "UnalignedPointer",
        "TaskCancelNotCancelled",
        "TaskCancelOrReturnTwice",
        "SubtaskCancelAfterTerminal",
        "TaskReturnInvalid",
        "WaitableSetDropHasWaiters",
        "SubtaskDropNotResolved",
        "ThreadNewIndirectInvalidType",
        "ThreadNewIndirectUninitialized",
        "BackpressureOverflow",
        "UnsupportedCallbackCode",
        "CannotResumeThread",
        "ConcurrentFutureStreamOp",
        "ReferenceCountOverflow",
        "StreamOpTooBig",
        "WaitableSyncAndAsync",
        "UncaughtException",
    ];

    #[test]
    fn a_counter_below_zero_tells_what_ran_out() {
        let trap = Trap::UnreachableCodeReached;
        assert_eq!(classify(trap, -1, 5), Some(HaltCode::OutOfGas));
        assert_eq!(classify(trap, 0, -1), Some(HaltCode::StackExhausted));
        assert_eq!(classify(trap, 0, 0), Some(HaltCode::Unreachable));
        assert_eq!(classify(Trap::IntegerOverflow, 0, 0), Some(HaltCode::IntegerOverflow));
        assert_eq!(classify(Trap::IntegerOverflow, -1, 0), Some(HaltCode::OutOfGas));
        assert_eq!(classify(Trap::StackOverflow, -1, 0), None, "no receipt can carry it");
    }
}
