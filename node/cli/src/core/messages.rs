//! Messages in words, for those who sign them.

use super::context::Context;
use super::error::CliResult;
use super::out::plain;
use super::readable::{Reading, quoted};
use serde_json::json;
use tenor_abi::spec::{ContractSpec, TypeSpec};
use tenor_client::api::MessageView;
use tenor_client::codec::{decode, decode_call};
use tenor_primitives::{Address, Hash};

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

fn unread(spec: &ContractSpec, payload: &[u8]) -> String {
    let (name, bytes) = (plain(&spec.name), hex::encode(payload));
    format!("NOT READABLE by the spec of {name}; do not sign what you cannot read: 0x{bytes}")
}
