//! The node's side of a worker: start it, hand over the request, take the answer or end it.

use super::answer::{Answer, Request};
use super::{Unfinished, Worker, frame};
use std::io;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

/// Asks a new worker. It has ended when this returns.
pub(super) fn ask(worker: &Worker, request: &Request) -> Result<Answer, Unfinished> {
    let mut sent = Vec::new();
    frame::write(&mut sent, request).map_err(|error| Unfinished::Answer(error.to_string()))?;
    let mut child = start(worker)?;
    let answered = converse(&mut child, sent, worker.limits.wall_ms_max);
    // It has no more to say: what is left of it holds memory or a processor.
    let _ = child.kill();
    let status = child.wait();
    match answered {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Unfinished::Ended { how: how_it_ended(status) })
        }
        Ok(Err(error)) => Err(Unfinished::Answer(error.to_string())),
        Err(unfinished) => Err(unfinished),
    }
}

fn start(worker: &Worker) -> Result<Child, Unfinished> {
    Command::new(&worker.program)
        .args(&worker.arguments)
        .args(worker.limits.arguments())
        // It needs nothing of the node's environment, where passphrases may be.
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| Unfinished::Start {
            program: worker.program.clone(),
            reason: error.to_string(),
        })
}

/// Sends and receives, each on a thread of its own, so that neither side waits for the other and
/// this one never longer than it may.
fn converse(
    child: &mut Child,
    sent: Vec<u8>,
    wall_ms_max: u64,
) -> Result<io::Result<Answer>, Unfinished> {
    let (mut input, mut output) =
        (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
    let (tell, answer) = mpsc::channel();
    let threads = thread::Builder::new()
        // A worker that ends early leaves the pipe broken; its missing answer tells of it.
        .spawn(move || drop(io::Write::write_all(&mut input, &sent)))
        .and_then(|_| {
            // Nobody waits any more after the time: then the answer is for nobody.
            thread::Builder::new().spawn(move || drop(tell.send(frame::read(&mut output))))
        });
    threads.map_err(|error| Unfinished::Ended { how: format!("no thread for it: {error}") })?;
    match answer.recv_timeout(Duration::from_millis(wall_ms_max)) {
        Ok(answer) => Ok(answer),
        Err(RecvTimeoutError::Timeout) => Err(Unfinished::TooLong { wall_ms_max }),
        Err(RecvTimeoutError::Disconnected) => Ok(Err(io::ErrorKind::UnexpectedEof.into())),
    }
}

fn how_it_ended(status: io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::{CompileError, CompileLimits, Compiler};
    use crate::config::Purpose;
    use std::path::PathBuf;

    /// What becomes of a compilation by a worker that does this.
    fn with_shell(script: &str, wall_ms_max: u64) -> CompileError {
        let limits = CompileLimits { wall_ms_max, ..CompileLimits::default() };
        let arguments = ["-c", script, "worker"].map(Into::into).into();
        let worker = Worker { program: "/bin/sh".into(), arguments, limits };
        let engine = wasmtime::Engine::default();
        let answer = Compiler::Worker(worker).check(&engine, Purpose::Blocks);
        answer.expect_err("no worker")
    }

    fn unfinished(script: &str, wall_ms_max: u64) -> Unfinished {
        match with_shell(script, wall_ms_max) {
            CompileError::Unfinished(unfinished) => unfinished,
            CompileError::Refused(reason) => panic!("never a verdict on the code: {reason}"),
        }
    }

    #[test]
    fn a_worker_that_dies_is_told_from_one_that_refuses() {
        let killed = unfinished("kill -9 $$", 10_000);
        assert!(matches!(&killed, Unfinished::Ended { how } if how.contains('9')), "{killed}");
        let failed = unfinished("cat >/dev/null; exit 3", 10_000);
        assert!(matches!(&failed, Unfinished::Ended { how } if how.contains('3')), "{failed}");
        // Half an answer is none.
        let half = unfinished("printf '\\020\\000\\000\\000xx'", 10_000);
        assert!(matches!(half, Unfinished::Ended { .. }), "{half}");
    }

    #[test]
    fn a_worker_that_does_not_answer_is_ended() {
        // Its own child holds the pipe longer; nobody waits for that.
        for script in ["exec sleep 60", "sleep 3; exit 0"] {
            assert_eq!(unfinished(script, 200), Unfinished::TooLong { wall_ms_max: 200 });
        }
    }

    #[test]
    fn noise_is_no_answer() {
        for script in ["printf 'hello, world'", "printf '\\002\\000\\000\\000\\011\\011'"] {
            let noise = unfinished(script, 10_000);
            assert!(matches!(noise, Unfinished::Answer(_)), "{noise}");
        }
    }

    #[test]
    fn a_missing_program_is_named() {
        let worker = Worker {
            program: PathBuf::from("/nowhere/tenor"),
            arguments: Vec::new(),
            limits: CompileLimits::default(),
        };
        let request = Request { purpose: Purpose::Blocks, wasm: Vec::new() };
        let error = ask(&worker, &request).expect_err("no program");
        assert!(error.to_string().contains("/nowhere/tenor"), "{error}");
    }
}
