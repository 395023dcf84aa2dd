//! A file that diagnostics speak of, and its bytes as lines and columns.

use std::borrow::Cow;
use std::ops::Range;

use serde::Serialize;

/// May begin a UTF-8 file, and is not part of its text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file that diagnostics speak of.
#[derive(Clone, Debug)]
pub struct Source<'s> {
    /// Its path, as the reader knows it.
    pub path: Cow<'s, str>,
    /// Its text, with U+FFFD for whatever is not UTF-8.
    pub text: Cow<'s, str>,
}

/// A file and where its lines begin.
pub struct LineMap<'s> {
    source: Source<'s>,
    lines: Vec<usize>,
}

/// Lines and columns, counted from 1, columns in characters. The end is the column after the last one.
#[derive(Serialize)]
pub struct Position {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

impl<'s> LineMap<'s> {
    pub fn new(source: Source<'s>) -> Self {
        let first = if source.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        let breaks = source.text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(first).chain(breaks).collect();
        Self { source, lines }
    }

    pub fn path(&self) -> &str {
        &self.source.path
    }

    /// Where these bytes are; the beginning of the file for all of it.
    pub fn position(&self, span: Option<Range<usize>>) -> Position {
        let span = self.clamp(&span.unwrap_or(0..0));
        let (line, column) = self.line_and_column(span.start);
        let (end_line, end_column) = self.line_and_column(span.end);
        Position { line, column, end_line, end_column }
    }

    /// The line that the bytes begin on, and the bytes of it that they take.
    pub fn line(&self, span: &Range<usize>) -> (&str, Range<usize>) {
        let span = self.clamp(span);
        let index = self.index(span.start);
        let begin = self.lines[index];
        let rest = &self.source.text[begin..];
        let line = rest.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let at = |byte: usize| byte.saturating_sub(begin).min(line.len());
        (line, at(span.start)..at(span.end))
    }

    /// A span, cut to the text and widened to whole characters.
    fn clamp(&self, span: &Range<usize>) -> Range<usize> {
        let text = &*self.source.text;
        let boundary = |at: &usize| text.is_char_boundary(*at);
        let start = (0..=span.start.min(text.len())).rev().find(boundary).unwrap_or(0).max(self.lines[0]);
        let end = (span.end.min(text.len())..=text.len()).find(boundary).unwrap_or(text.len()).max(start);
        start..end
    }

    fn index(&self, at: usize) -> usize {
        self.lines.partition_point(|begin| *begin <= at).saturating_sub(1)
    }

    fn line_and_column(&self, at: usize) -> (usize, usize) {
        let index = self.index(at);
        let column = self.source.text[self.lines[index]..at].chars().count() + 1;
        (index + 1, column)
    }
}
