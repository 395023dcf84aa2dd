//! How a chat stands, by the day and by the year.

use chatcal::schedule::LastKnown;
use chatcal::standing::Standing;
use chatcal::zone::{Instant, Zone};
use chrono::NaiveTime;

use crate::reading::{TOP, day, schedule};

fn noon(day: &str) -> Instant {
    Zone::UTC.instant(crate::reading::day(day), NaiveTime::from_hms_opt(12, 0, 0).unwrap())
}

fn series(lines: &str) -> String {
    format!("{TOP}[[series]]\n{lines}confidence = \"confirmed\"\nsource = \"https://example.org/\"\n\n")
}

#[test]
fn a_rule_with_a_count_or_an_until_was_said_to_go_on() {
    let ended = Standing::Ended(day("2020-03-03"));
    for rule in ["COUNT=3", "UNTIL=20200401"] {
        let lines = format!("rule = \"FREQ=MONTHLY;BYDAY=1TU;{rule}\"\nstart = 2020-01-07\n");
        let chat = schedule("chat", &series(&lines));
        assert_eq!(Standing::at(&chat, noon("2026-11-24")), ended, "{rule}");
        assert_eq!(Standing::in_year(&chat, 2026), "ended March 2020", "{rule}");
        assert!(!chat.series[0].is_open(), "{rule}");
    }
}

#[test]
fn a_chat_whose_last_meetings_a_break_takes_was_said_to_run_by_list_and_to_have_ended_in_the_future_by_next() {
    let lines = "every = \"first Tuesday of the month\"\nstart = 2026-01-06\nuntil = 2026-12-31\n";
    let pause = "[[break]]\nfrom = 2026-10-01\nthrough = 2026-12-31\n";
    let chat = schedule("chat", &(series(lines) + pause));
    assert_eq!(Standing::at(&chat, noon("2026-09-01")), Standing::Running);
    for later in ["2026-10-15", "2027-02-01"] {
        assert_eq!(Standing::at(&chat, noon(later)), Standing::Ended(day("2026-09-01")), "{later}");
    }
    assert_eq!(Standing::in_year(&chat, 2026), "from January 2026 to September 2026");
}

#[test]
fn a_meeting_without_evidence_was_said_to_have_been_the_last() {
    let one_off = |date: &str, lines: &str| format!("[[one-off]]\ndate = {date}\n{lines}\n");
    let (confirmed, inferred) = ("source = \"https://example.org/\"", "confidence = \"inferred\"");
    let guessed_hour = format!("{confirmed}\n{inferred}");
    let two = one_off("2020-05-05", confirmed) + &one_off("2020-06-02", inferred);
    let chat = schedule("chat", &(TOP.to_owned() + &two));
    assert_eq!(Standing::at(&chat, noon("2026-10-15")), Standing::LastMet(day("2020-05-05")));
    let chat = schedule("chat", &(TOP.to_owned() + &one_off("2020-06-02", inferred)));
    assert_eq!(Standing::at(&chat, noon("2026-10-15")), Standing::Unknown);
    assert_eq!(Standing::in_year(&chat, 2026), "no meeting confirmed");
    assert_eq!(Standing::in_year(&chat, 2019), "meetings known until 2 June 2020");
    let chat = schedule("chat", &(TOP.to_owned() + &one_off("2020-06-02", &guessed_hour)));
    assert_eq!(Standing::at(&chat, noon("2026-10-15")), Standing::LastMet(day("2020-06-02")));
}

#[test]
fn on_the_evening_of_its_last_meeting_a_chat_goes_on_until_the_meeting_is_over() {
    let lines = "every = \"Tuesday\"\nstart = 2026-01-06\nuntil = 2026-10-06\n";
    let chat = schedule("chat", &series(lines));
    let local = |time: &str| chat.zone.instant(day("2026-10-06"), time.parse().unwrap());
    assert_eq!(Standing::at(&chat, local("19:00:00")), Standing::Running);
    assert_eq!(Standing::at(&chat, local("22:00:00")), Standing::Ended(day("2026-10-06")));
}

