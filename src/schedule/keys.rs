//! Every key of a schedule and of the collection, in one place: its name, what it takes, an example, what it means.

/// A table of a file and the keys that it may hold.
#[derive(Debug)]
pub struct Section {
    /// How it is headed, such as `[[series]]`; empty for the top of a file.
    pub header: &'static str,
    /// What it is about.
    pub doc: &'static str,
    /// What it may hold, in the order in which people write it.
    pub keys: &'static [Key],
    /// What it must hold: of each of these at least one.
    pub required: &'static [&'static [&'static str]],
    /// What excludes each other.
    pub exclusive: &'static [&'static [&'static str]],
}

/// A key of a table.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it takes.
    pub form: Form,
    /// A value of it, as TOML.
    pub example: &'static str,
    /// What it means.
    pub doc: &'static str,
}

/// What a key takes.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Text in one line, of at most so many characters.
    Line(usize),
    /// Text that may have several lines.
    Text,
    /// `[a-z0-9][a-z0-9-]*`.
    Name,
    /// An address: https, http or mailto.
    Link,
    /// An address, words for what has none, or a list of them.
    Evidence,
    /// A TOML date.
    Date,
    /// `HH:MM`.
    Time,
    /// Hours and minutes.
    Duration,
    /// An IANA name.
    Zone,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of one of the above.
    List(&'static Form),
    /// Tables of their own.
    Tables(&'static Section),
}

impl Form {
    /// What it takes, with its article.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Line(_) | Self::Text | Self::Name | Self::Word(_) => "a text in quotes",
            Self::Link => "an address in quotes",
            Self::Evidence => "an address or words in quotes, or a list of them",
            Self::Date => "a date without quotes",
            Self::Time => "a time of day",
            Self::Duration => "hours and minutes in quotes",
            Self::Zone => "the name of a time zone in quotes",
            Self::List(_) => "a list",
            Self::Tables(_) => "a table of its own",
        }
    }
}

/// Most characters of a title.
pub const TITLE: usize = 200;
/// Most characters of any other text in one line, links included.
pub const LINE: usize = 1_000;
/// Most characters of a text that may have several lines.
pub const TEXT: usize = 20_000;
/// Most entries of a list.
pub const LIST: usize = 100;

/// What `confidence` may be, in order.
pub const CONFIDENCE: &[&str] = &["confirmed", "inferred", "assumed"];
/// Codes of warnings that `[[allow]]` may silence.
pub const WARNINGS: &[&str] = &[
    "gap",           // a meeting at a time that the clocks skip
    "clash",         // another chat of the same tag at the same instant
    "in-break",      // a one-off or moved meeting in a break of the chat's own
    "same-source",   // a source that stands twice in a list
    "unsourced",     // the topic of a meeting that is over, from nowhere
    "still-running", // an open series without anything dated for two years
    "fading",        // a series that fades out within two months
    "no-meeting",    // a chat that goes on, and nothing to come
    "large",         // a feed that some programs drop
];

const fn key(name: &'static str, form: Form, example: &'static str, doc: &'static str) -> Key {
    Key { name, form, example, doc }
}

const SOURCE: Key = key(
    "source",
    Form::Evidence,
    "\"https://example.org/about\"",
    "Where it is known from: a link, words for what has none, or a list of them.",
);
const NOTE: Key = key("note", Form::Text, "\"The year is inferred.\"", "Anything else; may have several lines.");
const ZONE: Key = key("zone", Form::Zone, "\"Europe/London\"", "The zone of the wall time: its IANA name.");
const TIME: Key = key("time", Form::Time, "\"18:30\"", "Wall time in the zone.");
const DURATION: Key =
    key("duration", Form::Duration, "\"1h30m\"", "How long a meeting takes; above 0 and at most 24h.");
const SURE: Key = key("confidence", Form::Word(CONFIDENCE), "\"inferred\"", "How sure it is.");
const TOPIC: Key = key("topic", Form::Line(LINE), "\"Reading\"", "What it is about.");
const CANCELLED: Key = key("cancelled", Form::Line(LINE), "\"no chat that week\"", "Why it does not take place.");

