//! The page's own word for its address, believed only within its site.

use url::Url;

use super::meta::Meta;
use super::page::Page;
use super::{Found, Source};
use crate::domain::tracking::strip_tracking;

/// The canonical address, without tracking parameters. One of another site is ignored, and so is the front page where
/// this is a page within: faults that would make one article of many.
pub(super) fn canonical(page: &Page<'_>, meta: &Meta) -> Option<Found<String>> {
    let links = page.document.select("link[rel][href]");
    let link = links
        .nodes()
        .iter()
        .filter(|node| {
            node.attr_or("rel", "")
                .split_ascii_whitespace()
                .any(|rel| rel.eq_ignore_ascii_case("canonical"))
        })
        .filter_map(|node| node.attr("href"))
        .find_map(|href| accepted(page, &href));
    link.map(|address| Found::new(address, Source::Link)).or_else(|| {
        let own = meta.all("og:url").find_map(|address| accepted(page, address))?;
        Some(Found::new(own, Source::OpenGraph))
    })
}

fn accepted(page: &Page<'_>, raw: &str) -> Option<String> {
    let url = page.address(raw)?;
    let front = |url: &Url| url.path() == "/" && url.query().is_none();
    let believed = is_same_site(page.url, &url) && (!front(&url) || front(page.url));
    believed.then(|| strip_tracking(url.as_str()))
}

/// Whether an address belongs to the site of the page: its host, one below it, or the one that it is below. `www.`,
/// `m.`, `mobile.` and `amp.` count for nothing.
fn is_same_site(page: &Url, other: &Url) -> bool {
    let (Some(page), Some(other)) = (page.host(), other.host()) else {
        return false;
    };
    let (url::Host::Domain(page), url::Host::Domain(other)) = (&page, &other) else {
        return page == other;
    };
    let (page, other) = (plain(page), plain(other));
    page == other || is_below(other, page) || (is_below(page, other) && !is_shared(other))
}

fn plain(host: &str) -> &str {
    let host = host.trim_end_matches('.');
    ["www.", "m.", "mobile.", "amp."]
        .iter()
        .find_map(|prefix| host.strip_prefix(prefix))
        .filter(|rest| rest.contains('.'))
        .unwrap_or(host)
}

fn is_below(host: &str, parent: &str) -> bool {
    host.strip_suffix(parent).is_some_and(|front| front.ends_with('.'))
}

/// Whether the names below this one belong to different people: the ends of names in general, and the commonest hosts
/// of other people's pages. Not the whole public list, since all that hangs on it is which posts are alike.
fn is_shared(host: &str) -> bool {
    const HOSTS: &[&str] = &[
        "blogspot.com",
        "fly.dev",
        "github.io",
        "gitlab.io",
        "herokuapp.com",
        "livejournal.com",
        "medium.com",
        "netlify.app",
        "over-blog.com",
        "pages.dev",
        "substack.com",
        "tumblr.com",
        "vercel.app",
        "web.app",
        "weebly.com",
        "wixsite.com",
        "wordpress.com",
        "workers.dev",
    ];
    const SECOND: &[&str] = &[
        "ac", "co", "com", "edu", "gob", "gouv", "gov", "go", "ne", "net", "nom", "or", "org",
    ];
    let mut labels = host.split('.');
    match (labels.next(), labels.next(), labels.next()) {
        (Some(first), Some(last), None) => HOSTS.contains(&host) || (last.len() == 2 && SECOND.contains(&first)),
        (Some(_), None, _) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_its_host_and_what_is_below() {
        let same = |a: &str, b: &str| {
            let url = |host: &str| Url::parse(&format!("https://{host}/a")).unwrap();
            is_same_site(&url(a), &url(b))
        };
        for (a, b) in [
            ("example.org", "example.org"),
            ("www.example.org", "example.org"),
            ("m.example.org", "www.example.org"),
            ("amp.example.co.uk", "example.co.uk"),
            ("example.org", "news.example.org"),
            ("news.example.org", "example.org"),
            ("192.0.2.7", "192.0.2.7"),
        ] {
            assert!(same(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("example.org", "example.com"),
            ("example.org", "badexample.org"),
            ("example.org", "example.org.test"),
            ("example.co.uk", "co.uk"),
            ("one.github.io", "two.github.io"),
            ("one.github.io", "github.io"),
            ("192.0.2.7", "192.0.2.8"),
            ("a.192.example", "192.0.2.7"),
        ] {
            assert!(!same(a, b), "{a} {b}");
        }
    }
}
