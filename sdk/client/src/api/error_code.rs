//! Every error of the API in one table: code, HTTP status, words, advice.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

macro_rules! error_codes {
    ($($variant:ident $name:literal $status:literal $retryable:literal $title:literal, $hint:literal;)*) => {
        /// A stable error code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $(#[doc = $title] #[serde(rename = $name)] $variant,)*
        }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The code as problems carry it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// The HTTP status.
            pub const fn http_status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }

            /// The code in words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),* }
            }

            /// What to do.
            pub const fn hint(self) -> &'static str {
                match self { $(Self::$variant => $hint),* }
            }

            /// Whether the same request can succeed later without a change.
            pub const fn is_retryable(self) -> bool {
                match self { $(Self::$variant => $retryable),* }
            }
        }
    };
}

// By hand: the derive does not see names that a macro passes on.
impl PartialSchema for ErrorCode {
    fn schema() -> RefOr<Schema> {
        let object = ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::ALL.iter().map(|code| code.name())))
            .description(Some("A stable error code"));
        Schema::from(object.build()).into()
    }
}

impl ToSchema for ErrorCode {}

/// What an error comes to for whoever gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The request is refused.
    Refused,
    /// The node cannot now and may later.
    Busy,
    /// The code breaks a rule.
    Code,
    /// The code was not compiled.
    Compiler,
}

impl ErrorClass {
    /// How a command ends that such an error ends; what concerns code, as the commands do that check
    /// code without a node.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Refused => 4,
            Self::Code => 11,
            Self::Compiler => 12,
            Self::Busy => 13,
        }
    }

    /// A short stable name, for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Code => "code",
            Self::Compiler => "compiler",
            Self::Busy => "busy",
        }
    }
}

impl ErrorCode {
    /// What the error comes to.
    pub const fn class(self) -> ErrorClass {
        match (self, self.http_status()) {
            (Self::CodeRefused, _) => ErrorClass::Code,
            (Self::CodeNotCompiled, _) => ErrorClass::Compiler,
            (_, 408 | 429 | 500 | 503 | 507) => ErrorClass::Busy,
            _ => ErrorClass::Refused,
        }
    }
}

