//! The same chats for everybody: a mix of rhythms as communities have them, in four zones, from 2011 to 2028.

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The zones, in turn.
pub const ZONES: [&str; 4] = ["Europe/London", "America/New_York", "America/Los_Angeles", "Australia/Sydney"];

/// The rhythms, in turn; of a hundred chats about half meet weekly, the rest every other week or monthly.
const RULES: [(&str, &str); 10] = [
    ("FREQ=WEEKLY;BYDAY=TH", "2011-01-06"),
    ("FREQ=WEEKLY;BYDAY=WE", "2011-01-05"),
    ("FREQ=MONTHLY;BYDAY=1TU", "2011-01-04"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "2011-01-04"),
    ("FREQ=WEEKLY;BYDAY=MO", "2011-01-03"),
    ("FREQ=MONTHLY;BYDAY=-1TH", "2011-01-27"),
    ("FREQ=WEEKLY;BYDAY=SU", "2011-01-02"),
    ("FREQ=MONTHLY;BYDAY=2TH,4TH", "2011-01-13"),
    ("FREQ=MONTHLY;BYMONTHDAY=15", "2011-01-15"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "2011-01-06"),
];

/// One chat: its file's stem and what decides its meetings.
pub struct Chat {
    pub slug: String,
    pub zone: &'static str,
    pub rule: &'static str,
    pub start: &'static str,
    pub hour: usize,
}

/// So many chats, in order of their slugs.
pub fn chats(number: usize) -> impl Iterator<Item = Chat> {
    (0..number).map(|index| {
        let (rule, start) = RULES[index % RULES.len()];
        Chat { slug: format!("chat{index:05}"), zone: ZONES[index / 3 % 4], rule, start, hour: 17 + index % 5 }
    })
}

pub const COLLECTION: &str = "title = \"Thousand chats\"\ndescription = \"Made for timing\"\nid = \"chats.example.org\"\nzones = [\"America/Los_Angeles\", \"America/New_York\", \"Europe/London\", \"Australia/Sydney\"]\n";

/// A chat's file.
pub fn toml(chat: &Chat) -> String {
    let Chat { slug, zone, rule, start, hour } = chat;
    let mut text = String::new();
    write!(
        text,
        "title = \"#{slug}\"\nsummary = \"Talk about libraries, archives; and more\"\nhashtag = \"{slug}\"\nplatform = \"Bluesky\"\nhome = \"https://{slug}.example.org/\"\nhosts = [\"@{slug}\"]\nzone = \"{zone}\"\nduration = \"1h\"\n\n[[series]]\nrule = \"{rule}\"\nstart = {start}\nuntil = 2028-12-29\ntime = \"{hour}:30\"\nconfidence = \"confirmed\"\nsource = \"https://{slug}.example.org/about/when-we-meet\"\n"
    )
    .expect("writing to a string");
    text
}

/// Writes the collection into a folder.
pub fn write(folder: &Path, number: usize) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("collection.toml"), COLLECTION)?;
    for chat in chats(number) {
        fs::write(folder.join(format!("{}.toml", chat.slug)), toml(&chat))?;
    }
    Ok(())
}
