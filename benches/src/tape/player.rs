//! The guest's work without the host.

use super::{HostAnswer, Run};
use std::sync::Arc;
use tenor_abi::host::IMPORT_MODULE;
use tenor_vm::instrument::{GAS_EXPORT, GUEST_PREFIX, MEMORY_EXPORT, STACK_EXPORT};
use wasmtime::{Caller, Engine, Instance, InstancePre, Linker, Memory, Module, Store, Val};

/// Runs a recorded run's guest, whose host has all answers ready.
pub struct Player {
    engine: Engine,
    instance: InstancePre<Answers>,
    export: String,
    answers: Arc<[HostAnswer]>,
    is_instrumented: bool,
}

/// What a host with ready answers knows.
struct Answers {
    ready: Arc<[HostAnswer]>,
    next: usize,
    memory: Option<Memory>,
}

/// The next answer: its bytes into the guest's memory, and its result.
fn answer(caller: &mut Caller<'_, Answers>) -> u64 {
    let memory = caller.data().memory.expect("set before the guest runs");
    let (memory, answers) = memory.data_and_store_mut(caller);
    let answer = &answers.ready[answers.next];
    answers.next += 1;
    if let Some((at, bytes)) = &answer.written {
        memory[*at..*at + bytes.len()].copy_from_slice(bytes);
    }
    answer.result
}

/// What a host function makes of an answer.
trait FromAnswer {
    fn from_answer(answer: u64) -> Self;
}

impl FromAnswer for () {
    fn from_answer(_: u64) {}
}

impl FromAnswer for u64 {
    fn from_answer(answer: u64) -> Self {
        answer
    }
}

impl FromAnswer for u32 {
    fn from_answer(answer: u64) -> Self {
        Self::try_from(answer).expect("a word")
    }
}

macro_rules! ready_answers {
    ($($variant:ident $name:literal ($($param:ident : $type:tt),*) -> $result:tt, $doc:literal;)*) => {
        fn linker(engine: &Engine) -> Linker<Answers> {
            let mut linker = Linker::new(engine);
            $(
                let ready = |mut caller: Caller<'_, Answers>, $($param: $type),*| -> $result {
                    let _ = ($($param),*);
                    FromAnswer::from_answer(answer(&mut caller))
                };
                linker.func_wrap(IMPORT_MODULE, $name, ready).expect("defined once");
            )*
            linker
        }
    };
}

tenor_abi::host_table!(ready_answers);

impl Player {
    /// Prepares `run` on `engine`, of a module that is instrumented or as it was.
    ///
    /// # Panics
    /// If the module does not compile, or is another than the one that ran.
    pub fn new(engine: &Engine, wasm: &[u8], run: &Run, is_instrumented: bool) -> Self {
        let module = Module::new(engine, wasm).expect("compiles");
        let instance = linker(engine).instantiate_pre(&module).expect("links");
        let prefix = if is_instrumented { GUEST_PREFIX } else { "" };
        let export = format!("{prefix}{}", run.entry.export());
        let answers = run.answers.clone().into();
        Self { engine: engine.clone(), instance, export, answers, is_instrumented }
    }

    /// Runs it once in a new instance.
    ///
    /// # Panics
    /// If it traps, or asks for anything else than what was recorded.
    pub fn run(&self) {
        let (mut store, instance) = self.instance();
        let run = instance.get_typed_func::<(), ()>(&mut store, &self.export).expect("exported");
        run.call(&mut store, ()).expect("as recorded");
        let Answers { ready, next, .. } = store.data();
        assert_eq!(*next, ready.len(), "everything was asked that was recorded");
    }

    fn instance(&self) -> (Store<Answers>, Instance) {
        let answers = Answers { ready: self.answers.clone(), next: 0, memory: None };
        let mut store = Store::new(&self.engine, answers);
        let instance = self.instance.instantiate(&mut store).expect("instantiates");
        store.data_mut().memory = instance.get_memory(&mut store, MEMORY_EXPORT);
        if self.is_instrumented {
            let full = [(GAS_EXPORT, Val::I64(i64::MAX)), (STACK_EXPORT, Val::I32(i32::MAX))];
            for (name, value) in full {
                let counter = instance.get_global(&mut store, name).expect("instrumented");
                counter.set(&mut store, value).expect("a mutable counter");
            }
        }
        (store, instance)
    }
}