#[test]
fn the_page_of_a_year_said_that_a_chat_runs_that_begins_years_later() {
    let later = series("every = \"Tuesday\"\nstart = 2028-01-04\n");
    let chat = schedule("chat", &later);
    assert_eq!(Standing::in_year(&chat, 2026), "from January 2028, no known end");
    assert_eq!(Standing::in_year(&chat, 2029), "running, no known end");
    let earlier = later.replace("2028-01-04", "2020-01-07").replace(TOP, "") + "until = 2022-12-27\n";
    let chat = schedule("chat", &(later + &earlier));
    assert_eq!(Standing::in_year(&chat, 2026), "from January 2028, no known end");
    assert_eq!(Standing::at(&chat, noon("2026-10-15")), Standing::Resumes(day("2028-01-04")));
}

#[test]
fn a_chat_was_not_running_while_it_met_past_midnight_or_in_a_zone_far_west_of_its_own() {
    let late = series("every = \"Tuesday\"\nstart = 2026-01-06\ntime = \"23:00\"\nduration = \"2h\"\n");
    let chat = schedule("chat", &late);
    let half_past_midnight = chat.zone.instant(day("2026-11-25"), NaiveTime::from_hms_opt(0, 30, 0).unwrap());
    assert_eq!(Standing::at(&chat, half_past_midnight), Standing::Running);

    let west = series("every = \"Tuesday\"\nstart = 2026-01-06\nzone = \"America/Los_Angeles\"\n");
    let chat = schedule("chat", &west.replace("Europe/London", "Australia/Sydney"));
    let hours = (0..48).map(|hour| noon("2026-11-24").plus_seconds(hour * 3_600));
    hours.for_each(|at| assert_eq!(Standing::at(&chat, at), Standing::Running, "{at:?}"));
}

#[test]
fn a_meeting_that_was_moved_past_the_end_of_its_series_is_a_single_one() {
    let lines = "every = \"Tuesday\"\nstart = 2026-01-06\nuntil = 2026-10-06\n";
    let moved = "[[change]]\ndate = 2026-10-06\nmoved-to = 2026-12-01\n";
    let chat = schedule("chat", &(series(lines) + moved));
    assert_eq!(Standing::at(&chat, noon("2026-10-01")), Standing::Running);
    assert_eq!(Standing::at(&chat, noon("2026-11-01")), Standing::Meets(day("2026-12-01")));
}

#[test]
fn a_cancelled_last_meeting_was_the_end_of_its_chat_on_the_page_but_not_in_list() {
    let lines = "every = \"first Tuesday of the month\"\nstart = 2026-01-06\nuntil = 2026-12-31\n";
    let cancelled = "[[change]]\ndate = 2026-12-01\ncancelled = \"no host\"\n";
    let chat = schedule("chat", &(series(lines) + cancelled));
    let ended = Standing::Ended(day("2026-11-03"));
    assert_eq!(Standing::at(&chat, noon("2026-11-24")), ended);
    assert_eq!(Standing::in_year(&chat, 2026), "from January 2026 to November 2026");
    assert_eq!(Standing::in_year(&chat, 2027), "ended November 2026");
    let brought_back =
        "\n[[break]]\nfrom = 2026-10-01\nthrough = 2026-12-31\n\n[[change]]\ndate = 2026-10-06\ntopic = \"Back\"\n";
    let chat = schedule("chat", &(series(lines) + cancelled + brought_back));
    assert_eq!(Standing::at(&chat, noon("2026-11-24")), Standing::Ended(day("2026-10-06")));
}

#[test]
fn an_open_chat_in_an_endless_break_was_said_to_have_ended() {
    let lines = "every = \"Tuesday\"\nstart = 2026-01-06\n";
    let endless = "[[break]]\nfrom = 2026-03-01\nthrough = 9999-12-31\n";
    let chat = schedule("chat", &(series(lines) + endless));
    assert_eq!(Standing::at(&chat, noon("2026-02-01")), Standing::Running);
    assert_eq!(Standing::at(&chat, noon("2026-11-24")), Standing::Paused);
    for year in [2026, 2027] {
        assert_eq!(Standing::in_year(&chat, year), "paused, no known end");
    }
}

#[test]
fn the_page_said_of_a_chat_to_come_that_it_was_last_seen_in_the_future() {
    let chat = schedule("chat", &series("every = \"Tuesday\"\nstart = 2027-02-02\nseen = 2027-02-02\n"));
    assert_eq!(Standing::at(&chat, noon("2026-11-24")), Standing::Begins(day("2027-02-02")));
    assert_eq!(Standing::in_year(&chat, 2026), "from February 2027, no known end");
    assert_eq!(Standing::in_year(&chat, 2027), "last seen 2 February 2027");
}

