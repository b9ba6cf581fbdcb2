//! From a session's token to who reads.

use super::{Service, record};
use crate::access::{Reader, Reads};
use crate::problems::ApiError;
use std::sync::Arc;
use tenor_client::SignedSession;
use tenor_client::api::ErrorCode;
use tenor_executor::AccountRecord;
use tenor_executor::system::namespace;
use tenor_ledger::{Clock, SystemClock};

impl Service {
    /// Who shows `token`, by the policy and the roles of its account at the head.
    pub(crate) async fn reader(
        self: &Arc<Self>,
        token: Option<String>,
    ) -> Result<Reader, ApiError> {
        if self.config().reads == Reads::Open {
            return Ok(Reader::Open);
        }
        let Some(token) = token else {
            return Ok(Reader::Nobody);
        };
        self.read(move |service| service.reader_now(&token)).await
    }

    fn reader_now(&self, token: &str) -> Result<Reader, ApiError> {
        let invalid = |detail: &str| ApiError::new(ErrorCode::SessionInvalid, detail);
        let signed: SignedSession = token.parse().map_err(|_| invalid("the token is none"))?;
        let session = &signed.session;
        let head = self.head();
        if session.genesis_id != head.genesis_id {
            return Err(invalid("the session is for another ledger"));
        }
        self.check_time(session)?;
        let account: Option<AccountRecord> =
            record(&head, namespace::ACCOUNTS, &session.account.0, "account")?;
        let account = account.ok_or_else(|| invalid("the session's account does not exist"))?;
        let mut keys = account.policy.keys.iter();
        if !keys.any(|entry| entry.public_key == signed.public_key) {
            return Err(invalid("the session's key is not in the account's policy"));
        }
        // Last: it is what costs.
        signed.verify().map_err(|_| invalid("the session's signature does not verify"))?;
        Ok(Reader::Account { address: session.account, roles: account.roles })
    }

    /// Sessions are short, by this machine's clock: who signs one need not follow the ledger's.
    fn check_time(&self, session: &tenor_client::Session) -> Result<(), ApiError> {
        let (now, until) = (SystemClock.now(), session.valid_until);
        let last = now.checked_add_ms(self.config().session_ms_max).unwrap_or(now);
        if until > now && until <= last {
            return Ok(());
        }
        let detail = if until > last { "the session is too long" } else { "the session is over" };
        let expected = format!("after {now} and until {last}");
        Err(ApiError::mismatch(ErrorCode::SessionInvalid, detail, expected, until))
    }
}
