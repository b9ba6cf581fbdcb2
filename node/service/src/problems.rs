//! From the node's errors to the API's one table of codes.

use crate::{CodeNotAdmitted, Rejected};
use std::fmt::Display;
use tenor_client::api::{ErrorCode, HexBytes, Problem, StatusView};
use tenor_executor::{ApplyError, FatalError, InvalidTransaction, QueryError};
use tenor_ledger::LedgerError;
use tenor_primitives::TransactionStatus;
use tenor_state::StateError;

/// An error on its way out. Boxed, so that results stay small.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError(pub(crate) Box<Problem>);

impl ApiError {
    pub(crate) fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem::new(code, detail)))
    }

    /// An error with what was expected and what was given.
    pub(crate) fn mismatch(
        code: ErrorCode,
        detail: impl Into<String>,
        expected: impl Display,
        got: impl Display,
    ) -> Self {
        Self(Box::new(Problem::new(code, detail).with(expected, got)))
    }

    /// The same without the fields of a contract's refusal, and that they were left out.
    pub(crate) fn without_details(mut self) -> Self {
        if let Some(StatusView::Reverted { details, details_withheld, .. }) = &mut self.0.outcome {
            *details = HexBytes::default();
            *details_withheld = true;
        }
        self
    }

    /// A failure of the node itself: the reason goes to the log, not to the caller.
    pub(crate) fn internal(error: &dyn Display) -> Self {
        tracing::error!(%error, "request failed");
        Self::new(ErrorCode::Internal, "the node failed while it worked on the request")
    }
}

impl From<StateError> for ApiError {
    fn from(error: StateError) -> Self {
        match error {
            StateError::NotKept { asked, oldest, head } => {
                let detail = format!("the state after block {asked} is not kept here");
                let expected = format!("a height of {oldest} to {head}");
                Self::mismatch(ErrorCode::HeightNotKept, detail, expected, asked)
            }
            error => Self::internal(&error),
        }
    }
}

impl From<LedgerError> for ApiError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::State(error) => error.into(),
            error => Self::internal(&error),
        }
    }
}

impl From<FatalError> for ApiError {
    fn from(error: FatalError) -> Self {
        match error {
            FatalError::Deadline => Self::new(ErrorCode::Deadline, error.to_string()),
            error => Self::internal(&error),
        }
    }
}

impl From<ApplyError> for ApiError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Invalid(error) => Self::from(&error),
            ApplyError::Fatal(error) => error.into(),
        }
    }
}

impl From<QueryError> for ApiError {
    fn from(error: QueryError) -> Self {
        let detail = error.to_string();
        let (code, status) = match error {
            QueryError::Failed(failure) => {
                (ErrorCode::QueryFailed, TransactionStatus::Reverted { message: 0, failure })
            }
            QueryError::Halted(halt) => {
                (ErrorCode::QueryHalted, TransactionStatus::Halted { message: 0, halt })
            }
            QueryError::Fatal(error) => return error.into(),
        };
        let mut problem = Problem::new(code, detail);
        problem.outcome = Some(StatusView::from(&status));
        Self(Box::new(problem))
    }
}

impl From<Rejected> for ApiError {
    fn from(rejected: Rejected) -> Self {
        let detail = rejected.to_string();
        match &rejected {
            Rejected::Invalid(error) => Self::from(error),
            Rejected::NonceTaken { nonce, .. } => {
                Self::mismatch(ErrorCode::NonceTaken, detail, "a nonce nobody waits with", nonce)
            }
            Rejected::SenderQuota { transactions, bytes, transactions_max, bytes_max } => {
                let expected =
                    format!("at most {transactions_max} waiting transactions of {bytes_max} bytes");
                let got = format!("{transactions} of {bytes} bytes and this one");
                Self::mismatch(ErrorCode::SenderQuota, detail, expected, got)
            }
            Rejected::HandOver { key } => {
                let expected = format!("a set of {key} alone");
                Self::mismatch(ErrorCode::HandOver, detail, expected, "another set")
            }
            Rejected::Full { .. } => Self::new(ErrorCode::MempoolFull, detail),
            Rejected::Code(CodeNotAdmitted::Refused { expected, got, .. }) => {
                Self::mismatch(ErrorCode::CodeRefused, detail, expected, got)
            }
            Rejected::Code(CodeNotAdmitted::Unfinished { expected, got, .. }) => {
                Self::mismatch(ErrorCode::CodeNotCompiled, detail, expected, got)
            }
            Rejected::DiskFull { free, min } => {
                let expected = format!("at least {min} bytes free");
                Self::mismatch(ErrorCode::DiskFull, detail, expected, free)
            }
            Rejected::Overloaded => Self::new(ErrorCode::Overloaded, detail),
            Rejected::ShuttingDown => Self::new(ErrorCode::ShuttingDown, detail),
            Rejected::Failed => Self::new(ErrorCode::Internal, detail),
        }
    }
}