#[test]
fn a_rule_that_is_assumed_was_running_in_list_and_unconfirmed_everywhere_else() {
    let lines = series("every = \"Tuesday\"\nstart = 2023-01-03\n").replace("confirmed", "assumed");
    let chat = schedule("chat", &lines);
    assert_eq!(Standing::at(&chat, noon("2026-11-24")), Standing::Unconfirmed(None));
    assert_eq!(Standing::in_year(&chat, 2026), "unconfirmed, no known end");
}

#[test]
fn a_chat_was_said_to_begin_on_the_day_from_which_its_first_meeting_was_moved_or_called_off() {
    let chat = |change: &str| {
        let lines = series("every = \"first Monday of the month\"\nstart = 2026-12-07\n");
        schedule("chat", &format!("{lines}[[change]]\ndate = 2026-12-07\n{change}\n"))
    };
    let begins = |change: &str| Standing::at(&chat(change), noon("2026-11-24"));
    assert_eq!(begins("moved-to = 2026-12-01"), Standing::Begins(day("2026-12-01")));
    assert_eq!(begins("cancelled = \"no host\""), Standing::Begins(day("2027-01-04")));
}

#[test]
fn a_chat_in_its_summer_break_was_running() {
    let lines = "every = \"Tuesday\"\nstart = 2026-01-06\n";
    let chat = schedule("chat", &(series(lines) + "[[break]]\nfrom = 2026-07-01\nthrough = 2026-08-31\n"));
    assert_eq!(Standing::at(&chat, noon("2026-07-15")), Standing::Resumes(day("2026-09-01")));
    assert_eq!(Standing::at(&chat, noon("2026-06-30")), Standing::Running);
    assert_eq!(Standing::in_year(&chat, 2026), "from January 2026, no known end");
    assert_eq!(Standing::in_year(&chat, 2027), "running, no known end");
}

#[test]
fn the_page_knew_no_beginning_of_a_chat_that_ends_and_another_end_than_list() {
    let later = schedule("chat", &series("every = \"Tuesday\"\nstart = 2028-01-04\nuntil = 2028-12-26\n"));
    assert_eq!(Standing::in_year(&later, 2026), "from January 2028 to December 2028");
    let fading = series("every = \"Tuesday\"\nstart = 2020-01-07\nseen = 2026-11-03\n");
    let ended = series("every = \"Thursday\"\nstart = 2020-01-02\nuntil = 2026-11-12\n").replace(TOP, "");
    let both = schedule("chat", &(fading + &ended));
    let seen = LastKnown::Seen(day("2026-11-03"));
    assert_eq!(Standing::at(&both, noon("2026-11-24")), Standing::Unconfirmed(Some(seen)));
    assert_eq!(Standing::in_year(&both, 2026), "last seen 3 November 2026");
}

#[test]
fn moving_its_last_meeting_by_a_day_made_of_a_chat_that_ended_one_of_single_meetings() {
    let lines = "every = \"Tuesday\"\nstart = 2020-01-07\nuntil = 2026-10-06\n";
    let chat = schedule("chat", &(series(lines) + "[[change]]\ndate = 2026-10-06\nmoved-to = 2026-10-07\n"));
    assert_eq!(Standing::at(&chat, noon("2026-11-24")), Standing::Ended(day("2026-10-07")));
    assert_eq!(Standing::in_year(&chat, 2026), "until October 2026");
}

#[test]
fn what_is_announced_is_not_said_to_have_been_seen() {
    let chat = schedule("chat", &series("every = \"Tuesday\"\nstart = 2026-01-06\nannounced = 2026-12-08\n"));
    let known = LastKnown::Announced(day("2026-12-08"));
    assert_eq!(Standing::at(&chat, noon("2026-12-08")), Standing::Running);
    let later = Standing::at(&chat, noon("2026-12-09"));
    assert_eq!(
        (later, &later.to_string()[..]),
        (Standing::Unconfirmed(Some(known)), "unconfirmed, announced through 8 December 2026")
    );
    assert_eq!((later.word(), later.date()), ("unconfirmed", Some(day("2026-12-08"))));
    assert_eq!(Standing::in_year(&chat, 2027), "announced through 8 December 2026");
    // It fades out as one that was seen on that day.
    let over = Standing::at(&chat, noon("2027-12-09"));
    assert_eq!(
        (over, over.word(), &over.to_string()[..]),
        (Standing::LastSeen(known), "last announced", "announced through 8 December 2026")
    );
}
