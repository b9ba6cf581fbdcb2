//! Who asks.

use super::Access;
use crate::problems::ApiError;
use tenor_abi::spec::declare::Readers;
use tenor_client::api::ErrorCode;
use tenor_primitives::{Address, Role, Roles};

/// Who asks, as far as it was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reader {
    /// The node is open: nobody is asked.
    Open,
    /// No session was shown.
    Nobody,
    /// An account, with its roles at the head.
    Account { address: Address, roles: Roles },
}

impl Reader {
    /// Who asks, for a contract that wants to know; the ledger itself when nobody does.
    pub(crate) fn address(self) -> Address {
        match self {
            Self::Account { address, .. } => address,
            Self::Open | Self::Nobody => Address::SYSTEM,
        }
    }

    fn has(self, role: Role) -> bool {
        matches!(self, Self::Account { roles, .. } if roles.contains(role))
    }

    /// Whether it may see everything that the ledger holds.
    pub(crate) fn sees_all(self) -> bool {
        self == Self::Open || self.has(Role::Operator) || self.has(Role::Regulator)
    }

    /// Whether it is this account.
    pub(crate) fn is(self, account: &Address) -> bool {
        matches!(self, Self::Account { address, .. } if address == *account)
    }

    /// Whether it may make a call.
    pub(crate) fn check(self, access: Access) -> Result<(), ApiError> {
        let (is_met, expected) = match (access, self) {
            (_, Self::Open) | (Access::Everybody, _) => return Ok(()),
            (_, Self::Nobody) => {
                let detail = "this node shows what it holds to accounts only";
                return Err(ApiError::new(ErrorCode::SessionRequired, detail));
            }
            (Access::Session | Access::Declared, _) => return Ok(()),
            (Access::Overseers, _) => (self.sees_all(), "an operator or a regulator"),
            (Access::Operators, _) => (self.has(Role::Operator), "an operator"),
        };
        if is_met { Ok(()) } else { Err(self.refused(expected)) }
    }

    /// Whether it is among `readers`, given who issued the instance and who the parties are.
    pub(crate) fn is_among(self, readers: Readers, issuer: &Address, is_party: bool) -> bool {
        let declared = |flag| readers.contains(flag);
        match self {
            Self::Open => true,
            Self::Nobody => false,
            Self::Account { .. } => {
                declared(Readers::PUBLIC)
                    || (declared(Readers::PARTIES) && is_party)
                    || (declared(Readers::ISSUER) && self.is(issuer))
                    || (declared(Readers::REGULATOR) && self.has(Role::Regulator))
                    || (declared(Readers::OPERATOR) && self.has(Role::Operator))
            }
        }
    }

    /// The refusal of something that others may read.
    pub(crate) fn refused(self, expected: &str) -> ApiError {
        let detail = "this is for others to read";
        ApiError::mismatch(ErrorCode::NotAReader, detail, expected, self.address())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ISSUER: Address = Address([1; 32]);
    const STRANGER: Address = Address([2; 32]);

    fn account(address: Address, roles: &[Role]) -> Reader {
        Reader::Account { address, roles: Roles::of(roles) }
    }

    /// Every set of readers against every kind of reader, told from what the flags mean.
    #[test]
    fn each_set_of_readers_lets_in_whom_it_names_and_nobody_else() {
        let kinds: [(Reader, bool, Option<u8>); 8] = [
            (Reader::Nobody, false, None),
            (Reader::Nobody, true, None),
            (account(STRANGER, &[]), false, Some(0)),
            (account(STRANGER, &[Role::Participant, Role::Observer]), false, Some(0)),
            (account(STRANGER, &[]), true, Some(2)),
            (account(ISSUER, &[]), false, Some(4)),
            (account(STRANGER, &[Role::Regulator]), false, Some(8)),
            (account(STRANGER, &[Role::Operator]), false, Some(16)),
        ];
        for set in 0..32_u8 {
            for (reader, is_party, flag) in kinds {
                // Flag 1 is everybody with a session.
                let expected = flag.is_some_and(|flag| set & (flag | 1) != 0);
                let got = reader.is_among(Readers(set), &ISSUER, is_party);
                assert_eq!(got, expected, "{set:05b} {reader:?} party: {is_party}");
            }
            assert!(Reader::Open.is_among(Readers(set), &ISSUER, false));
        }
    }
}
