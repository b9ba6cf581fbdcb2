//! The commands on bonds that need no node.

mod desk;
mod instruments;
mod offline;
mod quotes;
