//! Contracts run natively on a small host of their own.

mod counter;
mod host;
mod outcomes;
