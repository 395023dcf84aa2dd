//! The one layout of a schedule's file: keys and tables in the order of [`super::keys`], one space around `=`, one blank
//! line before a table. Values and comments stay as they are.

use toml_edit::{Decor, DocumentMut, Item, Table};

use super::keys::{Section, ValueType};

/// The same file, laid out.
///
/// # Errors
///
/// Text that is not TOML, in words for people; or a file that would not say the same.
pub fn layout(text: &str, section: &Section) -> Result<String, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        format!("line {line}: {}", error.message().lines().next().unwrap_or("this is not TOML"))
    })?;
    let before: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let head = take_head(document.as_table_mut());
    keys(document.as_table_mut(), section);
    put_head(document.as_table_mut(), &head);
    let mut position = 0;
    let mut first = document.as_table().iter().all(|(_, item)| item.is_array_of_tables() || item.is_table());
    // In order by now; unknown tables are last.
    for (key, item) in document.iter_mut() {
        let of = match section.key(key.get()).map(|known| known.value_type) {
            Some(ValueType::Tables(of)) => Some(of),
            _ => None,
        };
        match item {
            Item::ArrayOfTables(tables) => {
                for table in tables.iter_mut() {
                    of.inspect(|of| keys(table, of));
                    heading(table, &mut position, &mut first);
                }
            }
            Item::Table(table) => heading(table, &mut position, &mut first),
            _ => {}
        }
    }
    let trailing = comments(document.trailing().as_str().unwrap_or_default());
    document.set_trailing(if trailing.is_empty() { String::new() } else { format!("\n{trailing}") });
    let laid_out = document.to_string();
    let after: toml::Table = laid_out.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    if after == before { Ok(laid_out) } else { Err("it cannot be formatted without changing its meaning".to_owned()) }
}

/// Takes the comments above the first key that are about the file: directives such as `#:schema`, and those with a blank
/// line between them and the key.
fn take_head(table: &mut Table) -> String {
    let Some((mut key, _)) = table.iter_mut().next() else { return String::new() };
    let above = comments(text_of(key.leaf_decor(), true));
    let separate = above.rfind("\n\n").map_or(0, |at| at + 2);
    let directives = above.lines().take_while(|line| line.starts_with("#:")).map(|line| line.len() + 1).sum();
    let (head, rest) = above.split_at(separate.max(directives));
    key.leaf_decor_mut().set_prefix(rest);
    head.to_owned()
}

/// Puts them above the key that is now the first.
fn put_head(table: &mut Table, head: &str) {
    if let Some((mut key, _)) = table.iter_mut().next() {
        let above = format!("{head}{}", text_of(key.leaf_decor(), true));
        key.leaf_decor_mut().set_prefix(above);
    }
}

/// Sets a table's position in the file, and the blank line before its header.
fn heading(table: &mut Table, position: &mut isize, first: &mut bool) {
    table.set_position(Some(*position));
    *position += 1;
    let above = comments(text_of(table.decor(), true));
    let blank = if *first && above.is_empty() { "" } else { "\n" };
    let blank = if std::mem::take(first) && above.starts_with('#') { "" } else { blank };
    let behind = behind(text_of(table.decor(), false));
    *table.decor_mut() = Decor::new(format!("{blank}{above}"), behind);
}

/// Orders the keys of a table and clears the space around them.
fn keys(table: &mut Table, section: &Section) {
    let place = |key: &str| section.keys.iter().position(|known| known.name == key).unwrap_or(usize::MAX);
    table.sort_values_by(|one, _, other, _| place(one.get()).cmp(&place(other.get())));
    for (mut key, item) in table.iter_mut() {
        let Some(value) = item.as_value_mut() else { continue };
        let above = comments(text_of(key.leaf_decor(), true));
        *key.leaf_decor_mut() = Decor::new(above, " ");
        let behind = behind(text_of(value.decor(), false));
        *value.decor_mut() = Decor::new(" ", behind);
    }
}

fn text_of(decor: &Decor, before: bool) -> &str {
    let text = if before { decor.prefix() } else { decor.suffix() };
    text.and_then(toml_edit::RawString::as_str).unwrap_or_default()
}

/// The comments above something, each on its line, with one blank line between paragraphs.
fn comments(text: &str) -> String {
    let mut kept = String::new();
    let mut blank = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            blank = !kept.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            kept.push('\n');
        }
        kept.push_str(line);
        kept.push('\n');
    }
    if blank {
        kept.push('\n');
    }
    kept
}

/// A comment behind something, one space away.
fn behind(text: &str) -> String {
    let comment = text.trim();
    if comment.is_empty() { String::new() } else { format!(" {comment}") }
}
