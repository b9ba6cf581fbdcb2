//! Term sheets that between them use every part of the terms, and what a fuzzer makes of their text.

/// The longest text: what readers of term sheets accept.
pub(crate) const TEXT_MAX: usize = tenor_bond_math::terms::TEXT_BYTES_MAX;

const HEAD: &str = r#"
isin = "SGXF10000002"
currency = "SGD"
denomination_minor = "25000000"
issue_size_minor = "10000000000"
issue_price = "99.5"
issue_date = "2025-01-31"
dated_date = "2025-01-15"
maturity = "2035-01-15"
day_count = "thirty360_isda"
payment_convention = "modified_following"
accrual_adjusted = true
payment_lag_business_days = 2
settlement_lag_business_days = 2
record = { days = 5, kind = "business" }
ex = { offset = { days = 7, kind = "calendar", convention = "preceding" }, cum_on_ex_date = true }
rounding = { mode = "half_even", basis = "per_position", decimals = 2 }
schedule = { frequency = "P3M", roll = "day_15", stub = "smart_first" }
calendar = { centres = ["singapore_projected", "london"], tables = [{ name = "x", first_year = 2020, last_year = 2060, weekend = ["friday", "saturday"], holidays = ["2026-01-01", "2030-05-05"] }] }
"#;

const BODIES: [&str; 7] = [
    r#"coupon = { kind = "fixed", rate = "0.0325" }
redemption = { kind = "annuity", first = "2026-01-15" }
dual_currency = { currency = "JPY", rate = "110.5", coupons = true, principal = false }
rights = [{ kind = "call", notice_business_days = 30, exercises = [{ date = "2030-01-15", value = "101" }] }]
"#,
    r#"coupon = { kind = "step_up", steps = [{ from = "2025-01-15", rate = "0.01" }, { from = "2027-02-03", rate = "0.02" }] }
redemption = { kind = "linear" }
"#,
    r#"coupon = { kind = "sustainability_linked", rate = "0.01", adjustments = [{ observed_on = "2026-06-30", from = "2027-01-15", step = "0.0025" }] }
redemption = { kind = "instalments", instalments = [{ date = "2026-01-15", percent = "10" }, { date = "2027-01-15", percent = "20" }] }
"#,
    r#"coupon = { kind = "floating", index = "SORA", spread = "0.005", gearing = "1.5", cap = "0.09", floor = "0", rate_decimals = 7, calendar = { centres = ["singapore_projected"] }, fixing = { kind = "compounded", year_days = 365, lookback_business_days = 5, observation = "shift", lockout_business_days = 2 } }
payment_in_kind = { kind = "until", date = "2026-01-15" }
"#,
    r#"coupon = { kind = "floating", index = "EURIBOR", spread = "0.005", calendar = { centres = ["target"] }, fixing = { kind = "reset", fixed = [{ from = "2025-01-15", rate = "0.03" }], dates = { first = "2026-02-28", frequency = "P1M", roll = "end_of_month", long_last = true }, offset_business_days = 2, rise_max = "0.01", fall_max = "0.02" } }
redemption = { kind = "level", dates = { first = "2025-07-15", frequency = "P2M" }, percent = "5", follows_rate = true, computed_to = "2036-01-15" }
interest_base = { kind = "reset", percent = "100", dates = { first = "2026-05-05", frequency = "P6M" } }
opening_interest = "0.5"
"#,
    r#"coupon = { kind = "fixed", rate = "-0.001" }
coupon_stages = [{ first = "2026-01-15", frequency = "P1Y" }, { first = "2029-01-15", frequency = "P2W" }]
redemption = { kind = "stages", stages = [{ dates = { first = "2026-03-03", frequency = "P1Y" }, percent = "-10" }, { dates = { first = "2030-03-03", frequency = "P1M", until = "2033-01-01" }, percent = "2" }] }
indexation = { index = "CPI", base = "257.346", ratio_decimals = 5, par_floor = true, reference = { lag_months = 3, interpolated = true, decimals = 5 }, dates = { first = "2026-01-15", frequency = "P1Y" }, scope = "interest" }
end_dates_unadjusted = true
"#,
    r#"coupon = { kind = "zero" }
redemption = { kind = "bullet", price = "100" }
reduction = "nominal"
"#,
];

/// Number of sheets.
pub(crate) const COUNT: usize = BODIES.len();

/// A valid sheet.
pub(crate) fn sheet(index: usize) -> String {
    format!("{HEAD}{}", BODIES[index % COUNT])
}

/// What is put in the place of a value.
const VALUES: [&str; 21] = [
    "\"1000%\"",
    "\"9999-12-31\"",
    "\"0001-01-01\"",
    "\"2024-02-29\"",
    "\"P1D\"",
    "\"P65535Y\"",
    "\"TERM\"",
    "\"P1M\"",
    "\"170141183460469231731.687303715884105727\"",
    "\"-170141183460469231731.687303715884105727\"",
    "\"0.000000000000000001\"",
    "\"0\"",
    "0",
    "255",
    "65535",
    "340282366920938463463374607431768211455",
    "true",
    "[]",
    "{}",
    "\"bus252\"",
    "\"act_act_icma\"",
];

/// The sheet that the bytes make: one of the above, changed step by step.
pub(crate) fn mutated(bytes: &[u8]) -> String {
    let (first, rest) = bytes.split_first().unwrap_or((&0, &[]));
    let mut text = sheet(usize::from(*first));
    for step in rest.chunks_exact(4).take(24) {
        let [kind, high, low, choice] = [step[0], step[1], step[2], step[3]];
        let at = usize::from(u16::from_be_bytes([high, low]));
        text = changed(&text, kind, at, usize::from(choice));
    }
    let mut end = text.len().min(TEXT_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text
}

fn changed(text: &str, kind: u8, at: usize, choice: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let line = at % lines.len().max(1);
    let others = |keep: &dyn Fn(usize) -> bool| -> String {
        let kept = lines.iter().enumerate().filter(|(index, _)| keep(*index));
        kept.map(|(_, line)| format!("{line}\n")).collect()
    };
    match kind % 6 {
        0 | 1 => replaced_value(text, at, VALUES[choice % VALUES.len()]),
        2 => others(&|index| index != line),
        3 => format!("{text}{}\n", lines.get(choice % lines.len().max(1)).unwrap_or(&"")),
        4 => {
            let values: Vec<&str> = values(text).collect();
            match values.get(choice % values.len().max(1)) {
                Some(value) => replaced_value(text, at, value),
                None => text.into(),
            }
        }
        _ => {
            let mut bytes = text.as_bytes().to_vec();
            let place = at % bytes.len().max(1);
            if let Some(byte) = bytes.get_mut(place) {
                *byte = u8::try_from(choice % 128).unwrap_or(b'0');
            }
            String::from_utf8(bytes).unwrap_or_else(|_| text.into())
        }
    }
}

/// Quoted texts and bare words after an equals sign.
fn values(text: &str) -> impl Iterator<Item = &str> {
    text.split(['=', ',', '{', '}', '[', ']', '\n']).map(str::trim).filter(|value| {
        value.starts_with('"') || value.chars().next().is_some_and(|c| c.is_ascii_digit())
    })
}

fn replaced_value(text: &str, at: usize, value: &str) -> String {
    let all: Vec<&str> = values(text).collect();
    let Some(old) = all.get(at % all.len().max(1)) else { return text.into() };
    // The value lies in the text: its place there is a difference of addresses.
    let start = old.as_ptr() as usize - text.as_ptr() as usize;
    format!("{}{value}{}", &text[..start], &text[start + old.len()..])
}
