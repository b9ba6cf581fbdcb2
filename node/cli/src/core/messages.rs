//! Messages in words, for those who sign them.

use super::context::Context;
use super::error::CliResult;
use super::out::plain;
use super::readable::{Reading, quoted};
use super::report::counted;
use serde_json::json;
use tenor_abi::spec::{ContractSpec, TypeSpec};
use tenor_client::api::{KeyPolicyView, KeyView, MessageView};
use tenor_client::codec::{decode, decode_call};
use tenor_primitives::{Address, Hash, Role, Roles};

impl Context {
    /// What a message asks for: `cash-usd transfer: to alder-own, amount 1.00 USD, reference T9`.
    /// Bytes that the contract's spec does not explain are shown as such.
    pub(crate) async fn message_line(&self, message: &MessageView) -> CliResult<String> {
        Ok(match message {
            MessageView::Execute { contract, payload } => {
                self.call_line(contract, &payload.0).await?
            }
            MessageView::Instantiate { code_hash, label, payload } => {
                let spec = self.spec_of_code(code_hash).await?;
                let input = self.input_line(&spec, &spec.instantiate, &payload.0);
                format!("new instance {} of {}: {input}", quoted(label), self.code_name(code_hash))
            }
            MessageView::ProposeMigration { contract, code_hash, payload } => {
                let spec = self.spec_of_code(code_hash).await?;
                let input = self.input_line(&spec, &spec.migrate, &payload.0);
                let (who, code) = (self.name_of(contract), self.code_name(code_hash));
                format!("migrate {who} to {code}: {input}")
            }
            MessageView::CreateAccount { label, policy, roles } => {
                let roles = role_names(*roles);
                format!("new account {} ({roles}): {}", quoted(label), policy_words(policy))
            }
            MessageView::UpdateKeyPolicy { account, policy } => {
                format!("keys of {} from now on: {}", self.name_of(account), policy_words(policy))
            }
            MessageView::SetRoles { account, roles } => {
                format!("{} is to be {}", self.name_of(account), role_names(*roles))
            }
            MessageView::ApproveCode { code_hash } => {
                format!("approve {}", self.code_name(code_hash))
            }
            MessageView::UploadCode { code_hash, code_bytes } => {
                format!("upload {}, {code_bytes} bytes", self.code_name(code_hash))
            }
            other => plain(&json!(other).to_string()),
        })
    }

    async fn call_line(&self, contract: &Address, payload: &[u8]) -> CliResult<String> {
        let who = self.name_of(contract);
        let spec = self.spec_of(contract).await?;
        let Ok((function, input)) = decode_call(&spec.execute, payload) else {
            return Ok(format!("{who}: {}", unread(&spec, payload)));
        };
        let reading = self.reading(contract, &spec).await;
        let (name, fields) = (plain(&function.name), reading.fields(&function.input, &input));
        Ok(format!("{who} {name}: {fields}"))
    }

    fn input_line(&self, spec: &ContractSpec, ty: &TypeSpec, payload: &[u8]) -> String {
        match decode(ty, payload) {
            Ok(input) => Reading::without_currency(self).value(ty, &input),
            Err(_) => unread(spec, payload),
        }
    }

    fn code_name(&self, code_hash: &Hash) -> String {
        self.name_of_code(code_hash).map_or_else(
            || format!("code {code_hash}"),
            |name| format!("{name} (code {code_hash})"),
        )
    }
}

/// `1 approval, 1 admin; 0x02…: initiate, approve`: what a policy asks for, and its keys.
fn policy_words(policy: &KeyPolicyView) -> String {
    let key = |key: &KeyView| {
        let scopes = json!(key.scopes);
        let scopes = scopes.as_array().into_iter().flatten().filter_map(|scope| scope.as_str());
        format!("{}: {}", key.public_key, scopes.collect::<Vec<_>>().join(", "))
    };
    let keys: Vec<_> = policy.keys.iter().map(key).collect();
    let approvals = counted(u64::from(policy.approvals_required), "approval");
    let admins = counted(u64::from(policy.admins_required), "admin");
    format!("{approvals}, {admins} needed; {}", keys.join("; "))
}

fn role_names(roles: Roles) -> String {
    let names: Vec<_> = roles.iter().map(Role::name).collect();
    if names.is_empty() { "without a role".into() } else { names.join(", ") }
}

fn unread(spec: &ContractSpec, payload: &[u8]) -> String {
    let (name, bytes) = (plain(&spec.name), hex::encode(payload));
    format!("NOT READABLE by the spec of {name}; do not sign what you cannot read: 0x{bytes}")
}
