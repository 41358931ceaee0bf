//! The feed's page for people: one HTML file that loads nothing, runs nothing, and reads well in any width, at night,
//! and aloud.

use super::render::{Entry, Site, anchor};
use super::xml::{escape, language, web_address};
use share::share;

mod share;

/// The places to share on wrap in a narrow window; each is at least 24 pixels wide and high, so that a finger finds it.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{margin:0 auto;max-width:42rem;padding:1rem;font:1.05rem/1.6 system-ui,sans-serif;color:#1b1b1b;background:#fff;overflow-wrap:anywhere}\
a{color:#0b4f9e}h1{font-size:1.7rem;line-height:1.25}h2{font-size:1.25rem;line-height:1.3;margin:0 0 .25rem}\
article{border-top:1px solid #767676;padding:1rem 0}article p{margin:.5rem 0}article img{max-width:100%;height:auto}.when,.share span{color:#555}.when,.share{font-size:.9rem}\
.share,.share ul{display:flex;flex-wrap:wrap;align-items:center;margin:0;padding:0;list-style:none}.share ul{margin-inline:-.4rem}\
.share a{display:block;box-sizing:border-box;min-width:24px;min-height:24px;padding:.2rem .4rem;text-align:center}\
@media print{.share{display:none}}\
.skip:not(:focus){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}:focus-visible{outline:3px solid #0b4f9e;outline-offset:2px}\
@media(prefers-color-scheme:dark){body{color:#e9e9e9;background:#15171a}a{color:#8fbcff}.when,.share span{color:#b5b5b5}:focus-visible{outline-color:#8fbcff}}";

/// The page; entries newest first.
pub(super) fn page(site: &Site, entries: &[Entry]) -> String {
    let title = escape(&site.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n\
         <title>{title}</title>\n\
         <link rel=\"alternate\" type=\"application/atom+xml\" title=\"Atom\" href=\"feed.atom\">\n\
         <link rel=\"alternate\" type=\"application/feed+json\" title=\"JSON Feed\" href=\"feed.json\">\n\
         <style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#posts\" lang=\"en\">Skip to the posts</a>\n<header>\n<h1>{title}</h1>\n",
        language(&site.language),
        direction(&site.language)
    );
    out.push_str("<p>");
    if let Some(website) = site.website.as_deref().and_then(web_address) {
        let host = escape(website.host_str().unwrap_or("website"));
        out.push_str(&format!(
            "<a href=\"{}\" rel=\"noopener\">{host}</a> · ",
            escape(website.as_str())
        ));
    }
    out.push_str("<span lang=\"en\"><a href=\"feed.atom\">Atom feed</a> · <a href=\"feed.json\">JSON feed</a></span></p>\n</header>\n");
    out.push_str("<main id=\"posts\" tabindex=\"-1\">\n");
    if entries.is_empty() {
        out.push_str("<p lang=\"en\">No posts yet.</p>\n");
    }
    for entry in entries {
        article(&mut out, site, entry);
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// Languages that are written from right to left.
const RIGHT_TO_LEFT: &[&str] = &["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

fn direction(tag: &str) -> &'static str {
    let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if RIGHT_TO_LEFT.contains(&primary.as_str()) {
        "rtl"
    } else {
        "ltr"
    }
}

fn article(out: &mut String, site: &Site, entry: &Entry) {
    let lang = language(entry.language.as_deref().unwrap_or(&site.language));
    out.push_str(&format!(
        "<article id=\"{}\" lang=\"{lang}\" dir=\"auto\">\n",
        anchor(&entry.id)
    ));
    if let Some(title) = entry.title.as_deref().map(str::trim).filter(|title| !title.is_empty()) {
        let title = escape(title);
        match entry.url.as_deref().and_then(web_address) {
            Some(url) => out.push_str(&format!(
                "<h2><a href=\"{}\" rel=\"noopener\">{title}</a></h2>\n",
                escape(url.as_str())
            )),
            None => out.push_str(&format!("<h2>{title}</h2>\n")),
        }
    }
    // Digits alone, as the page may be in any language.
    let shown = entry.published.strftime("%Y-%m-%d %H:%M UTC");
    out.push_str(&format!(
        "<p class=\"when\"><time datetime=\"{}\">{shown}</time></p>\n",
        entry.published
    ));
    out.push_str(&entry.safe_html(site));
    out.push('\n');
    share(out, entry, lang);
    out.push_str("</article>\n");
}
