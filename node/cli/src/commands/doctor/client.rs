//! What a client needs: a compiler for contracts, keys, a sender, a node.

use super::Finding;
use super::node::file_modes;
use crate::commands::contract::build::{Backend, backend};
use crate::core::Context;

pub(super) async fn findings(context: &Context) -> Vec<Finding> {
    let keys = context.home.keystore();
    vec![
        Finding::new("contracts", compiler()),
        Finding::new("keys", keys_found(context)),
        Finding::new("key files", file_modes(keys.directory())),
        Finding::new("sender", sender(context)),
        Finding::new("node", node(context).await),
    ]
}

fn compiler() -> Result<String, String> {
    match backend() {
        Ok(Backend::Rustup) => Ok("the toolchain in use compiles contracts".into()),
        Ok(Backend::Debian { linker }) => {
            Ok(format!("/usr/bin/rustc compiles contracts, linked by {}", linker.display()))
        }
        Err(error) => Err(error.to_string()),
    }
}

fn keys_found(context: &Context) -> Result<String, String> {
    let keystore = context.home.keystore();
    match keystore.list() {
        Ok(keys) if keys.is_empty() => Err("no keys; make one with: tenor keys new NAME".into()),
        Ok(keys) => Ok(format!("{} in {}", keys.len(), keystore.directory().display())),
        Err(error) => Err(error.to_string()),
    }
}

fn sender(context: &Context) -> Result<String, String> {
    match context.sender() {
        Ok(address) => Ok(format!("commands act as {address}")),
        Err(_) if context.global.sender.is_none() => {
            Ok("no usual sender; give --as NAME, or set as = \"NAME\" in config.toml".into())
        }
        Err(error) => Err(error.to_string()),
    }
}

async fn node(context: &Context) -> Result<String, String> {
    let url = context.client.url();
    match context.client.status().await {
        Ok(status) => {
            Ok(format!("{} at height {}, {} ({url})", status.chain_id, status.height, status.time))
        }
        Err(error) => Err(format!("{error}; start one with: tenor dev")),
    }
}
