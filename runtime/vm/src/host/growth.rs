//! Growth of a guest's memory. Whether it may grow is decided in the guest's own code, from
//! consensus facts; what is left to fail is the machine, and that must not become a result.

use super::HostTrap;
use tenor_executor::{FatalError, HostError};
use wasmtime::{Error, ResourceLimiter, Result};

/// Turns a failure to get memory from the system into the end of the node.
pub(crate) struct MemoryGrowth;

impl ResourceLimiter for MemoryGrowth {
    fn memory_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> Result<bool> {
        Ok(maximum.is_none_or(|maximum| desired <= maximum))
    }

    fn memory_grow_failed(&mut self, error: Error) -> Result<()> {
        let text = format!("a guest's memory could not grow: {error:#}");
        Err(HostTrap(HostError::Fatal(FatalError::Engine(text))).into())
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> Result<bool> {
        // No instruction of the contract target grows a table; instantiation makes it.
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_without_memory_is_fatal() {
        let error = MemoryGrowth.memory_grow_failed(Error::msg("ENOMEM")).expect_err("an error");
        let HostTrap(error) = error.downcast::<HostTrap>().expect("a host error");
        assert!(matches!(error, HostError::Fatal(_)), "{error}");
        assert!(MemoryGrowth.memory_growing(0, 5, Some(5)).expect("no error"));
        assert!(!MemoryGrowth.memory_growing(0, 6, Some(5)).expect("no error"));
    }
}
