//! The upload pipeline: any bytes are refused by a rule, or they are instrumented, compiled, linked and
//! made an instance of.

use super::mutate::mutate;
use crate::engine;
use crate::wasm::smith::{self, Kind};
use arbitrary::Unstructured;
use std::sync::LazyLock;
use tenor_primitives::Parameters;
use tenor_vm::{CheckedCode, CodeRefusal, Rule, check};

/// Instrumented modules that are compiled as well; larger ones would only take time.
const COMPILED_BYTES_MAX: usize = 60_000;

static CONTRACTS: LazyLock<Vec<Vec<u8>>> =
    LazyLock::new(|| engine::compiled().into_values().collect());
static PARAMETERS: LazyLock<Parameters> = LazyLock::new(Parameters::initial);

/// What became of the bytes.
pub type Verdict = Result<(), Rule>;

/// Feeds `bytes` to the pipeline; none if there are too few of them to make a module of.
///
/// # Panics
/// If the pipeline does, gives two answers, or lets through what does not work.
pub fn run(bytes: &[u8]) -> Option<Verdict> {
    let code = module(bytes)?;
    let checked = check(&code, &PARAMETERS);
    assert_eq!(
        checked.as_ref().map(report).ok(),
        check(&code, &PARAMETERS).as_ref().map(report).ok()
    );
    match checked {
        Ok(checked) => {
            taken(&code, &checked);
            Some(Ok(()))
        }
        Err(refusal) => {
            refused(&code, &refusal);
            Some(Err(refusal.rule))
        }
    }
}

fn report(checked: &CheckedCode) -> (tenor_executor::CodeReport, &[u8]) {
    (checked.report, &checked.instrumented.wasm)
}

/// Raw bytes, a random module, or a contract of this repository, the latter two with changes.
fn module(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut random = Unstructured::new(bytes);
    let source: u8 = random.arbitrary().ok()?;
    let mut code = match source % 8 {
        0 => return Some(random.take_rest().to_vec()),
        1 => [&b"\0asm\x01\0\0\0"[..], random.peek_bytes(random.len())?].concat(),
        2 => CONTRACTS[usize::from(source / 8) % CONTRACTS.len()].clone(),
        3 | 4 => smith::module(random.peek_bytes(random.len())?, Kind::Contract)?,
        _ => smith::module(random.peek_bytes(random.len())?, Kind::Bare)?,
    };
    // The changes come from the end, the module from the start.
    let tail = random.len().min(96);
    let rest = random.take_rest();
    mutate(&mut code, &mut Unstructured::new(&rest[rest.len() - tail..])).ok()?;
    Some(code)
}

fn taken(code: &[u8], checked: &CheckedCode) {
    let wasm = &checked.instrumented.wasm;
    for offset in 0..u32::try_from(wasm.len()).expect("bounded by a rule") {
        let original = checked.instrumented.offsets.original(offset);
        assert!(original.is_none_or(|original| (original as usize) < code.len()));
    }
    if wasm.len() <= COMPILED_BYTES_MAX {
        let admitted = engine::vm().admit(code, &PARAMETERS);
        assert_eq!(admitted.expect("checked code is compiled and linked"), checked.report);
        instantiate(wasm);
    }
}

/// On the interpreter too: segments fit, so that making an instance cannot fail.
fn instantiate(wasm: &[u8]) {
    let interpreter = crate::wasm::engines::bare::interpreter();
    let module = wasmi::Module::new(&interpreter, wasm).expect("is taken");
    let mut store = wasmi::Store::new(&interpreter, ());
    let imports = module.imports().map(|import| {
        let wasmi::ExternType::Func(ty) = import.ty() else {
            panic!("only functions are imported")
        };
        wasmi::Func::new(&mut store, ty.clone(), |_, _, _| Ok(())).into()
    });
    let imports: Vec<wasmi::Extern> = imports.collect();
    wasmi::Instance::new(&mut store, &module, &imports).expect("making an instance cannot fail");
}

fn refused(code: &[u8], refusal: &CodeRefusal) {
    let size = code.len() as u64;
    assert!(refusal.offset.is_none_or(|offset| offset <= size), "{refusal}");
    assert!(refusal.to_string().len() < 2_000, "{refusal}");
    let again = tenor_executor::CodeRefused::from(refusal.clone());
    assert_eq!(again.rule, refusal.rule.code());
}