impl From<&InvalidTransaction> for ApiError {
    fn from(error: &InvalidTransaction) -> Self {
        use InvalidTransaction as Invalid;
        let with = |code, expected: &dyn Display, got: &dyn Display| {
            Self::mismatch(code, error.to_string(), expected, got)
        };
        let plain = |code| Self::new(code, error.to_string());
        match error {
            Invalid::Malformed(_) => plain(ErrorCode::MalformedTransaction),
            Invalid::Version { expected, got } => {
                with(ErrorCode::UnsupportedVersion, expected, got)
            }
            Invalid::Chain { expected, got } => with(ErrorCode::WrongChain, expected, got),
            Invalid::TooLarge { max, got } => {
                with(ErrorCode::TransactionTooLarge, &format!("at most {max} bytes"), got)
            }
            Invalid::MessageCount { max, got } => {
                with(ErrorCode::MessageCount, &format!("1 to {max}"), got)
            }
            Invalid::SignatureCount { max, got } => {
                with(ErrorCode::SignatureCount, &format!("1 to {max}"), got)
            }
            Invalid::Signature { .. } => plain(ErrorCode::InvalidSignature),
            Invalid::DuplicateSigner { .. } => plain(ErrorCode::DuplicateSigner),
            Invalid::StrangerSigner { .. } => plain(ErrorCode::StrangerSigner),
            Invalid::MissingRole { message, needed } => {
                let expected = format!("an account with one of the roles {needed}");
                with(ErrorCode::MissingRole, &expected, &format!("message {message}"))
            }
            Invalid::UnapprovedDryRun => plain(ErrorCode::UnapprovedDryRun),
            Invalid::UnknownSender { sender } => {
                with(ErrorCode::UnknownSender, &"the address of an account", sender)
            }
            Invalid::NotAuthorized { .. } => plain(ErrorCode::NotAuthorized),
            Invalid::Lane { max, got } => {
                with(ErrorCode::InvalidLane, &format!("below {max}"), got)
            }
            Invalid::StaleNonce { expected, got, .. } => with(ErrorCode::StaleNonce, expected, got),
            Invalid::EarlyNonce { expected, got, .. } => with(ErrorCode::EarlyNonce, expected, got),
            Invalid::Expired { valid_until, block_time } => {
                with(ErrorCode::Expired, &format!("{block_time} or later"), valid_until)
            }
            Invalid::ValidTooLong { valid_until, block_time } => {
                let expected = format!("at most 24 hours after {block_time}");
                with(ErrorCode::ValidTooLong, &expected, &format!("{} ms", valid_until.unix_ms))
            }
            Invalid::GasLimit { min, max, got } => {
                with(ErrorCode::GasLimit, &format!("{min} to {max}"), got)
            }
            Invalid::DuplicateClientRef { transaction } => {
                with(ErrorCode::ClientRefUsed, &"a reference without effect", transaction)
            }
            Invalid::ClientRefTaken { transaction } => {
                with(ErrorCode::ClientRefTaken, &"a reference that is not in use", transaction)
            }
            Invalid::BlockFull => plain(ErrorCode::BlockFull),
        }
    }
}
