//! Aligned columns.

use std::io::{self, Write};

use anstyle::Style;

use super::{cut, width, wrap};

/// Columns between two columns.
const GAP: usize = 2;
/// A column is never made narrower than this to fit the terminal.
const NARROWEST: usize = 10;

/// What stands in one column of one row.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    /// A text that is already safe for the terminal, in this style.
    pub fn new(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text, Style::new())
    }
}

/// Rows of cells, and notes below single rows.
#[derive(Clone, Debug)]
pub struct Table {
    /// The column that wraps where the terminal is too narrow, and under which notes begin.
    flexible: usize,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    cells: Vec<Cell>,
    notes: Vec<String>,
}

impl Table {
    /// A table whose column `flexible` gives way, and has notes below it.
    pub fn new(flexible: usize) -> Self {
        Self { flexible, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(Row { cells, notes: Vec::new() });
    }

    /// Adds a line below the last row.
    pub fn note(&mut self, note: impl Into<String>) {
        if let Some(row) = self.rows.last_mut() {
            row.notes.push(note.into());
        }
    }

    /// Writes the table; `limit` is the terminal's width.
    pub fn write(&self, out: &mut dyn Write, limit: Option<usize>) -> io::Result<()> {
        let widths = self.widths(limit);
        let indent: usize = widths.iter().take(self.flexible).map(|width| width + GAP).sum();
        let most = limit.map_or(usize::MAX, |limit| limit.saturating_sub(indent).max(2 * NARROWEST));
        for row in &self.rows {
            write_row(out, &row.cells, &widths, self.flexible)?;
            for line in row.notes.iter().flat_map(|note| wrap(note, most)) {
                writeln!(out, "{:indent$}{line}", "")?;
            }
        }
        Ok(())
    }

    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = Vec::new();
        for row in &self.rows {
            widths.resize(widths.len().max(row.cells.len()), 0);
            for (widest, cell) in widths.iter_mut().zip(&row.cells) {
                *widest = width(&cell.text).max(*widest);
            }
        }
        let whole = widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1);
        if let (Some(limit), Some(flexible)) = (limit, widths.get_mut(self.flexible)) {
            *flexible = flexible.saturating_sub(whole.saturating_sub(limit)).max(NARROWEST.min(*flexible));
        }
        widths
    }
}

/// The cells of a row, in as many lines as the flexible column needs.
fn write_row(out: &mut dyn Write, cells: &[Cell], widths: &[usize], flexible: usize) -> io::Result<()> {
    let lines_of = |(column, cell): (usize, &Cell)| {
        let most = widths[column];
        if column == flexible { wrap(&cell.text, most) } else { vec![cut(&cell.text, most).into_owned()] }
    };
    let columns: Vec<Vec<String>> = cells.iter().enumerate().map(lines_of).collect();
    let lines = columns.iter().map(Vec::len).max().unwrap_or(0);
    for line in 0..lines {
        let texts: Vec<&str> = columns.iter().map(|column| column.get(line).map_or("", String::as_str)).collect();
        let last = texts.iter().rposition(|text| !text.is_empty()).unwrap_or(0);
        for (column, (text, cell)) in texts.iter().zip(cells).enumerate().take(last + 1) {
            let padding = if column == last { 0 } else { widths[column] - width(text) + GAP };
            let style = if text.is_empty() { Style::new() } else { cell.style };
            write!(out, "{style}{text}{style:#}{:padding$}", "")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
