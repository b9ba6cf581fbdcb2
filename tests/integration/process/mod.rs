//! Tests of the real process.

mod backup;
mod compile;
mod dev;
mod first_bond;
mod help;
mod kill;
mod pages;
mod readme;
mod refused;
mod shell;
mod shown;
mod soak;
mod source_lines;
mod story;
