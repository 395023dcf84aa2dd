//! Links by which calendar programs subscribe to a feed. None of them has a published contract; these are the forms
//! that are known to work.

use maud::{Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::clean::{Label, bdi};
use crate::schedule::Collection;

/// A feed as the page offers it.
#[derive(Clone, Copy, Debug)]
pub struct Offer<'a> {
    /// Its path in `out/` without `.ics`: a slug, `all`, `tag/` and a tag, or `feed/` and a selection.
    pub key: &'a str,
    /// What stands on the closed list of links, before the name.
    pub words: &'a str,
    /// What the calendar will be called.
    pub name: &'a str,
    /// Whether it has a repeating form to import once: the chats' own feeds do.
    pub once: bool,
}

/// Where `out/` is published, without the scheme: `example.org/chats/`.
pub fn host_and_path(collection: &Collection) -> Option<&str> {
    let site = collection.site.as_ref()?.as_str();
    site.strip_prefix("https://").or_else(|| site.strip_prefix("http://"))
}

/// The links of a feed. Without a published address only what works from where the page stands; the script adds the
/// others by the same forms.
pub fn links(offer: Offer<'_>, site: Option<&str>) -> Markup {
    let Offer { key, words, name, once } = offer;
    let link = |target: &str, address: &str, words: &str| {
        html! { li { a data-chat=(key) data-subscribe=(target) href=(address) { (words) } } }
    };
    html! {
        details.subscribe data-name=[site.is_none().then_some(Label(name))] {
            summary { (words) span.vh { " to " (bdi(name)) } }
            ul {
                @if let Some(site) = site {
                    @let feed = format!("{site}{key}.ics");
                    @let (webcal, https) = (encode(&format!("webcal://{feed}")), encode(&format!("https://{feed}")));
                    @let query = format!("addfromweb?url={https}&name={}", encode(name));
                    (link("webcal", &format!("webcal://{feed}"), "Apple Calendar, Thunderbird"))
                    (link("google", &format!("https://calendar.google.com/calendar/u/0/r?cid={webcal}"), "Google Calendar"))
                    (link("outlook", &format!("https://outlook.live.com/calendar/0/{query}"), "Outlook.com"))
                    (link("microsoft365", &format!("https://outlook.office.com/calendar/0/{query}"), "Microsoft 365"))
                    (link("copy", &format!("https://{feed}"), "copy this address"))
                } @else {
                    (link("copy", &format!("{key}.ics"), "copy this address"))
                }
            }
            @if once {
                p.once {
                    a data-chat=(key) data-subscribe="once" href=(format!("repeating/{key}.ics")) download {
                        "One-time copy: will not update"
                    }
                }
            }
        }
    }
}

/// Everything but what RFC 3986 2.3 calls unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A text as a value in the query of an address.
fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}
