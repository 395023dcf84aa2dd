//! The source line with a caret, drawn by rustc's own renderer.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use super::Shown;
use super::place::File;
use crate::diagnostic::{Severity, harmless};

/// Characters of a line that are shown before and after the place, if the line is longer than all of them.
const AROUND: usize = 200;

/// Writes one diagnostic, with an empty line after it.
pub fn write(out: &mut String, shown: &Shown, file: &File, color: bool, width: usize) {
    let level = match shown.diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let (path, place) = (shown.path.as_str(), &shown.place);
    let mut elements: Vec<Element> = Vec::new();
    let mut drawn_column = place.column;
    if let Some(span) = &shown.diagnostic.span {
        let (line, at) = file.line(span);
        let (line, at) = excerpt(line, at);
        drawn_column = line[..at.start].chars().count() + 1;
        let annotation = AnnotationKind::Primary.span(at).label(shown.label.as_deref());
        elements.push(Snippet::source(line).path(path).line_start(place.line).annotation(annotation).into());
    } else {
        elements.push(Origin::path(path).into());
    }
    if let Some(help) = &shown.help {
        elements.push(Level::HELP.message(&**help).into());
    }
    let report = [level.primary_title(&*shown.message).elements(elements)];
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut drawn = renderer.term_width(width).render(&report);
    if drawn_column != place.column {
        // The renderer counts in what is shown of the line; the reader's editor counts in all of it.
        let wrong = format!("{path}:{}:{drawn_column}", place.line);
        drawn = drawn.replacen(&wrong, &format!("{path}:{}:{}", place.line, place.column), 1);
    }
    out.push_str(&drawn);
    out.push_str("\n\n");
}

/// A line as it may be shown, and the same bytes in it: cut far from the place, what steers a terminal as escapes.
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
