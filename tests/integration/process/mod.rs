//! Tests of the real process.

mod kill;
