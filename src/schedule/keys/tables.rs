//! The tables themselves.

use super::ValueType::{
    Date, Duration, Evidence, Line, Link, List, Name, Names, Tables, Text, Time, Word, Years, Zone,
};
use super::{CONFIDENCE, Exclusive, Key, LINE, Required, Section, TITLE, ValueType, WARNINGS, Wording};

/// A table without keys.
const EMPTY: Section =
    Section { header: "", doc: "", keys: &[], required: &[], required_here_or_above: &[], exclusive: &[] };

const fn key(name: &'static str, value_type: ValueType, example: &'static str, doc: &'static str) -> Key {
    Key { name, value_type, example, doc, if_missing: None, aliases: "" }
}

const fn warning(codes: &'static [&'static str], example: &'static str) -> Key {
    key("warning", Word(codes), example, "The code of the warning.").aliases("warnings code name lint kind")
}

const fn allow(section: &'static Section) -> Key {
    key("allow", Tables(section), "", "A warning that is not to be shown.").aliases("ignore silence suppress")
}

const fn required(keys: &'static [&'static str]) -> Required {
    Required { keys, wording: None }
}

const SOURCE: Key = key(
    "source",
    Evidence,
    "\"https://example.org/about\"",
    "How it is known: a link, words for what has none, or a list of them.",
)
.aliases("sources url link links ref reference references evidence see");
const NOTE: Key = key("note", Text, "\"The year is inferred.\"", "Anything else for curators; may have several lines.")
    .aliases("notes comment comments remark remarks");
const ZONE: Key = key("zone", Zone, "\"Europe/London\"", "The time zone of `time`: its IANA name.")
    .aliases("timezone time-zone tz tzid");
const TIME: Key = key("time", Time, "\"18:30\"", "When a meeting begins, as clocks in `zone` show it.")
    .aliases("at hour start-time starts-at when clock");
const DURATION: Key = key("duration", Duration, "\"1h30m\"", "How long a meeting lasts: more than 0, at most 24h.")
    .aliases("length lasts end end-time ends-at minutes hours");
const SURE: Key = key("confidence", Word(CONFIDENCE), "\"inferred\"", "How sure it is.")
    .if_missing(
        "add confidence = \"confirmed\" if a source says when it meets; with \"inferred\" (it follows from sources) or \
         \"assumed\" (a guess) subscribers see each meeting as (unconfirmed)",
    )
    .aliases("status certainty sure");
const TOPIC: Key =
    key("topic", Line(LINE), "\"Reading\"", "What the meeting is about.").aliases("title subject summary theme");
const REASON: Key =
    key("reason", Line(LINE), "\"the hosts know\"", "Why it is not a mistake here.").aliases("why because note");
const HASHTAG: Key = key("hashtag", Line(100), "\"uklibchat\"", "Its hashtag, without #.").aliases("hash hash-tag");
const PLATFORM: Key = key("platform", Line(LINE), "\"Bluesky\"", "Where it takes place.")
    .aliases("location where venue place network service channel");
const JOIN: Key = key("join", Link, "\"https://example.org/room\"", "The link by which one takes part.")
    .aliases("room meeting-link meeting-url join-url join-link zoom conference video call");
const HOME: Key = key("home", Link, "\"https://example.org/\"", "The page about it.")
    .aliases("url link website web homepage home-page site page uri");
/// In a table with sources, where a link is rather one of them.
const HOME_BESIDE_SOURCES: Key = Key { aliases: "website web homepage home-page site page", ..HOME };
const HOSTS: Key = key("hosts", List(&Line(LINE)), "[\"@uklibchat\"]", "Who hosts it.")
    .aliases("host organizer organizers organiser organisers moderator moderators facilitator chair owner");
const CANCELLED: Key = key("cancelled", Line(LINE), "\"no chat that week\"", "Why it does not take place.")
    .aliases("canceled cancel called-off cancellation reason skip");

