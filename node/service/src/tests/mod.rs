//! A whole node over the in-memory database and a scripted engine, driven over HTTP.

mod access;
mod connections;
mod documentation;
mod errors;
mod large;
mod operation;
mod reads;
mod shutdown;
mod streams;
mod submission;
pub(crate) mod support;
mod tls;
mod wrong;
