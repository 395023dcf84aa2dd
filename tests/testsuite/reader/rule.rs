//! RRULE by its definition, RFC 5545 3.3.10: each day is asked whether it passes. Only what our feeds may contain.

use chrono::{Datelike, NaiveDate, Weekday};

/// An RRULE's parts.
#[derive(Debug)]
pub struct Rule {
    pub text: String,
    pub frequency: String,
    pub until: Option<String>,
    pub interval: i64,
    pub months: Vec<u32>,
    pub month_days: Vec<i64>,
    pub weekdays: Vec<(i64, Weekday)>,
    pub positions: Vec<i64>,
    pub week_start: Weekday,
}

impl Rule {
    pub fn read(text: &str) -> Self {
        let mut rule = Self {
            text: text.to_owned(),
            frequency: String::new(),
            until: None,
            interval: 1,
            months: Vec::new(),
            month_days: Vec::new(),
            weekdays: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Mon,
        };
        for part in text.split(';') {
            let (name, value) = part.split_once('=').unwrap_or_else(|| panic!("{text}"));
            let numbers = || value.split(',').map(|number| number.parse().unwrap()).collect::<Vec<i64>>();
            match name {
                "FREQ" => value.clone_into(&mut rule.frequency),
                "UNTIL" => rule.until = Some(value.to_owned()),
                "INTERVAL" => rule.interval = value.parse().unwrap(),
                "BYMONTH" => rule.months = numbers().into_iter().map(|month| u32::try_from(month).unwrap()).collect(),
                "BYMONTHDAY" => rule.month_days = numbers(),
                "BYSETPOS" => rule.positions = numbers(),
                "BYDAY" => rule.weekdays = value.split(',').map(weekday_num).collect(),
                "WKST" => rule.week_start = weekday(value),
                _ => panic!("{name} has no place in our feeds: {text}"),
            }
        }
        rule
    }

    /// The dates from `start` through `last`; UNTIL is left to whoever knows the zone.
    pub fn dates(&self, start: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
        self.check_explicit();
        let mut dates = Vec::new();
        // BYSETPOS needs the whole of the first period, and of the last.
        let mut period = Vec::new();
        for day in self.period_start(start).iter_days() {
            if self.begins_period(day) {
                self.pick(&mut dates, &mut period);
                if day > last {
                    break;
                }
            }
            if self.passes(start, day) {
                period.push(day);
            }
        }
        dates.retain(|date| start <= *date && *date <= last);
        dates
    }

    fn pick(&self, dates: &mut Vec<NaiveDate>, period: &mut Vec<NaiveDate>) {
        let size = period.len() as i64;
        for (index, day) in period.drain(..).enumerate() {
            let index = index as i64;
            if self.positions.is_empty() || self.positions.iter().any(|p| *p == index + 1 || *p == index - size) {
                dates.push(day);
            }
        }
    }

    fn begins_period(&self, day: NaiveDate) -> bool {
        match self.frequency.as_str() {
            "DAILY" => true,
            "WEEKLY" => day.weekday() == self.week_start,
            "MONTHLY" => day.day() == 1,
            _ => day.ordinal() == 1,
        }
    }

    fn period_start(&self, day: NaiveDate) -> NaiveDate {
        match self.frequency.as_str() {
            "DAILY" => day,
            "WEEKLY" => day.week(self.week_start).first_day(),
            "MONTHLY" => day.with_day(1).unwrap(),
            "YEARLY" => day.with_day(1).unwrap().with_month(1).unwrap(),
            other => panic!("FREQ={other}"),
        }
    }

    fn passes(&self, start: NaiveDate, day: NaiveDate) -> bool {
        if !self.months.is_empty() && !self.months.contains(&day.month()) {
            return false;
        }
        let months = |date: NaiveDate| i64::from(date.year()) * 12 + i64::from(date.month0());
        let periods = match self.frequency.as_str() {
            "DAILY" => (day - start).num_days(),
            "WEEKLY" => (self.period_start(day) - self.period_start(start)).num_days() / 7,
            "MONTHLY" => months(day) - months(start),
            _ => i64::from(day.year() - start.year()),
        };
        let day_number = i64::from(day.day());
        let month_size = i64::from(day.num_days_in_month());
        let weekday = |(nth, weekday): &(i64, Weekday)| {
            *weekday == day.weekday()
                && match nth.signum() {
                    0 => true,
                    1 => (day_number - 1) / 7 + 1 == *nth,
                    _ => (month_size - day_number) / 7 + 1 == -*nth,
                }
        };
        periods % self.interval == 0
            && (self.month_days.is_empty()
                || self.month_days.iter().any(|d| *d == day_number || *d == day_number - month_size - 1))
            && (self.weekdays.is_empty() || self.weekdays.iter().any(weekday))
    }

    /// Our feeds leave nothing for DTSTART to say but the phase, and number weekdays within a month.
    fn check_explicit(&self) {
        let numbered = self.weekdays.iter().any(|(nth, _)| *nth != 0);
        let says_day = !self.weekdays.is_empty() || !self.month_days.is_empty();
        let explicit = match self.frequency.as_str() {
            "DAILY" => !numbered && !says_day,
            "WEEKLY" => !numbered && self.month_days.is_empty() && !self.weekdays.is_empty(),
            "MONTHLY" => says_day,
            _ => says_day && self.months.len() == 1,
        };
        assert!(explicit, "{self:?}");
    }
}

fn weekday_num(text: &str) -> (i64, Weekday) {
    let (nth, code) = text.split_at(text.len() - 2);
    (if nth.is_empty() { 0 } else { nth.parse().unwrap() }, weekday(code))
}

fn weekday(code: &str) -> Weekday {
    use Weekday::{Fri, Mon, Sat, Sun, Thu, Tue, Wed};
    let codes = [("MO", Mon), ("TU", Tue), ("WE", Wed), ("TH", Thu), ("FR", Fri), ("SA", Sat), ("SU", Sun)];
    codes.into_iter().find(|(known, _)| *known == code).unwrap_or_else(|| panic!("{code}")).1
}
