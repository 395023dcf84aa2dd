//! The source line with a caret, drawn by rustc's own renderer.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::position::LineMap;
use super::printable::Printable;
use crate::diagnostic::{Diagnostic, Severity, harmless};
use crate::text::without_commands;

/// Characters of a line that are shown before and after the mistake, if the line is longer.
const AROUND: usize = 200;

/// What [`Format::Human`](super::Format::Human) is drawn for.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Whether with the control sequences that colour a terminal.
    pub color: bool,
    /// The columns that source lines may take.
    pub width: usize,
}

/// Writes one diagnostic, with an empty line after it.
pub fn write(out: &mut String, printable: &Printable, diagnostic: &Diagnostic, file: &LineMap, screen: Screen) {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let (path, position) = (&*printable.file, &printable.position);
    let mut elements: Vec<Element> = Vec::new();
    let mut drawn_column = position.column;
    if let Some(span) = &diagnostic.span {
        let (line, at) = file.line(span);
        let (line, at) = excerpt(line, at);
        drawn_column = line[..at.start].chars().count() + 1;
        let annotation = AnnotationKind::Primary.span(at).label(printable.label.as_deref());
        elements.push(Snippet::source(line).path(path).line_start(position.line).annotation(annotation).into());
    } else {
        elements.push(Origin::path(path).into());
    }
    if let Some(help) = &printable.help {
        elements.push(Level::HELP.message(&**help).into());
    }
    let report = [level.primary_title(&*printable.message).elements(elements)];
    let renderer = if screen.color { Renderer::styled() } else { Renderer::plain() };
    let mut drawn = renderer.term_width(screen.width).render(&report);
    if drawn_column != position.column {
        // The renderer counts in what is shown of the line; the reader's editor counts in all of it.
        let wrong = format!("{path}:{}:{drawn_column}", position.line);
        drawn = drawn.replacen(&wrong, &format!("{path}:{}:{}", position.line, position.column), 1);
    }
    // What is quoted of a line comes in pieces, between which a command could arise.
    out.push_str(&without_commands(drawn.into()));
    out.push_str("\n\n");
}

/// A line that is safe to show, and the bytes of the mistake in it: cut far from the mistake, with escapes for whatever
/// steers a terminal.
fn excerpt(line: &str, at: Range<usize>) -> (String, Range<usize>) {
    let from = line[..at.start].char_indices().rev().nth(AROUND).map_or(0, |(index, _)| index);
    let to = line[at.start..].char_indices().nth(2 * AROUND).map_or(line.len(), |(index, _)| at.start + index);
    let end = at.end.min(to);
    let mut shown = if from > 0 { "…".to_owned() } else { String::new() };
    shown.push_str(&plain(&line[from..at.start]));
    let start = shown.len();
    shown.push_str(&plain(&line[at.start..end]));
    let until = shown.len();
    shown.push_str(&plain(&line[end..to]));
    if to < line.len() {
        shown.push('…');
    }
    (shown, start..until)
}

/// A piece of a line: tabs stay, the renderer knows how wide they are.
fn plain(piece: &str) -> String {
    piece.split('\t').map(harmless).collect::<Vec<_>>().join("\t")
}
