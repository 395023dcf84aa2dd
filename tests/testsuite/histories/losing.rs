//! What goes wrong with the files of `out/`: losses, damage, and merges with an older state.

use crate::files::Tree;

use super::chats::Dice;
use super::judging::is_feed;

/// Something goes wrong with a file.
pub fn lose(dice: &mut Dice, out: &mut Tree, before: &[Tree]) {
    let paths: Vec<String> = out.keys().filter(|path| is_feed(path)).cloned().collect();
    let Some(path) = dice.one_of(&paths).cloned() else { return };
    let older = dice.one_of(before).and_then(|tree| tree.get(&path)).cloned();
    let content = out[&path].clone();
    let text = String::from_utf8_lossy(&content).into_owned();
    let lost = match dice.below(9) {
        0 => None,
        1 => Some(content[..dice.below(content.len() + 1)].to_vec()),
        2 => Some(text.replace("\r\n", "\n").into_bytes()),
        3 => Some(text.replacen("SEQUENCE:", "SEQUENCE:99999999", 1 + dice.below(5)).into_bytes()),
        4 => Some(text.replacen("DTSTAMP:20", "DTSTAMP:99", 1 + dice.below(5)).into_bytes()),
        5 => older.or(Some(content)),
        6 => Some(unmerged(&text, &older.unwrap_or_default())),
        7 => {
            let mut blank = content;
            let from = dice.below(blank.len() + 1);
            let to = (from + 512).min(blank.len());
            blank[from..to].fill(0);
            Some(blank)
        }
        _ => {
            // A merge that takes one side of each file.
            let older = dice.one_of(before).cloned().unwrap_or_default();
            for path in paths.iter().filter(|path| older.contains_key(*path)) {
                if dice.below(2) == 0 {
                    out.insert(path.clone(), older[path].clone());
                }
            }
            if let (Some(list), 0) = (older.get("manifest.sha256"), dice.below(2)) {
                out.insert("manifest.sha256".to_owned(), list.clone());
            }
            return;
        }
    };
    set(out, &path, lost);
}

/// Something goes wrong with the list of removed meetings.
pub fn lose_removed(dice: &mut Dice, out: &mut Tree, before: &[Tree]) {
    let path = "removed.txt";
    let Some(content) = out.get(path).cloned() else { return };
    let text = String::from_utf8_lossy(&content).into_owned();
    let older = dice.one_of(before).and_then(|tree| tree.get(path)).cloned();
    let lost = match dice.below(8) {
        0 => None,
        1 => Some(content[..dice.below(content.len() + 1)].to_vec()),
        2 => Some(text.replace('\n', "\r\n").into_bytes()),
        3 => Some(text.replacen("Z 0 ", "Z 99999999 ", 1 + dice.below(5)).into_bytes()),
        4 => Some(text.replacen("2026", "9999", 1 + dice.below(5)).into_bytes()),
        5 => older,
        6 => Some(unmerged(&text, &older.unwrap_or_default())),
        _ => {
            let lines: Vec<&str> = text.split_inclusive('\n').filter(|_| dice.below(3) > 0).collect();
            Some(lines.concat().into_bytes())
        }
    };
    set(out, path, lost);
}

/// Both versions of a file, as git leaves them where it cannot merge them.
fn unmerged(ours: &str, theirs: &[u8]) -> Vec<u8> {
    let theirs = String::from_utf8_lossy(theirs);
    format!("<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n").into_bytes()
}

/// Gives a file this content, or takes it away.
fn set(out: &mut Tree, path: &str, content: Option<Vec<u8>>) {
    match content {
        Some(content) => _ = out.insert(path.to_owned(), content),
        None => _ = out.remove(path),
    }
}
