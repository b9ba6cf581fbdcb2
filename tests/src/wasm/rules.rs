//! The two sets of rules that the standard's suite is run under.

use std::sync::LazyLock;
use tenor_primitives::Parameters;
use tenor_vm::instrument::{Counters, Settings, Target, instrument};
use tenor_vm::{CodeRefusal, NATIVE_PER_LOGICAL, Rule, VmConfig, check};
use wasmparser::{Validator, WasmFeatures};
use wasmtime::{Config, Engine};

/// Gas that every invocation starts with: far more than any of them uses.
pub const GAS: i64 = 1 << 50;
/// Bytes of logical stack that every invocation starts with: those of a new ledger.
pub const STACK: i32 = 256 << 10;

/// The parameters of a new ledger, but for a price of a page that fits the oracle's table.
pub static PARAMETERS: LazyLock<Parameters> = LazyLock::new(|| {
    let mut parameters = Parameters::initial();
    parameters.gas.memory_page = 200;
    parameters
});

/// Which modules are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleSet {
    /// The rules of a ledger, on the engine of production.
    Consensus,
    /// The standard without vectors and references to the host, so that the instrumentation meets
    /// all of the suite.
    Conformance,
}

impl RuleSet {
    /// What is refused under this set of rules, or the instrumented module.
    ///
    /// # Errors
    /// The first rule that `code` breaks.
    pub fn prepare(self, code: &[u8]) -> Result<Vec<u8>, CodeRefusal> {
        match self {
            Self::Consensus => Ok(check(code, &PARAMETERS)?.instrumented.wasm),
            Self::Conformance => {
                let settings = Settings {
                    memory_pages_max: 1 << 16,
                    target: Target::Standard,
                    counters: Counters { gas: GAS, stack: STACK },
                    ..Settings::new(&PARAMETERS)
                };
                Ok(instrument(code, settings)?.wasm)
            }
        }
    }

    /// The engine that instrumented modules run on.
    ///
    /// # Panics
    /// If the machine lacks address space.
    pub fn engine(self) -> Engine {
        match self {
            Self::Consensus => {
                // A script keeps all of its instances until it ends.
                let settings = VmConfig { concurrent_runs_max: 16, ..VmConfig::default() };
                tenor_vm::engine::build(&settings).expect("the engine of production starts")
            }
            Self::Conformance => Engine::new(&self.config()).expect("the settings fit together"),
        }
    }

    /// Settings that differ from production's in the features alone, as far as results go.
    pub(super) fn config(self) -> Config {
        let target = match self {
            Self::Consensus => Target::Contract,
            Self::Conformance => Target::Standard,
        };
        let native = NATIVE_PER_LOGICAL * STACK.unsigned_abs() as usize;
        let mut config = Config::new();
        config.wasm_features(WasmFeatures::all(), false);
        config.wasm_features(target.features(), true);
        config.cranelift_nan_canonicalization(true).concurrency_support(false);
        config.max_wasm_stack(native).async_stack_size(2 * native);
        config
    }
}

/// The name of the rule of a ledger, or of the proposal not taken, that keeps `code` out; none if the
/// standard itself does.
pub fn refused_by(code: &[u8], refusal: &CodeRefusal) -> Option<String> {
    if !matches!(refusal.rule, Rule::Malformed | Rule::Invalid) {
        return Some(format!("{:?}", refusal.rule));
    }
    // Some of what a proposal allows is otherwise just invalid.
    let valid = Validator::new_with_features(WasmFeatures::all()).validate_all(code).is_ok();
    valid.then(|| format!("{:?}", Rule::Proposal))
}
