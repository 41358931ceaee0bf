//! "Share this on": for each network the address at which a reader shares an article, link and title filled in.
//!
//! Plain addresses: nothing is asked of a network before a reader follows one, and none of them names an app, an
//! account or a campaign. The link is whole in each; the title is shortened where the network has a limit. All is
//! percent-encoded as UTF-8, a space as `%20`, so that what comes out is what went in, in any script.
//!
//! # Where the addresses come from
//!
//! Looked up in November 2026 in stored copies of these pages; nothing was tried against the networks themselves.
//!
//! - X: `x.com/intent/tweet?text=…&url=…`, docs.x.com/x-for-websites/post-button/guides/web-intent. Text and link
//!   together are at most 280, the link as X shortens it.
//! - Facebook: `sharer/sharer.php?u=…`, which takes the link alone. Facebook's own pages now describe only
//!   `dialog/share`, which needs an app's id (developers.facebook.com/docs/sharing/reference/share-dialog); that
//!   `sharer.php` works without one is the experience of others (github.com/nygardk/react-share/issues/43,
//!   github.com/stefanbohacek/SimpleSharingButtons/issues/23).
//! - Bluesky: `bsky.app/intent/compose?text=…`, docs.bsky.app/docs/advanced-guides/intent-links: 300 grapheme
//!   clusters, the link being part of the text.
//! - Mastodon: `share.joinmastodon.org/#text=…`, the project's own page, where readers choose their server
//!   (blog.joinmastodon.org/2026/03/a-new-share-button; github.com/mastodon/share `src/Instructions.tsx`,
//!   `src/utils.ts`). Behind `#` the text stays in the browser.
//! - LinkedIn: `sharing/share-offsite/?url=…`, the link alone. LinkedIn documents only its script
//!   (learn.microsoft.com/linkedin/consumer/integrations/self-serve/plugins/share-plugin); that its old address leads
//!   to this one, and that other parameters are ignored, is in github.com/bradvin/social-share-urls/issues/646.
//! - Threads: `www.threads.com/intent/post?text=…&url=…`,
//!   developers.facebook.com/documentation/threads/threads-web-intents. A post has 500 characters; whether the link
//!   counts is not said there, so it is counted.
//! - WhatsApp: `wa.me/?text=…`. The page on "click to chat" that was found (faq.whatsapp.com/general/26000030) shows
//!   the form with a telephone number; the form without one, which lets readers choose the chat, is taken from wide
//!   use.
//! - Telegram: `t.me/share/url?url=…&text=…`, core.telegram.org/widgets/share ("Custom buttons").
//! - E-mail: `mailto:?subject=…&body=…`, RFC 6068: no `+` for a space (section 5), line breaks of the body as
//!   `%0D%0A` (section 5), no recipient (section 2).

use url::Url;
use url::form_urlencoded::byte_serialize;

use super::compose::Unit;
use words::{is_direction_mark, shorten, tidy};

#[cfg(test)]
mod tests;
mod words;

/// A way to share an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Its word in the JSON: `x`, `facebook`, … `whatsapp`, `telegram`, `email`.
    pub network: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// ASCII without spaces; `https:`, or `mailto:` for e-mail.
    pub url: String,
}

/// A post on X, in its weights.
const X: usize = 280;
/// What X and Mastodon count for a link, however long it is.
const SHORT_LINK: usize = 23;
/// A post on Bluesky, in grapheme clusters.
const BLUESKY: usize = 300;
/// A post on Threads, and on Mastodon where the server says nothing else; in grapheme clusters. A longer title goes
/// nowhere: mail programs and proxies do not take addresses of any length.
const POST: usize = 500;

