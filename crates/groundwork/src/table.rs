//! Aligned text tables and quantities as a person reads them.

/// Aligns `rows` in columns, two spaces apart, without spaces at the ends of lines.
pub fn aligned<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> Vec<String> {
    let mut widths = [0; COLUMNS];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let text = |row: &[String; COLUMNS]| {
        let cells: Vec<_> = widths
            .iter()
            .zip(row)
            .map(|(&width, cell)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(text).collect()
}

/// The same under a line of titles.
pub fn titled<const COLUMNS: usize>(
    titles: [&str; COLUMNS],
    rows: impl Iterator<Item = [String; COLUMNS]>,
) -> Vec<String> {
    let titles = titles.map(str::to_owned);
    aligned(&[titles].into_iter().chain(rows).collect::<Vec<_>>())
}

/// `bytes` in MB (10⁶ bytes) or GB, or `-` when nobody measured them.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0 => "-".into(),
        1..1_000_000_000 => format!("{:.0} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [
            ["hello".into(), "http://127.0.0.1:8080".into()],
            ["metrics".into(), "http://127.0.0.1:9090".into()],
            ["größe".into(), String::new()],
        ];
        assert_eq!(
            aligned(&rows),
            [
                "hello    http://127.0.0.1:8080",
                "metrics  http://127.0.0.1:9090",
                "größe"
            ]
        );
    }

    #[test]
    fn memory_is_shown_in_the_unit_that_fits() {
        assert_eq!(bytes(0), "-");
        assert_eq!(bytes(265_400_000), "265 MB");
        assert_eq!(bytes(1_640_000_000), "1.6 GB");
    }
}
