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
    /// The column that wraps where the terminal is too narrow.
    flexible: usize,
    /// The column under which notes begin.
    notes_at: usize,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    cells: Vec<Cell>,
    notes: Vec<String>,
}

impl Table {
    /// A table whose column `flexible` gives way, and whose notes begin under column `notes_at`.
    pub fn new(flexible: usize, notes_at: usize) -> Self {
        Self { flexible, notes_at, rows: Vec::new() }
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
        let indent: usize = widths.iter().take(self.notes_at).map(|width| width + GAP).sum();
        for row in &self.rows {
            write_row(out, row, &widths, self.flexible)?;
            for note in &row.notes {
                let lines = match limit {
                    Some(limit) => wrap(note, limit.saturating_sub(indent).max(2 * NARROWEST)),
                    None => vec![note.clone()],
                };
                for line in lines {
                    writeln!(out, "{:indent$}{line}", "")?;
                }
            }
        }
        Ok(())
    }

    fn widths(&self, limit: Option<usize>) -> Vec<usize> {
        let columns = self.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let widest = |column: usize| {
            let texts = self.rows.iter().filter_map(|row| row.cells.get(column));
            texts.map(|cell| width(&cell.text)).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..columns).map(widest).collect();
        let whole = widths.iter().sum::<usize>() + GAP * columns.saturating_sub(1);
        if let (Some(limit), Some(flexible)) = (limit, widths.get_mut(self.flexible)) {
            *flexible = flexible.saturating_sub(whole.saturating_sub(limit)).max(NARROWEST.min(*flexible));
        }
        widths
    }
}

/// A row, in as many lines as its flexible column needs.
fn write_row(out: &mut dyn Write, row: &Row, widths: &[usize], flexible: usize) -> io::Result<()> {
    let wrapped = row.cells.get(flexible).map_or_else(Vec::new, |cell| wrap(&cell.text, widths[flexible]));
    for at in 0..wrapped.len().max(1) {
        let text = |column: usize, cell: &Cell| match (column == flexible, at) {
            (true, _) => wrapped.get(at).cloned().unwrap_or_default(),
            (false, 0) => cut(&cell.text, widths[column]).into_owned(),
            (false, _) => String::new(),
        };
        let texts: Vec<String> = row.cells.iter().enumerate().map(|(column, cell)| text(column, cell)).collect();
        let last = texts.iter().rposition(|text| !text.is_empty()).unwrap_or(0);
        for (column, (text, cell)) in texts.iter().zip(&row.cells).enumerate().take(last + 1) {
            let padding = if column == last { 0 } else { widths[column] - width(text) + GAP };
            let style = if text.is_empty() { Style::new() } else { cell.style };
            write!(out, "{style}{text}{style:#}{:padding$}", "")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
