//! "Did you mean": the known word nearest to one that is not known.

/// The candidate that a word was probably meant to be: at most a third of its letters differ, case aside.
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    // Nobody mistypes a word of hundreds of letters, and comparing takes the square of its length.
    if word.len() > 100 {
        return None;
    }
    let word = word.to_lowercase();
    let letters = word.chars().count();
    let near = candidates.into_iter().filter_map(|candidate| {
        let (others, longest) = (candidate.chars().count(), letters.max(candidate.chars().count()));
        // At least as many letters differ as the one is longer, and to compare takes a while.
        if letters.abs_diff(others) * 3 > longest {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&word, &candidate.to_lowercase());
        (distance * 3 <= longest).then_some((distance, candidate))
    });
    near.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// The question whether a word was meant.
pub fn did_you_mean(word: &str) -> String {
    format!("did you mean \"{word}\"?")
}
