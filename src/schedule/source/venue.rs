//! Where meetings take place and with whom, as the top of a schedule and its tables say it alike.

use super::fields::Fields;
use crate::diagnostic::quoted;
use crate::schedule::Venue;

/// What one table says.
pub fn read(fields: &Fields) -> Venue {
    Venue {
        platform: fields.owned("platform").map(|platform| platform.trim().to_owned()),
        hashtag: hashtag(fields),
        join: fields.link("join"),
        home: fields.link("home"),
        hosts: fields.list("hosts").into_iter().map(|host| host.into_inner().to_owned()).collect(),
    }
}

fn hashtag(fields: &Fields) -> Option<String> {
    let text = fields.text("hashtag")?;
    let valid = |character: char| character.is_alphanumeric() || character == '_';
    if text.get_ref().chars().all(valid) {
        return Some(text.into_inner().to_owned());
    }
    let meant: String = text.get_ref().chars().filter(|character| valid(*character)).collect();
    let message = format!("{} is not a valid hashtag: letters, digits and _, without #", quoted(text.get_ref()));
    let help = (!meant.is_empty()).then(|| format!("write hashtag = \"{meant}\""));
    fields.mistakes.error("hashtag", text.span(), message).help_if(help);
    None
}
