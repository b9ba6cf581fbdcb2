//! A node's engines: one runs blocks, one answers requests, and both have code compiled by a process
//! of this same program.

use super::NodeFile;
use crate::core::{CliError, CliResult};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tenor_primitives::Parameters;
use tenor_service::{CodeNotAdmitted, Engines, Vm};
use tenor_vm::{CompileLimits, Compiler, NotAdmitted, Purpose, VmConfig, WasmVm, Worker};

/// A node's engines.
pub(super) struct NodeEngines {
    blocks: Arc<WasmVm>,
    requests: Arc<WasmVm>,
    /// Made when the first transaction is traced: most nodes never do.
    traces: OnceLock<Result<Arc<WasmVm>, String>>,
    traces_config: VmConfig,
    limits: CompileLimits,
}

impl NodeEngines {
    /// The engines of the node in `directory`.
    pub(super) fn new(directory: &Path, file: &NodeFile) -> CliResult<Self> {
        let limits = file.compiler.limits();
        let blocks = VmConfig {
            compiler: compiler(limits)?,
            artifact_directory: Some(NodeFile::at(directory, &file.modules)),
            ..VmConfig::default()
        };
        let running = u32::try_from(file.node.api.queries_running()).unwrap_or(u32::MAX);
        let requests =
            VmConfig { purpose: Purpose::Requests, concurrent_runs_max: running, ..blocks.clone() };
        let traces_config =
            VmConfig { purpose: Purpose::Traces, concurrent_runs_max: 1, ..blocks.clone() };
        let engine = |config| {
            let vm = WasmVm::new(config).map_err(|error| CliError::Node(error.to_string()))?;
            CliResult::Ok(Arc::new(vm))
        };
        let (blocks, requests) = (engine(blocks)?, engine(requests)?);
        Ok(Self { blocks, requests, traces: OnceLock::new(), traces_config, limits })
    }
}

/// A compiler that runs this same program as its worker.
pub(crate) fn compiler(limits: CompileLimits) -> CliResult<Compiler> {
    let program = std::env::current_exe().map_err(|error| {
        CliError::Machine(format!("expected to find this program's own file: {error}"))
    })?;
    Ok(Compiler::Worker(Worker { program, arguments: vec!["compile-worker".into()], limits }))
}

impl Engines for NodeEngines {
    fn for_blocks(&self) -> Arc<dyn Vm> {
        Arc::clone(&self.blocks) as Arc<dyn Vm>
    }

    fn for_request(&self, limit: Duration) -> Arc<dyn Vm> {
        self.requests.within(limit)
    }

    fn for_trace(&self, limit: Duration) -> Result<Arc<dyn Vm>, String> {
        let start = || {
            let vm = WasmVm::new(self.traces_config.clone()).map_err(|error| error.to_string())?;
            Ok(Arc::new(vm))
        };
        self.traces.get_or_init(start).as_ref().map(|vm| vm.within(limit)).map_err(Clone::clone)
    }

    fn admit_code(&self, code: &[u8], parameters: &Parameters) -> Result<(), CodeNotAdmitted> {
        match self.blocks.admit(code, parameters) {
            Ok(_) => Ok(()),
            Err(NotAdmitted::Refused(refusal)) => Err(CodeNotAdmitted::Refused {
                detail: refusal.to_string(),
                expected: refusal.expected,
                got: refusal.got,
            }),
            Err(NotAdmitted::Unfinished(unfinished)) => {
                let CompileLimits { cpu_s_max, memory_bytes_max, wall_ms_max } = self.limits;
                tracing::warn!(%unfinished, "code is not let in");
                Err(CodeNotAdmitted::Unfinished {
                    detail: "the code was not compiled".into(),
                    expected: format!(
                        "at most {cpu_s_max} s of processor, {wall_ms_max} ms, {memory_bytes_max} bytes"
                    ),
                    got: unfinished.to_string(),
                })
            }
        }
    }
}
