//! Sheets that between them hold every field of the terms.

use serde_json::{Value, json};

/// A valid sheet; `parts` are put over a plain one.
fn sheet(parts: Value) -> Value {
    let mut sheet = json!({
        "isin": "SGXF10000002", "currency": "SGD",
        "denomination_minor": "25000000", "issue_size_minor": "10000000000",
        "issue_date": "2025-01-15", "dated_date": "2025-01-15", "maturity": "2028-01-15",
        "coupon": {"kind": "fixed", "rate": "0.03"}, "day_count": "thirty_e360",
        "schedule": {"frequency": "P6M"}, "calendar": {"centres": ["weekends"]},
        "record": {"days": 1, "kind": "business"},
        "rounding": {"mode": "half_up", "basis": "per_position", "decimals": 2},
    });
    let (Some(all), Value::Object(parts)) = (sheet.as_object_mut(), parts) else { return sheet };
    all.extend(parts);
    sheet
}

fn floating(fixing: Value) -> Value {
    sheet(
        json!({"coupon": {"kind": "floating", "index": "SORA", "spread": "0.01", "cap": "0.1", "floor": "0",
        "rate_decimals": 7, "calendar": {"centres": ["weekends"], "tables": [table()]}, "fixing": fixing}}),
    )
}

fn table() -> Value {
    json!({"name": "own", "first_year": 2020, "last_year": 2060, "weekend": ["sunday"],
           "holidays": ["2026-01-01", "2026-01-02"]})
}

pub(crate) fn rule() -> Value {
    json!({"first": "2026-01-15", "frequency": "P6M", "roll": "day_15", "until": "2027-01-15"})
}

/// The sheets that between them hold every field.
pub(crate) fn base(name: &str) -> Value {
    match name {
        "plain" => sheet(json!({})),
        "icma" => sheet(json!({"day_count": "act_act_icma"})),
        "per unit" => sheet(
            json!({"rounding": {"mode": "half_up", "basis": "per_denomination", "decimals": 2}}),
        ),
        "table" => sheet(json!({"calendar": {"centres": ["weekends"], "tables": [table()]}})),
        "ex" => sheet(
            json!({"ex": {"offset": {"days": 7, "kind": "business"}, "cum_on_ex_date": true}}),
        ),
        "zero" => sheet(json!({"coupon": {"kind": "zero"}})),
        "perpetual" => sheet(json!({"maturity": null, "redemption": {"kind": "never"}})),
        "steps" => sheet(json!({"coupon": {"kind": "step_up", "steps": [
            {"from": "2025-01-15", "rate": "0.01"}, {"from": "2027-01-15", "rate": "0.02"}]}})),
        "linked" => sheet(
            json!({"coupon": {"kind": "sustainability_linked", "rate": "0.03", "adjustments": [
            {"observed_on": "2026-12-31", "from": "2027-01-15", "step": "0.0025"}]}}),
        ),
        "term" => floating(json!({"kind": "term", "offset_business_days": 2, "in_arrears": false})),
        "compounded" => {
            floating(json!({"kind": "compounded", "year_days": 365, "lookback_business_days": 5,
            "observation": "lag", "lockout_business_days": 0}))
        }
        "averaged" => {
            floating(json!({"kind": "averaged", "lookback_business_days": 5, "observation": "lag",
            "lockout_business_days": 0}))
        }
        "index ratio" => {
            floating(json!({"kind": "index_ratio", "year_days": 365, "offset_business_days": 2}))
        }
        "reset" => {
            floating(json!({"kind": "reset", "fixed": [{"from": "2025-01-15", "rate": "0.03"}],
            "dates": rule(), "rise_max": "0.01", "fall_max": "0.01"}))
        }
        "stages of coupons" => sheet(json!({"coupon_stages": [rule()]})),
        "linear" => sheet(json!({"redemption": {"kind": "linear", "first": "2027-01-15"}})),
        "annuity" => sheet(json!({"redemption": {"kind": "annuity", "first": "2027-01-15"}})),
        "instalments" => sheet(json!({"redemption": {"kind": "instalments", "instalments": [
            {"date": "2026-01-15", "percent": "10"}, {"date": "2027-01-15", "percent": "20"}]}})),
        "stages" => sheet(json!({"redemption": {"kind": "stages", "stages": [
            {"dates": rule(), "percent": "10"}]}})),
        "level" => sheet(json!({"redemption": {"kind": "level", "dates": rule(), "percent": "10",
            "computed_to": "2028-01-15"}})),
        "in kind" => sheet(json!({"payment_in_kind": {"kind": "until", "date": "2026-01-15"}})),
        "base" => sheet(json!({"interest_base": {"kind": "constant", "percent": "100"}})),
        "base reset" => {
            sheet(json!({"interest_base": {"kind": "reset", "percent": "100", "dates": rule()}}))
        }
        "indexed" => {
            sheet(json!({"indexation": {"index": "CPI", "base": "257.3", "ratio_decimals": 5,
            "par_floor": true, "reference": {"lag_months": 3, "interpolated": true, "decimals": 5},
            "dates": rule()}}))
        }
        "dual" => {
            sheet(json!({"dual_currency": {"currency": "USD", "rate": "0.74", "coupons": true,
            "principal": false}}))
        }
        "callable" => {
            sheet(json!({"rights": [{"kind": "call", "notice_business_days": 15, "exercises": [
            {"date": "2027-01-15", "value": "101"}]}]}))
        }
        other => panic!("no sheet {other:?}"),
    }
}
