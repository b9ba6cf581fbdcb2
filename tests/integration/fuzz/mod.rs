//! Fuzzing on stable Rust: `FUZZ_SECONDS` each, ten by default; `make fuzz` takes longer. A failure
//! prints the seed that reproduces it (`BOLERO_RANDOM_SEED`).

mod vm;
