//! The command line.

use crate::commands::{
    account, bond, cash, compile_worker, contract, db, demo, dev, doctor, keys, node, proof,
    registry, settle, snapshot, tx,
};
use crate::core::GlobalArgs;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// A ledger for the life of a bond: run a node, call contracts, issue, trade, pay, redeem, prove.
#[derive(Parser, Debug)]
#[command(name = "tenor", version, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be done.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Start a development ledger with funded names, instant blocks and time set by hand
    Dev(dev::DevArgs),
    /// Run three bonds from issue to redemption against a real node
    Demo(demo::DemoArgs),
    /// Make, configure and run a node
    #[command(subcommand)]
    Node(node::NodeCommand),
    /// A ledger's state as a file: backups, and new nodes from them
    #[command(subcommand)]
    Snapshot(snapshot::SnapshotCommand),
    /// Check a stopped node's store
    #[command(subcommand)]
    Db(db::DbCommand),
    /// Build, upload and call contracts
    #[command(subcommand)]
    Contract(contract::ContractCommand),
    /// Parties, accounts and markets, under dual control
    #[command(subcommand)]
    Registry(registry::RegistryCommand),
    /// Issue a bond, pay its coupons, redeem it
    #[command(subcommand)]
    Bond(bond::BondCommand),
    /// Settlement instructions
    #[command(subcommand)]
    Settle(settle::SettleCommand),
    /// Cash tokens
    #[command(subcommand)]
    Cash(cash::CashCommand),
    /// Keys on this machine
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Accounts of the ledger
    #[command(subcommand)]
    Account(account::AccountCommand),
    /// Transactions: show, sign together, submit, wait
    #[command(subcommand)]
    Tx(tx::TxCommand),
    /// Proofs of positions and of whole maps, checked without a node
    #[command(subcommand)]
    Proof(proof::ProofCommand),
    /// Check this machine, this client and the node
    Doctor(doctor::DoctorArgs),
    /// A script that completes this command line in a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Manual pages, one for each command
    Man {
        /// The folder that gets them, such as /usr/local/share/man/man1
        directory: PathBuf,
    },
    /// Compile one module for a node, within limits: a node starts this by itself
    #[command(hide = true)]
    CompileWorker(compile_worker::WorkerArgs),
}
