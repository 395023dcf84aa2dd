//! How much of something random is tried.

use proptest::prelude::ProptestConfig;

/// So many random cases, or as many as `PROPTEST_CASES` says. One that fails is printed, and becomes a case by itself.
pub fn cases(usual: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual);
    println!("{cases} random cases");
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
