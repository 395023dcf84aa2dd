//! Makes slugs and names from the words of a file.

use std::collections::BTreeSet;

use crate::schedule::Tag;

/// A slug for a text that is not taken yet. It is taken then.
pub fn unused(text: &str, taken: &mut BTreeSet<String>) -> String {
    let stem = slug(text).map_or_else(|| "chat".to_owned(), |tag| tag.to_string());
    let mut name = stem.clone();
    let mut number = 1;
    while taken.contains(&name) {
        number += 1;
        name = format!("{stem}-{number}");
    }
    taken.insert(name.clone());
    name
}

/// A text as a slug or tag: whatever is not an ASCII letter or digit separates words.
pub fn slug(text: &str) -> Option<Tag> {
    let lower: String = text.to_lowercase().chars().map(plain).collect();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let joined: String = words.collect::<Vec<_>>().join("-").chars().take(60).collect();
    let tag = Tag::new(joined.trim_end_matches('-'));
    tag.filter(|tag| !["all", "collection"].contains(&tag.as_str()))
}

/// A Latin letter without its diacritics.
fn plain(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ğ' => 'g',
        'ì'..='ï' | 'ī' | 'ı' => 'i',
        'ł' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ř' => 'r',
        'ß' | 'ś' | 'š' | 'ş' | 'ș' => 's',
        'ť' | 'ţ' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}