/// A schedule: the file of one chat.
pub static SCHEDULE: Section = Section {
    header: "",
    doc: "One chat. The name of the file is its slug: it names the feed.",
    keys: &[
        key("title", Line(TITLE), "\"#uklibchat\"", "What the chat is called.").aliases("name chat"),
        key("summary", Line(LINE), "\"UK chat on libraries\"", "What the chat is, in one line.")
            .aliases("topic subject about subtitle tagline"),
        key("description", Text, "\"A monthly discussion.\"", "What the chat is, at length.")
            .aliases("details info text"),
        HASHTAG,
        PLATFORM,
        JOIN,
        HOME,
        HOSTS,
        key("language", Line(35), "\"en\"", "The language spoken, as a BCP 47 tag.").aliases("lang locale"),
        key("tags", List(&Name), "[\"library\", \"uk\"]", "What it is about: categories in feeds; at most 20.")
            .aliases("tag category categories topics keyword keywords"),
        key("successor", Line(LINE), "\"tlskychat\"", "Where its people went: another slug, or a link.")
            .aliases("replaced-by succeeded-by followed-by"),
        key("formerly", Names, "\"ukchat\"", "Older slugs, the oldest first: it keeps their addresses, and its UIDs.")
            .aliases("former previously was old-name aka renamed-from"),
        ZONE,
        TIME,
        DURATION,
        key("series", Tables(&SERIES), "", "A series of regular meetings.")
            .aliases("meeting meetings recurring recurrence regular event events"),
        key("change", Tables(&CHANGE), "", "Details of one regular meeting.")
            .aliases("changes exception exceptions override overrides occurrence occurrences"),
        key("break", Tables(&BREAK), "", "Days without regular meetings.")
            .aliases("breaks pause pauses holiday holidays exdate exdates"),
        key("one-off", Tables(&ONE_OFF), "", "A meeting outside every series.")
            .aliases("one-offs oneoff special specials extra extras single rdate"),
        allow(&ALLOW),
    ],
    required: &[
        required(&["title"]),
        required(&["zone"]),
        Required {
            keys: &["series", "one-off"],
            wording: Some(Wording {
                code: "no-meetings",
                message: "neither [[series]] nor [[one-off]]: the chat never meets",
                help: "add a [[series]] with `every` and `start`, or a [[one-off]] with `date`",
            }),
        },
    ],
    ..EMPTY
};

/// A series of regular meetings.
pub static SERIES: Section = Section {
    header: "[[series]]",
    doc: "A series of regular meetings: one rule, one time of day, one zone, a first date, perhaps a last one.",
    keys: &[
        key("name", Name, "\"west\"", "Distinguishes it from another series with meetings on the same dates.")
            .aliases("id label slug"),
        key("every", Line(LINE), "\"first Tuesday of the month\"", "When it meets, in words.")
            .aliases("frequency freq repeat repeats rhythm cadence interval when day days weekday on"),
        key("rule", Line(LINE), "\"FREQ=MONTHLY;BYDAY=1TU\"", "When it meets, as an RRULE of RFC 5545.")
            .aliases("rrule recurrence recurrence-rule recurrence-rules"),
        key("start", Date, "2013-04-02", "The date of its first meeting, which the rule must give.")
            .aliases("date since first from begin begins starts start-date dtstart"),
        key("until", Date, "2016-12-06", "The last day: it is known to have stopped after it.")
            .aliases("end ends last to through stop stops stopped end-date"),
        key("seen", Date, "2019-02-19", "The last day for which there is evidence that it met.")
            .aliases("last-seen last-met verified checked"),
        key("announced", Date, "2026-12-11", "The last day for which its hosts have announced a meeting.")
            .aliases("published planned scheduled-through announced-through"),
        TIME,
        DURATION,
        ZONE,
        HASHTAG,
        PLATFORM,
        JOIN,
        HOME_BESIDE_SOURCES,
        HOSTS,
        SURE,
        SOURCE,
        NOTE,
    ],
    required: &[required(&["every", "rule"]), required(&["start"]), required(&["confidence"]), required(&["source"])],
    required_here_or_above: &["time", "duration"],
    exclusive: &[
        Exclusive { keys: &["every", "rule"], help: "keep the one that says it best" },
        Exclusive {
            keys: &["until", "seen", "announced"],
            help: "keep `until` if the end is known; if it is not, `announced` as long as its day is to come, else `seen`",
        },
    ],
};

/// Details of one regular meeting.
pub static CHANGE: Section = Section {
    header: "[[change]]",
    doc: "Details of one regular meeting: its topic, that it is moved, that it is cancelled.",
    keys: &[
        key("date", Date, "2014-04-01", "The date that the rule gives it, before any move.")
            .aliases("day on when original original-date occurrence start"),
        key("series", Name, "\"west\"", "The name of its series, where two of them share the date.").aliases("name"),
        TOPIC,
        key("moved-to", Date, "2014-04-08", "The day on which it takes place instead.")
            .aliases("moved move move-to to new-date rescheduled rescheduled-to postponed postponed-to"),
        TIME,
        DURATION,
        ZONE,
        HASHTAG,
        PLATFORM,
        JOIN,
        HOME_BESIDE_SOURCES,
        HOSTS,
        CANCELLED,
        SURE,
        SOURCE,
        NOTE,
    ],
    required: &[
        required(&["date"]),
        Required {
            keys: &[
                "topic",
                "moved-to",
                "time",
                "duration",
                "zone",
                "platform",
                "hashtag",
                "join",
                "home",
                "hosts",
                "cancelled",
                "confidence",
                "source",
                "note",
            ],
            wording: Some(Wording {
                code: "missing-key",
                message: "this [[change]] changes nothing",
                help: "add `topic`, `moved-to`, `time`, `cancelled` or at least `source`",
            }),
        },
    ],
    ..EMPTY
};

