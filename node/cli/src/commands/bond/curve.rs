//! A discount curve from a file.

use super::sheet;
use crate::core::{CliError, CliResult};
use std::path::Path;
use tenor_bond_math::Date;
use tenor_bond_math::pricing::Curve;

/// What the second column of a curve may hold.
const COLUMNS: &str = "date,discount_factor or date,zero_rate";

/// Reads the curve that begins on `from`: a head that says which column follows the date, then a line for
/// each point. Points up to the first day are left out.
pub(super) fn read(path: &Path, from: Date) -> CliResult<Curve> {
    let text = sheet::read_up_to(path, sheet::FIXINGS_BYTES_MAX)?;
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let head = lines.next().map_or("", |(_, head)| head.trim());
    let of = match head {
        "date,discount_factor" => Curve::of_factors,
        "date,zero_rate" => Curve::of_zero_rates,
        _ => {
            let reason = format!("line 1: expected {COLUMNS}, got {head:?}");
            return Err(CliError::file(path, reason));
        }
    };
    let mut points = Vec::new();
    for (number, line) in lines {
        let point = point(line).ok_or_else(|| {
            let line_number = number + 1;
            CliError::file(
                path,
                format!("line {line_number}: expected a date and a number, as 2030-01-15,0.87, got {line:?}"),
            )
        })?;
        points.push(point);
    }
    points.retain(|(date, _)| *date > from);
    of(from, &points).map_err(|error| CliError::file(path, error))
}

fn point(line: &str) -> Option<(Date, f64)> {
    let (date, value) = line.split_once(',')?;
    let value: f64 = value.trim().parse().ok()?;
    Some((date.trim().parse().ok()?, value))
}
