//! Who may read what. `docs/privacy.md` says it for people.
//!
//! A node is open, or it wants sessions. Then every call of the API has its [`Access`] in the table
//! of calls, and what a contract gives is read by whom the contract's spec declares.

mod contracts;
mod reader;

pub(crate) use contracts::{Declared, Question, Specs};
pub(crate) use reader::Reader;

use serde::{Deserialize, Serialize};

/// Whom a node lets read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// Whoever reaches it reads everything: for a node that only its operator can reach.
    #[default]
    Open,
    /// Whoever shows a session reads what is declared for its account.
    Sessions,
}

/// Who may make a call of the API, on nodes that want sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody, also without a session.
    Everybody,
    /// Every account.
    Session,
    /// Every account; what it is shown depends on what is asked.
    Declared,
    /// Operators and regulators.
    Overseers,
    /// Operators.
    Operators,
}

impl Access {
    /// In words, for the API's description.
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Everybody => "Everybody, without a session.",
            Self::Session => "Every account, with a session.",
            Self::Declared => {
                "Every account, with a session; what it is shown depends on what is asked."
            }
            Self::Overseers => "Operators and regulators, with a session.",
            Self::Operators => "Operators, with a session.",
        }
    }
}