/// Days without regular meetings.
pub static BREAK: Section = Section {
    header: "[[break]]",
    doc: "Days without regular meetings, from one through another.",
    keys: &[
        key("from", Date, "2014-08-01", "Its first day.").aliases("start starts since begin begins first date"),
        key("through", Date, "2014-08-31", "Its last day.").aliases("to until till end ends last thru"),
        key("reason", Line(LINE), "\"summer break\"", "Why.").aliases("why because cause title name topic cancelled"),
        SOURCE,
        NOTE,
    ],
    required: &[required(&["from"]), required(&["through"])],
    ..EMPTY
};

/// A meeting outside every series.
pub static ONE_OFF: Section = Section {
    header: "[[one-off]]",
    doc: "A meeting outside every series.",
    keys: &[
        key("date", Date, "2014-07-08", "The day on which it takes place.").aliases("day on when start starts dtstart"),
        key("name", Name, "\"special\"", "Distinguishes it from another meeting of the chat on the same date.")
            .aliases("id label slug"),
        TIME,
        DURATION,
        ZONE,
        TOPIC,
        HASHTAG,
        PLATFORM,
        JOIN,
        HOME_BESIDE_SOURCES,
        HOSTS,
        CANCELLED,
        SURE,
        SOURCE,
        NOTE,
    ],
    required: &[required(&["date"])],
    required_here_or_above: &["time", "duration"],
    ..EMPTY
};

/// A warning that is not to be shown.
pub static ALLOW: Section = Section {
    header: "[[allow]]",
    doc: "Silences one kind of warning in this schedule.",
    keys: &[warning(WARNINGS, "\"gap\""), REASON],
    required: &[required(&["warning"]), required(&["reason"])],
    ..EMPTY
};

/// A warning about the collection that is not to be shown.
static ALLOW_OF_ALL: Section = Section {
    doc: "Silences one kind of warning about the collection as a whole.",
    keys: &[warning(&["large", "near-limit"], "\"large\""), REASON],
    ..ALLOW
};

/// A selection of chats with a feed of its own.
pub static FEED: Section = Section {
    header: "[[feed]]",
    doc: "A selection of chats with a feed of its own: those named and those of the tags, else all, but for some.",
    keys: &[
        key("name", Name, "\"northern\"", "Names the file of the feed.").aliases("slug id file"),
        key("title", Line(TITLE), "\"Library chats of the north\"", "What calendar programs call it.").aliases("label"),
        key("chats", List(&Name), "[\"uklibchat\", \"lthechat\"]", "Slugs of chats that are in it.")
            .aliases("chat slugs with include only"),
        key("tags", List(&Name), "[\"uk\"]", "Tags whose chats are in it.").aliases("tag"),
        key("without", List(&Name), "[\"critlib\"]", "Slugs and tags of chats that are not in it all the same.")
            .aliases("except exclude excluding but not"),
    ],
    required: &[
        required(&["name"]),
        required(&["title"]),
        Required {
            keys: &["chats", "tags", "without"],
            wording: Some(Wording {
                code: "missing-key",
                message: "this [[feed]] selects nothing: it would be the feed of all chats once more",
                help: "add `chats` (slugs), `tags`, or `without` (slugs and tags that are left out)",
            }),
        },
    ],
    ..EMPTY
};

/// `collection.toml`.
pub static COLLECTION: Section = Section {
    header: "",
    doc: "The collection as a whole.",
    keys: &[
        key("title", Line(TITLE), "\"Library chats\"", "What it is called.").aliases("name"),
        key("description", Text, "\"Recurring online chats.\"", "What it is.").aliases("summary about"),
        key("id", Line(253), "\"chats.example.org\"", "The part of every UID after the @; never changed.")
            .if_missing(
                "add a domain name of the community, such as \"chats.example.org\", or a UUID; it must never change",
            )
            .aliases("domain uid uuid"),
        key("site", Link, "\"https://chats.example.org/\"", "The public address of the feeds.")
            .aliases("url link home homepage website address"),
        key(
            "zones",
            List(&Zone),
            "[\"America/New_York\", \"Europe/London\"]",
            "The zones in which every meeting's time is given, besides the host's own.",
        )
        .aliases("zone timezones timezone time-zones tz"),
        key(
            "history",
            Years,
            "2",
            "How many years before the present one a chat's own feed begins; without it, with the first meeting.",
        )
        .aliases("past years keep archive since"),
        key("feed", Tables(&FEED), "", "A selection of chats with a feed of its own.")
            .aliases("feeds selection selections calendar calendars group groups"),
        allow(&ALLOW_OF_ALL),
    ],
    required: &[required(&["title"]), required(&["id"])],
    ..EMPTY
};
