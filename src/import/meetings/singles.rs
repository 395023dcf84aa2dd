//! Single meetings, each found by the instant at which it begins or by its day: an event may have thousands, and
//! thousands of exceptions, each of which asks for one of them.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::import::draft::SingleDraft;
use crate::import::event::DateOrTime;

/// Single meetings in the order in which they came.
#[derive(Debug, Default)]
pub struct Singles {
    /// Nothing where one was taken out.
    places: Vec<Option<SingleDraft>>,
    /// The places by the second in which the meetings begin.
    by_instant: BTreeSet<(i64, usize)>,
    by_day: BTreeSet<(NaiveDate, usize)>,
}

impl Singles {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_day.is_empty()
    }

    /// Adds a meeting.
    pub fn push(&mut self, single: SingleDraft) {
        self.places.push(None);
        self.put(self.places.len() - 1, single);
    }

    /// The first place of a meeting that begins then, or on that day.
    pub fn find(&self, when: DateOrTime) -> Option<usize> {
        match when {
            DateOrTime::At(at) => first(&self.by_instant, at.to_the_minute().instant().unix_seconds()),
            DateOrTime::Date(day) => first(&self.by_day, day),
        }
    }

    /// Takes out all meetings that begin then, or on that day; says whether there were any.
    pub fn remove(&mut self, when: DateOrTime) -> bool {
        let mut any = false;
        while let Some(place) = self.find(when) {
            self.take(place);
            any = true;
        }
        any
    }

    /// Puts a meeting in the place of another one.
    pub fn replace(&mut self, place: usize, single: SingleDraft) {
        self.take(place);
        self.put(place, single);
    }

    /// Changes each meeting.
    pub fn each(&mut self, mut change: impl FnMut(&mut SingleDraft)) {
        for place in 0..self.places.len() {
            if let Some(mut single) = self.take(place) {
                change(&mut single);
                self.put(place, single);
            }
        }
    }

    /// All of them, in order.
    pub fn into_all(self) -> impl Iterator<Item = SingleDraft> {
        self.places.into_iter().flatten()
    }

    fn put(&mut self, place: usize, single: SingleDraft) {
        self.by_instant.insert((single.at().instant().unix_seconds(), place));
        self.by_day.insert((single.one_off.date, place));
        self.places[place] = Some(single);
    }

    fn take(&mut self, place: usize) -> Option<SingleDraft> {
        let single = self.places[place].take()?;
        self.by_instant.remove(&(single.at().instant().unix_seconds(), place));
        self.by_day.remove(&(single.one_off.date, place));
        Some(single)
    }
}

/// The first place of a key.
fn first<K: Ord + Copy>(places: &BTreeSet<(K, usize)>, key: K) -> Option<usize> {
    places.range((key, 0)..=(key, usize::MAX)).next().map(|(_, place)| *place)
}
