//! Field by field: every field of the terms has values that are refused under its name, or a reason why none
//! can be wrong by itself. A new field without a case fails.

#![cfg(all(feature = "serde", feature = "parts"))]

use cases::{
    Case::{Free, Refused},
    READER, cases,
};
use serde_json::{Value, json};
use sheets::{base, rule};
use std::collections::BTreeSet;
use tenor_bond_math::BondTerms;
use tenor_primitives::schema::{FieldSchema, Schema, TypeSchema};

mod cases;
mod sheets;

/// The paths of everything in a type that holds a value.
fn paths(ty: &TypeSchema, path: &str, found: &mut BTreeSet<String>) {
    match ty {
        TypeSchema::Option(inner) | TypeSchema::List(inner) => paths(inner, path, found),
        TypeSchema::Struct(schema) => fields(schema.fields, path, found),
        TypeSchema::Enum(schema) if schema.variants.iter().any(|v| !v.fields.is_empty()) => {
            for variant in schema.variants {
                fields(variant.fields, &format!("{path}.{}", variant.name), found);
            }
        }
        _ => {
            found.insert(path.trim_start_matches('.').to_owned());
        }
    }
}

fn fields(fields: &[FieldSchema], path: &str, found: &mut BTreeSet<String>) {
    for field in fields {
        let name =
            if field.name == "0" { path.to_owned() } else { format!("{path}.{}", field.name) };
        paths(&field.ty, &name, found);
    }
}

/// Puts a value in, at a place that may not exist yet in a table that does.
fn put(sheet: &mut Value, pointer: &str, value: Value) {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    match sheet.pointer_mut(parent).expect("the table is there") {
        Value::Object(table) => drop(table.insert(name.to_owned(), value)),
        other => panic!("{pointer}: no table but {other}"),
    }
}

#[test]
fn every_field_has_its_case() {
    let mut found = BTreeSet::new();
    paths(&BondTerms::SCHEMA, "", &mut found);
    let cases: Vec<String> = cases().into_iter().map(|(path, _)| path).collect();
    let known: BTreeSet<String> = cases.iter().cloned().collect();
    assert_eq!(cases.len(), known.len(), "a field has two cases");
    let without: Vec<_> = found.difference(&known).collect();
    let of_nothing: Vec<_> = known.difference(&found).collect();
    assert!(
        without.is_empty() && of_nothing.is_empty(),
        "without: {without:?}; of nothing: {of_nothing:?}"
    );
}

#[test]
fn what_is_wrong_is_refused_under_the_name_of_its_field() {
    let mut wrong = Vec::new();
    for (path, case) in cases() {
        let (name, pointer, field, values) = match case {
            Refused(name, pointer, field, values) => (name, pointer, field, values),
            Free(why) => {
                assert!(!why.is_empty(), "{path}");
                continue;
            }
        };
        let sound: BondTerms = serde_json::from_value(base(name)).expect(name);
        assert_eq!(sound.validate(), Ok(()), "{name}");
        assert!(!values.is_empty(), "{path}");
        for value in values {
            let mut sheet = base(name);
            put(&mut sheet, pointer, value.clone());
            let by = match serde_json::from_value::<BondTerms>(sheet) {
                Err(_) => READER,
                Ok(terms) => terms.validate().map_or_else(|refused| refused.field, |()| "nobody"),
            };
            if by != field {
                wrong.push(format!("{path} {value}: refused by {by}, expected {field}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A list of two.
fn twice(item: &Value) -> Value {
    json!([item, item])
}

/// Fields that are each sound but do not fit one another.
#[test]
fn what_does_not_fit_together_is_refused() {
    for (name, changes, field) in [
        ("perpetual", vec![("/coupon", json!({"kind": "zero"}))], "coupon"),
        ("perpetual", vec![("/maturity", json!("2028-01-15"))], "redemption"),
        ("perpetual", vec![("/schedule/frequency", json!("TERM"))], "schedule.frequency"),
        ("perpetual", vec![("/coupon_stages", json!([rule()]))], "coupon_stages"),
        ("plain", vec![("/redemption", json!({"kind": "never"}))], "redemption"),
        (
            "plain",
            vec![
                ("/schedule/first_regular", json!("2027-01-15")),
                ("/schedule/last_regular", json!("2026-01-15")),
            ],
            "schedule.last_regular",
        ),
        ("icma", vec![("/coupon_stages", json!([rule()]))], "day_count"),
        ("zero", vec![("/redemption", json!({"kind": "linear"}))], "redemption"),
        ("zero", vec![("/redemption", json!({"kind": "annuity"}))], "redemption"),
        (
            "zero",
            vec![("/payment_in_kind", json!({"kind": "until", "date": "2026-01-15"}))],
            "payment_in_kind",
        ),
        ("zero", vec![("/opening_interest", json!("1"))], "opening_interest"),
        ("zero", vec![("/coupon_stages", json!([rule()]))], "coupon_stages"),
        ("steps", vec![("/redemption", json!({"kind": "annuity"}))], "redemption"),
        ("steps", vec![("/coupon/steps", json!([]))], "coupon.steps"),
        ("reset", vec![("/coupon/fixing/fixed", json!([]))], "coupon.fixing.fixed"),
        ("callable", vec![("/rights/0/exercises", json!([]))], "rights.exercises"),
        ("per unit", vec![("/reduction", json!("nominal"))], "reduction"),
        ("stages of coupons", vec![("/coupon_stages", json!([rule(), rule()]))], "coupon_stages"),
        ("dual", vec![("/dual_currency/coupons", json!(false))], "dual_currency"),
        ("plain", vec![("/day_count", json!("bus252"))], "calendar"),
        ("callable", vec![("/rights", twice(&base("callable")["rights"][0]))], "rights.exercises"),
    ] {
        let mut sheet = base(name);
        for (pointer, value) in changes {
            put(&mut sheet, pointer, value);
        }
        let terms: BondTerms = serde_json::from_value(sheet).expect("each field is sound");
        assert_eq!(terms.validate().expect_err(name).field, field, "{name}");
    }
}
