//! Who may send which message: one table.

use tenor_primitives::{Address, Message, Role, Roles};

/// One row: a message's name, and the roles of which any one is enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoleRule {
    /// [`Message::name`].
    pub message: &'static str,
    /// Any of these is enough.
    pub any_of: Roles,
}

const fn rule(message: &'static str, any_of: &[Role]) -> RoleRule {
    RoleRule { message, any_of: Roles::of(any_of) }
}

/// The table. A message that is not in it is refused to everybody.
pub const ROLE_TABLE: &[RoleRule] = &[
    rule("upload-code", &[Role::Deployer]),
    rule("approve-code", &[Role::Operator]),
    rule("instantiate", &[Role::Operator, Role::Issuer]),
    rule("execute", &[Role::Operator, Role::Issuer, Role::Participant]),
    rule("propose-migration", &[Role::Operator, Role::Issuer]),
    rule("apply-migration", &[Role::Operator]),
    rule("create-account", &[Role::Operator]),
    // For another's account: recovery. One's own is everybody's to change.
    rule("update-key-policy", &[Role::Operator]),
    rule("set-roles", &[Role::Operator]),
    rule("schedule-parameters", &[Role::Operator]),
    rule("set-validators", &[Role::Operator]),
];

/// Checks `roles` against the table; the error names the roles of which any one is enough.
pub(crate) fn check(roles: Roles, sender: &Address, message: &Message) -> Result<(), Roles> {
    // Whoever has an account may rotate its keys, whatever roles it has left.
    if matches!(message, Message::UpdateKeyPolicy { account, .. } if account == sender) {
        return Ok(());
    }
    let rule = ROLE_TABLE.iter().find(|rule| rule.message == message.name());
    let needed = rule.map_or(Roles::NONE, |rule| rule.any_of);
    if needed.iter().any(|role| roles.contains(role)) { Ok(()) } else { Err(needed) }
}
