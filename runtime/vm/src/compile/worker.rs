//! The worker's side: one request in, one answer out.

use super::answer::{Answer, Request};
use super::frame;
use crate::artifact::Compatibility;
use crate::config::THREAD_STACK_BYTES;
use crate::engine::for_compiling;
use std::io::{Read, Write};
use std::thread;
use tenor_primitives::keccak256;
use thiserror::Error;

/// Why a worker gives no answer.
#[derive(Debug, Error)]
pub enum WorkerError {
    /// Reading the request or writing the answer.
    #[error("expected one request on standard input and a reader of standard output: {0}")]
    Stream(#[from] std::io::Error),
    /// wasmtime refuses the settings.
    #[error("the compiler could not start: {0}")]
    Engine(String),
    /// The compiler ended in a panic.
    #[error("the compiler panicked")]
    Panicked,
}

/// Reads a request from `input`, compiles, and writes the answer to `output`. The process must have
/// set its limits before.
///
/// # Errors
/// Whatever keeps it from answering; whoever started the process takes its end as the news.
pub fn serve_compiler(input: &mut impl Read, output: &mut impl Write) -> Result<(), WorkerError> {
    let request: Request = frame::read(input)?;
    // On the smallest stack that a module may ever be compiled on: what passes here does not
    // overflow one later.
    let compiling =
        thread::Builder::new().stack_size(THREAD_STACK_BYTES).spawn(|| compile(request));
    let answer = compiling?.join().map_err(|_| WorkerError::Panicked)??;
    Ok(frame::write(output, &answer)?)
}

fn compile(request: Request) -> Result<Answer, WorkerError> {
    let engine = for_compiling(request.purpose)
        .map_err(|error| WorkerError::Engine(format!("{error:#}")))?;
    Ok(match engine.precompile_module(&request.wasm) {
        Ok(module) => Answer::Compiled {
            compatibility: Compatibility::of(&engine),
            checksum: keccak256(&module),
            module,
        },
        Err(error) => Answer::Refused { reason: format!("{error:#}") },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Purpose;

    fn ask(wasm: &[u8]) -> Answer {
        let request = Request { purpose: Purpose::Blocks, wasm: wasm.to_vec() };
        let (mut sent, mut answered) = (Vec::new(), Vec::new());
        frame::write(&mut sent, &request).expect("written");
        serve_compiler(&mut sent.as_slice(), &mut answered).expect("answers");
        frame::read(&mut answered.as_slice()).expect("an answer")
    }

    #[test]
    fn a_worker_compiles_what_the_node_would() {
        let wasm = wat::parse_str("(module (memory 1) (func (export \"f\")))").expect("parses");
        let engine = crate::engine::build(&crate::VmConfig::default()).expect("an engine");
        let Answer::Compiled { compatibility, checksum, module } = ask(&wasm) else {
            panic!("it compiles");
        };
        assert_eq!(compatibility, Compatibility::of(&engine));
        assert_eq!(checksum, keccak256(&module));
        assert!(module == engine.precompile_module(&wasm).expect("compiles"));
    }

    #[test]
    fn what_does_not_compile_is_refused_and_noise_is_an_error() {
        assert!(matches!(ask(b"nonsense"), Answer::Refused { .. }));
        let error = serve_compiler(&mut &b"noise"[..], &mut Vec::new()).expect_err("no request");
        assert!(matches!(error, WorkerError::Stream(_)), "{error}");
    }
}
