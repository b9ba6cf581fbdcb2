//! Network roles: who may do what to the ledger itself.

use borsh::{BorshDeserialize, BorshSerialize};

/// A network role. Business roles (paying agent, custodian of an account…) live in contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, BorshSerialize, BorshDeserialize)]
#[borsh(use_discriminant = false)]
pub enum Role {
    /// Runs the ledger: accounts, roles, code approval, parameters, validators.
    Operator,
    /// Uploads contract code.
    Deployer,
    /// Creates instances of approved code.
    Issuer,
    /// Executes contracts.
    Participant,
    /// Reads what its other rights allow; sends nothing.
    Observer,
    /// Reads everything, for a supervisor; sends nothing.
    Regulator,
}

impl Role {
    /// Every role, in the order of their bits.
    pub const ALL: [Self; 6] = [
        Self::Operator,
        Self::Deployer,
        Self::Issuer,
        Self::Participant,
        Self::Observer,
        Self::Regulator,
    ];

    /// The role's name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Deployer => "deployer",
            Self::Issuer => "issuer",
            Self::Participant => "participant",
            Self::Observer => "observer",
            Self::Regulator => "regulator",
        }
    }

    const fn bit(self) -> u32 {
        match self {
            Self::Operator => 1,
            Self::Deployer => 2,
            Self::Issuer => 4,
            Self::Participant => 8,
            Self::Observer => 16,
            Self::Regulator => 32,
        }
    }
}

/// A set of roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Roles(u32);

impl Roles {
    /// No role.
    pub const NONE: Self = Self(0);

    /// The set of `roles`.
    pub const fn of(roles: &[Role]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < roles.len() {
            bits |= roles[i].bit();
            i += 1;
        }
        Self(bits)
    }

    /// Whether `role` is in the set.
    pub const fn contains(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether the set has only roles that exist.
    pub const fn is_known(self) -> bool {
        self.0 & !Self::of(&Role::ALL).0 == 0
    }

    /// The roles in the set, in order.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.contains(*role))
    }
}

impl core::fmt::Display for Roles {
    /// The names, separated by commas.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        for (index, role) in self.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{}", role.name())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_hold_what_they_are_made_of() {
        let roles = Roles::of(&[Role::Issuer, Role::Participant]);
        assert!(roles.contains(Role::Issuer) && !roles.contains(Role::Operator));
        assert!(roles.iter().eq([Role::Issuer, Role::Participant]));
        assert!(roles.is_known() && !Roles(64).is_known());
    }
}