/// The ways to share an article, always in the same order; none where its address is no `http` or `https` address.
///
/// Title and link come out of each address as they went in, except that line ends become LF (CRLF in the body of a
/// mail, a space in its subject), control characters and unpaired direction marks are left out, and an address that
/// holds what would end it early (white space, quotes, brackets) is percent-encoded there. An empty title: the link
/// alone.
#[must_use]
pub fn links(article: &str, title: &str) -> Vec<Share> {
    let Some(link) = address(article) else {
        return Vec::new();
    };
    let link = link.as_str();
    let title = tidy(title);
    // The limit holds for title, line break (or space) and link.
    let beside = |limit: usize, link: usize, count: &dyn Fn(&str) -> usize| {
        shorten(&title, |words| words.is_empty() || count(words) + 1 + link <= limit)
    };
    let graphemes = |text: &str| Unit::Graphemes.measure(text);
    let threads = |text: &str| Unit::Threads.measure(text);
    let x = beside(X, SHORT_LINK, &|text| Unit::Weighted.measure(text));
    let bluesky = beside(BLUESKY, graphemes(link), &graphemes);
    let mastodon = beside(POST, SHORT_LINK, &with_short_links);
    let on_threads = beside(POST, threads(link), &threads);
    let title = beside(POST, 0, &graphemes);
    let subject = title.split('\n').map(str::trim).filter(|line| !line.is_empty());
    let subject = subject.collect::<Vec<_>>().join(" ");
    let body = under_each_other(&title, link).replace('\n', "\r\n");

    let share = |network, label, start: &str, fields: &[(&str, &str)]| Share {
        network,
        label,
        url: filled(start, fields),
    };
    vec![
        share("x", "X", "https://x.com/intent/tweet?", &[("text", &x), ("url", link)]),
        share(
            "facebook",
            "Facebook",
            "https://www.facebook.com/sharer/sharer.php?",
            &[("u", link)],
        ),
        share(
            "bluesky",
            "Bluesky",
            "https://bsky.app/intent/compose?",
            &[("text", &under_each_other(&bluesky, link))],
        ),
        share(
            "mastodon",
            "Mastodon",
            "https://share.joinmastodon.org/#",
            &[("text", &under_each_other(&mastodon, link))],
        ),
        share(
            "linkedin",
            "LinkedIn",
            "https://www.linkedin.com/sharing/share-offsite/?",
            &[("url", link)],
        ),
        share(
            "threads",
            "Threads",
            "https://www.threads.com/intent/post?",
            &[("text", &on_threads), ("url", link)],
        ),
        share(
            "whatsapp",
            "WhatsApp",
            "https://wa.me/?",
            &[("text", &under_each_other(&title, link))],
        ),
        share(
            "telegram",
            "Telegram",
            "https://t.me/share/url?",
            &[("url", link), ("text", &title)],
        ),
        share("email", "E-mail", "mailto:?", &[("subject", &subject), ("body", &body)]),
    ]
}

/// The article's address as it was given, if networks will take it for one to its end; else as a browser writes it.
fn address(article: &str) -> Option<String> {
    let article = article.trim();
    let url = Url::parse(article)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))?;
    // What no address may hold (RFC 3987, section 2.2), or what turns its direction.
    let ends_it = |c: char| c.is_whitespace() || c.is_control() || is_direction_mark(c) || "\"<>\\^`{|}".contains(c);
    let whole = words::is_address(article) && !article.contains(ends_it);
    Some(if whole { article.to_owned() } else { url.into() })
}

/// Title and link, each on lines of its own: so no direction mark of the title reaches the link.
fn under_each_other(title: &str, link: &str) -> String {
    if title.is_empty() {
        link.to_owned()
    } else {
        format!("{title}\n{link}")
    }
}

/// The length of a text in which the network counts every link as [`SHORT_LINK`], also one without `https://`, such as
/// `example.org`. Never too low: each dot that could be a domain's is counted as a link beside the text itself.
fn with_short_links(text: &str) -> usize {
    let in_domain = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + 1..).and_then(|after| after.chars().next());
        before.is_some_and(|c| !c.is_whitespace()) && after.is_some_and(char::is_alphabetic)
    };
    let dots = text.match_indices('.').filter(|(at, _)| in_domain(*at)).count();
    Unit::Graphemes.measure(text) + SHORT_LINK * dots
}

/// An address with its fields, the empty ones left out.
fn filled(start: &str, fields: &[(&str, &str)]) -> String {
    let mut url = start.to_owned();
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        if !url.ends_with(['?', '#']) {
            url.push('&');
        }
        url.push_str(name);
        url.push('=');
        // As in a form, but for the space; a plus sign of the text is `%2B` by now.
        for piece in byte_serialize(value.as_bytes()) {
            url.push_str(if piece == "+" { "%20" } else { piece });
        }
    }
    url
}
