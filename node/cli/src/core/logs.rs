//! The log: to standard error, so that standard output stays for results.

use super::error::{CliError, CliResult};
use crate::commands::node::{LogFormat, NodeFile};
use std::io::IsTerminal as _;
use std::sync::Arc;
use tenor_service::LogControl;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::reload::{self, Handle};
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry, fmt};

/// The filter of this process's log.
#[derive(Debug)]
struct Filter(Handle<EnvFilter, Registry>);

impl LogControl for Filter {
    fn filter(&self) -> String {
        self.0.with_current(ToString::to_string).unwrap_or_else(|error| error.to_string())
    }

    fn set_filter(&self, filter: &str) -> Result<(), String> {
        let filter = EnvFilter::try_new(filter).map_err(|error| error.to_string())?;
        self.0.reload(filter).map_err(|error| error.to_string())
    }
}

/// Starts the log as a node's configuration says; its filter can be changed while the process runs.
///
/// # Errors
/// [`CliError::Usage`] for a filter that is none.
pub(crate) fn start(file: &NodeFile) -> CliResult<Arc<dyn LogControl>> {
    let filter = EnvFilter::try_new(&file.log)
        .map_err(|error| CliError::Usage(format!("log filter {:?}: {error}", file.log)))?;
    let (filter, handle) = reload::Layer::new(filter);
    let lines =
        fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let lines = match file.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()
        .map_err(|error| CliError::Internal(format!("logging: {error}")))?;
    Ok(Arc::new(Filter(handle)))
}
