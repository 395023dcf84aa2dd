//! What the page may do in a browser: run its one script, use its one style, and ask the network for nothing.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// A text as browsers hash it: they read every line break as a line feed, so a checkout with CRLF must not matter.
pub fn as_read(text: &'static str) -> Cow<'static, str> {
    if text.contains('\r') { Cow::Owned(text.replace('\r', "")) } else { Cow::Borrowed(text) }
}

/// Content-Security-Policy for a page with this script and this style, by their hashes.
pub fn policy(script: &str, style: &str) -> String {
    format!(
        "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; \
         form-action 'none'",
        STANDARD.encode(Sha256::digest(script)),
        STANDARD.encode(Sha256::digest(style))
    )
}
