//! How a chat stands, by the day and by the year.

use chatcal::standing::Standing;

use crate::reading::{TOP, day, schedule};

fn series(lines: &str) -> String {
    format!("{TOP}[[series]]\n{lines}confidence = \"confirmed\"\nsource = \"https://example.org/\"\n\n")
}

#[test]
fn a_rule_with_a_count_or_an_until_was_said_to_go_on() {
    for (rule, last) in [("COUNT=3", "2020-03-03"), ("UNTIL=20200401", "2020-04-01")] {
        let lines = format!("rule = \"FREQ=MONTHLY;BYDAY=1TU;{rule}\"\nstart = 2020-01-07\n");
        let chat = schedule("chat", &series(&lines));
        let ended = Standing::Ended(day(last));
        assert_eq!(Standing::on(&chat, day("2026-11-24")), ended, "{rule}");
        assert_eq!(Standing::at_last(&chat), ended, "{rule}");
        assert!(!chat.series[0].is_open(), "{rule}");
    }
}

#[test]
fn a_chat_whose_last_meetings_a_break_takes_was_said_to_have_ended_in_the_future() {
    let lines = "every = \"first Tuesday of the month\"\nstart = 2026-01-06\nuntil = 2026-12-31\n";
    let pause = "[[break]]\nfrom = 2026-10-01\nthrough = 2026-12-31\n";
    let chat = schedule("chat", &(series(lines) + pause));
    assert_eq!(Standing::over(&chat, day("2026-10-15")), Standing::LastMet(day("2026-09-01")));
    assert_eq!(Standing::over(&chat, day("2027-02-01")), Standing::Ended(day("2026-12-31")));
}