error_codes! {
    MalformedRequest "malformed_request" 400 false "The request is not what this call takes", "compare the request with the node's openapi.html";
    NoSuchRoute "no_such_route" 404 false "There is no such call", "the node's openapi.html lists every call";
    MethodNotAllowed "method_not_allowed" 405 false "The call exists with another method", "the node's openapi.html names the method of every call";
    UnsupportedMediaType "unsupported_media_type" 415 false "The body has another media type than this call takes", "set Content-Type as the node's openapi.html says";
    BodyTooLarge "body_too_large" 413 false "The body is larger than the node takes", "send less; the status call shows the largest transaction";
    RequestTimeout "request_timeout" 408 true "The request did not arrive in time", "send it again, faster";
    SessionRequired "session_required" 401 false "This node shows what it holds to accounts only", "show a session of your account; tenor does with --as NAME";
    SessionInvalid "session_invalid" 401 false "The session is not good here and now", "sign a new one for this ledger, with a key of the account's policy";
    NotAReader "not_a_reader" 403 false "This is for others to read", "ask as an account that may read it; docs/privacy.md says who may";
    ForeignCursor "foreign_cursor" 422 false "The cursor is of another ledger, or of a block that this one does not have", "ask a node of the ledger that gave it; one restored from a backup has other blocks since: read again from a height before it, what was read since may not have happened";
    CursorAhead "cursor_ahead" 409 false "The place lies beyond the last block of this node", "ask a node that has that block; a ledger restored from a backup has lost it: read again from a height before it";
    MalformedTransaction "malformed_transaction" 400 false "The bytes are not a transaction", "encode the transaction with borsh as docs/formats.md says";
    UnsupportedVersion "unsupported_version" 400 false "The transaction has another format version", "build it with a client of the node's version";
    WrongChain "wrong_chain" 422 false "The transaction is for another ledger", "sign for the chain id that the status call shows";
    TransactionTooLarge "transaction_too_large" 413 false "The transaction is larger than the parameters allow", "split it; the status call shows the bound";
    MessageCount "message_count" 422 false "The transaction has no message or too many", "split it into several transactions";
    SignatureCount "signature_count" 422 false "The transaction has no signature or too many", "sign with as many keys as the account's policy needs";
    InvalidSignature "invalid_signature" 422 false "A signature does not verify", "sign the transaction's hash again with the named key";
    DuplicateSigner "duplicate_signer" 422 false "One key signed twice", "let each key sign once";
    MissingRole "missing_role" 422 false "The sender has no role for one of the messages", "an operator grants roles to accounts";
    StrangerSigner "stranger_signer" 422 false "A key outside the account's policy signed", "an account signs with the keys of its policy only";
    UnapprovedDryRun "unapproved_dry_run" 422 false "A dry run would approve code and run it", "try the approval alone";
    UnknownSender "unknown_sender" 422 false "The sending account does not exist", "let an operator open the account, or check the sender";
    NotAuthorized "not_authorized" 403 false "The signatures do not satisfy the account's key policy", "collect the signatures that the account call shows to be needed";
    InvalidLane "invalid_lane" 422 false "There is no such nonce lane", "use a lane below 64";
    StaleNonce "stale_nonce" 409 false "The nonce is used", "take the next nonce from the account call and sign again";
    EarlyNonce "early_nonce" 409 true "The nonce is too far ahead", "send the transactions between first";
    NonceTaken "nonce_taken" 409 false "Another transaction with this nonce waits already", "take the next pending nonce from the account call, or another lane";
    Expired "expired" 422 false "The transaction's time is over", "set valid_until after the ledger time that the status call shows";
    ValidTooLong "valid_too_long" 422 false "The transaction is valid for too long", "set valid_until at most 24 hours after ledger time";
    GasLimit "gas_limit" 422 false "The gas limit is out of bounds", "set a gas limit within the bounds";
    ClientRefTaken "client_ref_taken" 409 false "The client reference stands for other messages", "take a new reference; the one given belongs to the transaction named";
    ClientRefUsed "client_ref_used" 409 false "The client reference had its effect in another transaction", "read the receipt of that transaction; it is the answer";
    CodeRefused "code_refused" 422 false "The code breaks a rule", "tenor contract check FILE says where; docs/vm.md lists the rules";
    CodeNotCompiled "code_not_compiled" 503 true "The code was not compiled within the node's limits", "send it again; if it stays so, give its functions fewer locals and shallower loops";
    HandOver "hand_over" 422 false "No node would make blocks after it", "leave the validators as they are while one node alone makes blocks";
    SenderQuota "sender_quota" 429 true "Too many transactions of this account wait", "wait until some are committed";
    MempoolFull "mempool_full" 503 true "The mempool is full", "wait and send again";
    BlockFull "block_full" 503 true "The block has no room", "send again for a later block";
    UnknownTransaction "unknown_transaction" 404 true "This node knows no such transaction", "check the hash; a transaction that was never accepted can be sent again";
    NotCommitted "not_committed" 404 true "The transaction waits and has no receipt yet", "ask again, with timeout_ms to wait";
    UnknownBlock "unknown_block" 404 true "There is no such block yet", "the status call shows the last height";
    UnknownAccount "unknown_account" 404 true "There is no such account", "check the address, or let an operator open the account";
    UnknownContract "unknown_contract" 404 true "There is no such instance", "check the address; the instances call lists them";
    UnknownCode "unknown_code" 404 true "No such code is uploaded", "check the hash, or upload the code";
    NoSpec "no_spec" 404 false "The code carries no spec section", "build the contract with the SDK, which embeds one";
    QueryFailed "query_failed" 422 false "The contract refused the question", "the contract's spec explains the code in outcome";
    QueryHalted "query_halted" 422 false "The question was stopped", "check the address and the payload; outcome says where it stopped";
    Deadline "deadline" 503 true "The answer took longer than the node gives it", "ask for less, or ask again when the node is less busy";
    NoCertificate "no_certificate" 409 true "The genesis block has no votes to prove anything with", "ask again after the first block";
    HeightNotKept "height_not_kept" 422 false "The state of that height is not kept", "ask at a kept height, or a node that keeps more";
    MapTooLarge "map_too_large" 422 false "The map, or the values, are too large for one proof", "prove the keys that matter, by key, in several proofs";
    ManualTimeDisabled "manual_time_disabled" 403 false "Time cannot be set by hand on this ledger", "only ledgers whose genesis says manual_time allow it";
    TimeNotAhead "time_not_ahead" 409 false "Ledger time only moves forward", "give a time after the one that the status call shows";
    SlowReader "slow_reader" 408 true "The events were not read in time", "read on from the last event's id, and faster";
    Overloaded "overloaded" 503 true "The node has more requests than it can take", "wait and send again";
    DiskFull "disk_full" 507 true "The node's disk is nearly full", "its operator must free space; what it acknowledged is kept";
    ShuttingDown "shutting_down" 503 true "The node is stopping", "send again when it is back; what it acknowledged is kept";
    Internal "internal" 500 true "The node failed", "see the node's log; send again when it is back";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_distinct_and_their_json_is_their_name() {
        let names: BTreeSet<&str> = ErrorCode::ALL.iter().map(|code| code.name()).collect();
        assert_eq!(names.len(), ErrorCode::ALL.len());
        for code in ErrorCode::ALL {
            let json = serde_json::to_string(code).expect("encodes");
            assert_eq!(json, format!("\"{}\"", code.name()));
            assert!((400..600).contains(&code.http_status()), "{code:?}");
            let class = code.class();
            let can_succeed_later = matches!(class, ErrorClass::Busy | ErrorClass::Compiler);
            assert!(code.is_retryable() || !can_succeed_later, "{code:?}");
        }
    }

    #[test]
    fn the_schema_lists_the_names_that_problems_carry() {
        let schema = serde_json::to_value(ErrorCode::schema()).expect("JSON");
        let carried = serde_json::to_value(ErrorCode::ALL).expect("JSON");
        assert_eq!(schema["enum"], carried);
        assert_eq!(carried[0], "malformed_request");
    }
}
