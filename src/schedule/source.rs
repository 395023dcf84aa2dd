//! TOML with spans to a schedule or diagnostics.
