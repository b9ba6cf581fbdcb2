//! What all commands share.

pub(crate) mod args;
pub(crate) mod context;
pub(crate) mod describe;
mod dry_run;
pub(crate) mod error;
pub(crate) mod home;
mod login;
pub(crate) mod logs;
pub(crate) mod messages;
pub(crate) mod money;
pub(crate) mod out;
pub(crate) mod places;
pub(crate) mod process;
pub(crate) mod progress;
pub(crate) mod readable;
pub(crate) mod report;
pub(crate) mod send;
pub(crate) mod shell;
pub(crate) mod signals;
pub(crate) mod signers;
pub(crate) mod specs;
pub(crate) mod table;
pub(crate) mod trust;
pub(crate) mod typed;
mod valid_for;

pub(crate) use args::GlobalArgs;
pub(crate) use context::Context;
pub(crate) use error::{CliError, CliResult};
pub(crate) use report::{Report, counted};