/// A schedule: the file of one chat.
pub static SCHEDULE: Section = Section {
    header: "",
    doc: "One chat; the name of the file is its slug.",
    keys: &[
        key("title", Form::Line(TITLE), "\"#uklibchat\"", "What the chat is called."),
        key("summary", Form::Line(LINE), "\"UK chat on libraries\"", "What it is, in one line."),
        key("description", Form::Text, "\"A monthly discussion.\"", "What it is, at length."),
        key("hashtag", Form::Line(100), "\"uklibchat\"", "Its hashtag, without #."),
        key("platform", Form::Line(LINE), "\"Bluesky\"", "Where it happens."),
        key("home", Form::Link, "\"https://example.org/\"", "Its own page."),
        key("hosts", Form::List(&Form::Line(LINE)), "[\"@uklibchat\"]", "Who holds it."),
        key("language", Form::Line(35), "\"en\"", "BCP 47 tag of its language."),
        key("tags", Form::List(&Form::Name), "[\"library\", \"uk\"]", "What it is about; categories in the feeds."),
        key("successor", Form::Line(LINE), "\"tlskychat\"", "Where its people went: another slug or a link."),
        key("formerly", Form::Name, "\"ukchat\"", "An older slug, whose UIDs its meetings keep."),
        ZONE,
        TIME,
        DURATION,
        key("series", Form::Tables(&SERIES), "", "A run of regular meetings."),
        key("change", Form::Tables(&CHANGE), "", "What is known of one regular meeting."),
        key("break", Form::Tables(&BREAK), "", "A span without regular meetings."),
        key("one-off", Form::Tables(&ONE_OFF), "", "A meeting outside every series."),
        key("allow", Form::Tables(&ALLOW), "", "A warning that is not to be shown."),
    ],
    required: &[&["title"], &["zone"]],
    exclusive: &[],
};

/// A run of regular meetings.
pub static SERIES: Section = Section {
    header: "[[series]]",
    doc: "A run of regular meetings: one rule, one time of day, one zone, a first date, perhaps a last.",
    keys: &[
        key("name", Form::Name, "\"west\"", "Parts it from another series with meetings on the same dates."),
        key("every", Form::Line(LINE), "\"first Tuesday of the month\"", "When it meets, in words."),
        key("rule", Form::Line(LINE), "\"FREQ=MONTHLY;BYDAY=1TU\"", "When it meets, as RFC 5545 has it."),
        key("start", Form::Date, "2013-04-02", "Its first meeting: a date of the rule."),
        key("until", Form::Date, "2016-12-06", "Known to have stopped after this day."),
        key("seen", Form::Date, "2019-02-19", "The last day for which there is evidence that it ran."),
        TIME,
        DURATION,
        ZONE,
        SURE,
        SOURCE,
        NOTE,
    ],
    required: &[&["every", "rule"], &["start"], &["confidence"], &["source"]],
    exclusive: &[&["every", "rule"], &["until", "seen"]],
};

/// What is known of one regular meeting.
pub static CHANGE: Section = Section {
    header: "[[change]]",
    doc: "What is known of one regular meeting: topic, moved, cancelled.",
    keys: &[
        key("date", Form::Date, "2014-04-01", "The date that the rule gives it, before any move."),
        key("series", Form::Name, "\"west\"", "The name of its series, where two share the date."),
        TOPIC,
        key("moved-to", Form::Date, "2014-04-08", "The day on which it takes place instead."),
        TIME,
        DURATION,
        ZONE,
        CANCELLED,
        SURE,
        SOURCE,
        NOTE,
    ],
    required: &[&["date"]],
    exclusive: &[],
};

/// A span without regular meetings.
pub static BREAK: Section = Section {
    header: "[[break]]",
    doc: "Takes away the regular meetings in it.",
    keys: &[
        key("from", Form::Date, "2014-08-01", "Its first day."),
        key("through", Form::Date, "2014-08-31", "Its last day."),
        key("reason", Form::Line(LINE), "\"summer break\"", "Why."),
        SOURCE,
        NOTE,
    ],
    required: &[&["from"], &["through"]],
    exclusive: &[],
};

/// A meeting outside every series.
pub static ONE_OFF: Section = Section {
    header: "[[one-off]]",
    doc: "A meeting outside every series.",
    keys: &[
        key("date", Form::Date, "2014-07-08", "Its day."),
        key("name", Form::Name, "\"special\"", "Parts it from another meeting of the chat on the same date."),
        TIME,
        DURATION,
        ZONE,
        TOPIC,
        CANCELLED,
        SURE,
        SOURCE,
        NOTE,
    ],
    required: &[&["date"]],
    exclusive: &[],
};

/// A warning that is not to be shown.
pub static ALLOW: Section = Section {
    header: "[[allow]]",
    doc: "Silences a kind of warning in this schedule.",
    keys: &[
        key("warning", Form::Word(WARNINGS), "\"gap\"", "The code of the warning."),
        key("reason", Form::Line(LINE), "\"the hosts know\"", "Why it is no mistake here."),
    ],
    required: &[&["warning"], &["reason"]],
    exclusive: &[],
};

/// `collection.toml`.
pub static COLLECTION: Section = Section {
    header: "",
    doc: "The whole collection.",
    keys: &[
        key("title", Form::Line(TITLE), "\"Library chats\"", "What it is called."),
        key("description", Form::Text, "\"Recurring online chats.\"", "What it is."),
        key("id", Form::Line(253), "\"chats.example.org\"", "The right-hand side of every UID; never changed."),
        key("site", Form::Link, "\"https://chats.example.org/\"", "The public address of the feeds."),
        key(
            "zones",
            Form::List(&Form::Zone),
            "[\"America/New_York\", \"Europe/London\"]",
            "The zones in which each meeting's time is spelled out besides the host's.",
        ),
    ],
    required: &[&["title"], &["id"]],
    exclusive: &[],
};
