//! Where a guest was when it was stopped, for traces: from the engine's backtrace through the map of
//! the instrumented module to the module that was uploaded.

use crate::instrument::{Settings, instrument};
use crate::names::function_name;
use tenor_executor::Session;
use tenor_executor::trace::CodePlace;
use tenor_primitives::Hash;
use wasmtime::WasmBacktrace;

/// Tells `session` where the guest with that code was, if its transaction is traced and the engine
/// keeps places. The map is made anew from the code: nothing derived is kept for it.
pub(crate) fn record(error: &wasmtime::Error, code_hash: &Hash, session: &mut Session) {
    if !session.is_traced() {
        return;
    }
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else { return };
    // Without its code there is nothing to map to, and whoever reads code next says so.
    let Ok(code) = session.load_code(code_hash) else { return };
    let Ok(instrumented) = instrument(&code, Settings::new(session.parameters())) else { return };
    let functions = function_count(&code);
    let place = |frame: &wasmtime::FrameInfo| {
        let function = frame.func_index();
        let offset = frame.module_offset().and_then(|offset| u32::try_from(offset).ok());
        let offset = offset.and_then(|offset| instrumented.offsets.original(offset));
        CodePlace { function, name: function_name(&code, function), offset }
    };
    // Helpers that instrumentation adds stand behind the module's own functions.
    let own = backtrace.frames().iter().filter(|frame| frame.func_index() < functions);
    session.record_places(own.map(place).collect());
}

/// Functions of a module, imported ones counted.
fn function_count(code: &[u8]) -> u32 {
    let mut count = 0u32;
    for payload in wasmparser::Parser::new(0).parse_all(code).map_while(Result::ok) {
        match payload {
            wasmparser::Payload::ImportSection(imports) => {
                let imports = imports.into_imports().flatten();
                let functions = imports.filter(|i| matches!(i.ty, wasmparser::TypeRef::Func(_)));
                count = u32::try_from(functions.count()).unwrap_or(u32::MAX);
            }
            wasmparser::Payload::FunctionSection(functions) => {
                return count.saturating_add(functions.count());
            }
            _ => {}
        }
    }
    count
}
