//! Values of a contract's spec in words: accounts by name, amounts in their currency.

use super::context::Context;
use super::money;
use super::out::plain;
use serde_json::Value;
use tenor_abi::spec::{ContractSpec, FieldSpec, TypeSpec};
use tenor_bond_math::Currency;
use tenor_client::interfaces::{cash, coupon, issuance};
use tenor_primitives::{Address, Amount};

/// How a contract's values are read.
pub(crate) struct Reading<'c> {
    context: &'c Context,
    /// What its amounts are minor units of, where the contract tells.
    currency: Option<Currency>,
}

impl Context {
    /// How the values of a contract are read.
    pub(crate) async fn reading(&self, contract: &Address, spec: &ContractSpec) -> Reading<'_> {
        Reading { context: self, currency: self.currency_of(*contract, &spec.name).await }
    }

    /// The currency of a reference contract; `None` for any other, or when it does not answer.
    async fn currency_of(&self, contract: Address, name: &str) -> Option<Currency> {
        let bond = match name {
            "cash" => {
                let config: cash::Config = self.try_ask(contract, &cash::QueryMsg::Config).await?;
                return Some(config.currency);
            }
            "issuance" => contract,
            "coupon" => {
                let config: coupon::Config =
                    self.try_ask(contract, &coupon::QueryMsg::Config).await?;
                config.issuance
            }
            _ => return None,
        };
        let draft: issuance::Draft = self.try_ask(bond, &issuance::QueryMsg::Draft).await?;
        Some(draft.terms.currency)
    }
}

impl<'c> Reading<'c> {
    /// Values of which no contract tells the currency.
    pub(crate) fn without_currency(context: &'c Context) -> Self {
        Self { context, currency: None }
    }

    /// Fields in a row: `to alder-own, amount 1.00 USD`.
    /// A currency among them is that of the amounts beside it.
    pub(crate) fn fields(&self, fields: &[FieldSpec], value: &Value) -> String {
        match fields {
            // Without names: one such field is given as its value, several as a list.
            [field] if field.name == "0" => return self.value(&field.ty, value),
            [first, ..] if first.name == "0" => return self.plain(value),
            _ => {}
        }
        let is_currency =
            |ty: &TypeSpec| matches!(ty, TypeSpec::Named(name, _) if name == "currency");
        let beside = fields.iter().find(|field| is_currency(&field.ty));
        let beside = beside.and_then(|field| value.get(&field.name)?.as_str()?.parse().ok());
        let reading = Self { context: self.context, currency: beside.or(self.currency) };
        let one = |field: &FieldSpec| {
            let value = value.get(&field.name)?;
            Some(format!("{} {}", plain(&field.name), reading.value(&field.ty, value)))
        };
        fields.iter().filter_map(one).collect::<Vec<_>>().join(", ")
    }

    /// One value.
    pub(crate) fn value(&self, ty: &TypeSpec, value: &Value) -> String {
        match (ty, value) {
            (TypeSpec::Named(name, _), Value::String(text)) if name == "amount" => {
                self.amount(text)
            }
            (TypeSpec::Text, Value::String(text)) => quoted(text),
            (TypeSpec::Option(_), Value::Null) => "none".into(),
            (TypeSpec::Option(inner) | TypeSpec::Named(_, inner), value) => {
                self.value(inner, value)
            }
            (TypeSpec::Struct(of), Value::Object(_)) => {
                format!("{{{}}}", self.fields(&of.fields, value))
            }
            (TypeSpec::List(inner), Value::Array(items)) => {
                let items: Vec<_> = items.iter().map(|item| self.value(inner, item)).collect();
                format!("[{}]", items.join(", "))
            }
            (TypeSpec::Enum(of), Value::Object(variants)) => {
                let known = |name: &str| of.variants.iter().find(|variant| variant.name == name);
                let one = |(name, value): (&String, &Value)| match known(name) {
                    Some(variant) if value.is_object() => {
                        format!("{} {{{}}}", plain(name), self.fields(&variant.fields, value))
                    }
                    _ => format!("{} {}", plain(name), self.plain(value)),
                };
                variants.iter().map(one).collect::<Vec<_>>().join(", ")
            }
            (_, value) => self.plain(value),
        }
    }

    fn amount(&self, text: &str) -> String {
        match (text.parse().map(Amount), self.currency) {
            (Ok(amount), Some(currency)) => money::with_currency(amount, currency),
            _ => format!("{} minor units", plain(text)),
        }
    }

    fn plain(&self, value: &Value) -> String {
        plain(&self.context.shown(value))
    }
}

/// A text that somebody chose: in quotes unless it is one plain word, so that it cannot be taken for
/// fields beside it.
pub(crate) fn quoted(text: &str) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"._:/-".contains(&b);
    if !text.is_empty() && text.bytes().all(is_plain) {
        text.into()
    } else {
        plain(&format!("{text:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn texts_cannot_pretend_to_be_structure() {
        assert_eq!(quoted("cash-eur"), "cash-eur");
        assert_eq!(quoted("A Bank, roles [Custodian]}"), "\"A Bank, roles [Custodian]}\"");
        assert_eq!(quoted("a\", b"), r#""a\", b""#);
        assert_eq!(quoted(""), "\"\"");
    }
}
