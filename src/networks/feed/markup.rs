//! A part as HTML: paragraphs, line breaks, and links with the words that carry them.

use super::xml::{escape, web_address};
use crate::domain::compose::{Part, Target};

/// The part's text as HTML. Everything is escaped but the elements made here: `p`, `br`, `a`.
pub(super) fn of(part: &Part) -> String {
    let text = part.text.as_str();
    let mut spans: Vec<_> = part.spans.iter().collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let (mut inside, mut at) = (String::new(), 0);
    for span in spans {
        let Target::Link(url) = &span.target else { continue };
        let (Some(url), Some(shown), Some(before)) = (
            web_address(url),
            text.get(span.start..span.end),
            text.get(at..span.start),
        ) else {
            continue;
        };
        inside.push_str(&lines(before));
        let label = escape(&shown.replace('\n', " "));
        inside.push_str(&format!(
            "<a href=\"{}\" rel=\"noopener\">{label}</a>",
            escape(url.as_str())
        ));
        at = span.end;
    }
    inside.push_str(&lines(text.get(at..).unwrap_or_default()));
    format!("<p>{inside}</p>").replace("<p></p>", "")
}

/// Text with its line breaks: an empty line parts paragraphs.
fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let paragraphs: Vec<String> = text.split("\n\n").map(|p| escape(p).replace('\n', "<br>")).collect();
    paragraphs.join("</p><p>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::compose::Span;

    fn html(text: &str, links: &[(&str, &str)]) -> String {
        let link = |(shown, url): &(&str, &str)| {
            let start = text.find(shown).unwrap();
            Span {
                start,
                end: start + shown.len(),
                target: Target::Link((*url).to_owned()),
            }
        };
        of(&Part {
            text: text.to_owned(),
            spans: links.iter().map(link).collect(),
            lengths: Vec::new(),
            card: None,
        })
    }

    #[test]
    fn paragraphs_and_links() {
        assert_eq!(
            html(
                "One & two\nlines\n\nRead <it>",
                &[("Read <it>", "https://e.example/?a=1&b=2")]
            ),
            "<p>One &amp; two<br>lines</p><p><a href=\"https://e.example/?a=1&amp;b=2\" rel=\"noopener\">Read &lt;it&gt;</a></p>"
        );
        assert_eq!(html("", &[]), "");
    }

    #[test]
    fn hostile_text_stays_text() {
        let attack = "<script>alert('x')</script>\u{0}\u{1b}[2J";
        assert_eq!(
            html(attack, &[]),
            "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;[2J</p>"
        );
        assert_eq!(html("click", &[("click", "javascript:alert(1)")]), "<p>click</p>");
        let link = html("click", &[("click", "https://e.example/\"onclick='x'")]);
        assert!(!link.contains("\"onclick") && !link.contains("'x'"), "{link}");
        let span = |start, end| Span {
            start,
            end,
            target: Target::Link("https://e.example".to_owned()),
        };
        let part = Part {
            text: "éa".to_owned(),
            spans: vec![span(0, 9), span(1, 2), span(2, 3), span(0, 3)],
            lengths: Vec::new(),
            card: None,
        };
        assert_eq!(of(&part).matches("<a ").count(), 1);
    }
}
