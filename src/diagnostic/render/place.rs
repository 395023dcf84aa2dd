//! Bytes of a file as lines and columns.

use std::ops::Range;

use super::Source;

/// Allowed at the head of UTF-8; no character of the text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A file and where its lines begin.
pub struct File<'s> {
    source: Source<'s>,
    lines: Vec<usize>,
}

/// Lines and columns, counted from 1, columns in characters. The end is the column after the last one.
pub struct Place {
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
}

impl<'s> File<'s> {
    pub fn new(source: Source<'s>) -> Self {
        let first = if source.text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        let breaks = source.text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(first).chain(breaks).collect();
        Self { source, lines }
    }

    pub fn path(&self) -> &str {
        &self.source.path
    }

    /// Where these bytes stand; the head of the file for all of it.
    pub fn place(&self, span: Option<Range<usize>>) -> Place {
        let span = self.within(&span.unwrap_or(0..0));
        let (line, column) = self.line_and_column(span.start);
        let (end_line, end_column) = self.line_and_column(span.end);
        Place { line, column, end_line, end_column }
    }

    /// The line that the bytes begin on, and the bytes of it that they take.
    pub fn line(&self, span: &Range<usize>) -> (&str, Range<usize>) {
        let span = self.within(span);
        let index = self.index(span.start);
        let begin = self.lines[index];
        let rest = &self.source.text[begin..];
        let line = rest.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let at = |byte: usize| byte.saturating_sub(begin).min(line.len());
        (line, at(span.start)..at(span.end))
    }

    /// Bytes that lie in the text and begin and end between characters.
    fn within(&self, span: &Range<usize>) -> Range<usize> {
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
