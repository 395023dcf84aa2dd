//! English to rule and back.
