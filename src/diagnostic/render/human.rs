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
    let origin = Origin::path(shown.path.as_str());
    let mut elements: Vec<Element> = Vec::new();
    match &shown.diagnostic.span {
        None => elements.push(origin.into()),
        Some(span) => {
            let (line, at) = file.line(span);
            let (line, at) = excerpt(line, at);
            let annotation = AnnotationKind::Primary.span(at).label(shown.label.as_deref());
            elements.push(origin.line(shown.place.line).char_column(shown.place.column).into());
            elements.push(Snippet::source(line).line_start(shown.place.line).annotation(annotation).into());
        }
    }
    if let Some(help) = &shown.help {
        elements.push(Level::HELP.message(&**help).into());
    }
    let report = [level.primary_title(&*shown.message).elements(elements)];
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    out.push_str(&renderer.term_width(width).render(&report));
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
