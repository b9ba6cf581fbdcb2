//! Tables for people to compare.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// A table; columns named in `right` are aligned right, as numbers are.
pub(crate) fn table(head: &[&str], right: &[usize], rows: Vec<Vec<String>>) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_BORDERS_ONLY)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(head.iter().copied());
    table.add_rows(rows);
    for place in right {
        if let Some(column) = table.column_mut(*place) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.to_string()
}
