//! The text as a network wants it written: its own signs for links, and everything else so that it stands as it is.

use std::borrow::Cow;

use super::{Span, Target};

/// How a network writes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Markup {
    /// As it stands; spans travel beside it, or not at all.
    None,
    /// Markdown: `[label](url)`, a backslash before what would be taken for markup.
    Discord,
    /// `<url|label>`; exactly `&`, `<` and `>` are escaped (api.slack.com, "Formatting text for app surfaces").
    Slack,
    /// "Little text" (learn.microsoft.com, `little-text-format`): a backslash before every reserved character; hashtags
    /// keep their `#`. An unescaped `(` cuts the rest of the post off, with a 201.
    LittleText,
}

/// The text as it is sent. Sorted spans that do not overlap, as the composer gives them.
#[must_use]
pub fn write<'a>(text: &'a str, spans: &[Span], markup: Markup) -> Cow<'a, str> {
    if markup == Markup::None {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8 + 32);
    let mut at = 0;
    for span in spans {
        let (Some(before), Some(shown)) = (text.get(at..span.start), text.get(span.start..span.end)) else {
            continue;
        };
        // Discord finds the addresses of a text by itself, and where they end.
        if markup == Markup::Discord && matches!(&span.target, Target::Link(url) if url == shown) {
            continue;
        }
        plain(&mut out, before, markup);
        marked(&mut out, shown, &span.target, markup);
        at = span.end;
    }
    plain(&mut out, text.get(at..).unwrap_or_default(), markup);
    Cow::Owned(out)
}

fn marked(out: &mut String, shown: &str, target: &Target, markup: Markup) {
    match (markup, target) {
        (Markup::Discord, Target::Link(url)) => {
            out.push('[');
            escaped(out, shown, is_discord_sign);
            out.push_str("](");
            without(out, url, &[('(', "%28"), (')', "%29"), ('<', "%3C"), ('>', "%3E")]);
            out.push(')');
        }
        (Markup::Slack, Target::Link(url)) => {
            out.push('<');
            without(out, url, &[('&', "&amp;"), ('|', "%7C"), ('<', "%3C"), ('>', "%3E")]);
            if url != shown {
                out.push('|');
                plain(out, &shown.replace('\n', " "), markup);
            }
            out.push('>');
        }
        (Markup::LittleText, Target::Tag(tag)) if shown.starts_with('#') => {
            out.push('#');
            plain(out, tag, markup);
        }
        _ => plain(out, shown, markup),
    }
}

fn without(out: &mut String, url: &str, replaced: &[(char, &str)]) {
    for c in url.chars() {
        match replaced.iter().find(|(from, _)| *from == c) {
            Some((_, to)) => out.push_str(to),
            None => out.push(c),
        }
    }
}

fn plain(out: &mut String, text: &str, markup: Markup) {
    match markup {
        Markup::None => out.push_str(text),
        Markup::Slack => without(out, text, &[('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;")]),
        Markup::LittleText => escaped(out, text, |c| r"\|{}@[]()<>#*_~".contains(c)),
        Markup::Discord => {
            for line in text.split_inclusive('\n') {
                let starts = out.is_empty() || out.ends_with('\n');
                let words = line.trim_start_matches(' ');
                // Before a space, a backslash would be shown.
                out.push_str(&line[..line.len() - words.len()]);
                if starts && begins_markup(words) {
                    out.push('\\');
                }
                beside_addresses(out, words);
            }
        }
    }
}

fn is_discord_sign(c: char) -> bool {
    r"\*_~`|<[]".contains(c)
}

/// Escapes for Discord, but not in an address: Discord makes a link of it wherever it stands, backslashes included.
fn beside_addresses(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = ["https://", "http://"]
        .iter()
        .filter_map(|scheme| rest.find(scheme))
        .min()
    {
        escaped(out, &rest[..at], is_discord_sign);
        let address = &rest[at..];
        let end = address
            .find(|c: char| c.is_whitespace() || c == '<')
            .unwrap_or(address.len());
        out.push_str(&address[..end]);
        rest = &address[end..];
    }
    escaped(out, rest, is_discord_sign);
}

fn escaped(out: &mut String, text: &str, special: impl Fn(char) -> bool) {
    for c in text.chars() {
        if special(c) {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Whether Discord would make a heading, a quotation or a list of the line.
fn begins_markup(line: &str) -> bool {
    let heading = line.trim_start_matches('#');
    (heading.len() < line.len() && line.len() - heading.len() <= 3 && heading.starts_with(' '))
        || line.starts_with("> ")
        || line.starts_with(">>> ")
        || line.starts_with("- ")
        || line.starts_with("-# ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(text: &str, shown: &str, url: &str) -> Span {
        let start = text.find(shown).unwrap();
        Span {
            start,
            end: start + shown.len(),
            target: Target::Link(url.to_owned()),
        }
    }

    #[test]
    fn discord() {
        let text = "# a_b *c* \\ [x] <@1>\n- no\nC# and a - b\n\nRead [all] https://e.org/a_b_c";
        let spans = [
            link(text, "Read [all]", "https://e.org/(a)?b_c"),
            link(text, "https://e.org/a_b_c", "https://e.org/a_b_c"),
        ];
        assert_eq!(
            write(text, &spans, Markup::Discord),
            "\\# a\\_b \\*c\\* \\\\ \\[x\\] \\<@1>\n\\- no\nC# and a - b\n\n[Read \\[all\\]](https://e.org/%28a%29?b_c) https://e.org/a_b_c"
        );
    }

    #[test]
    fn slack() {
        let text = "A & B <b> Read > on https://e.org/?a&b";
        let spans = [
            link(text, "Read > on", "https://e.org/?a=1&b=|"),
            link(text, "https://e.org/?a&b", "https://e.org/?a&b"),
        ];
        assert_eq!(
            write(text, &spans, Markup::Slack),
            "A &amp; B &lt;b&gt; <https://e.org/?a=1&amp;b=%7C|Read &gt; on> <https://e.org/?a&amp;b>"
        );
    }

    #[test]
    fn little_text() {
        let text = "We (all) *say* @x: #Drug_Policy #1 a\\b";
        let start = text.find("#D").unwrap();
        let tag = Span {
            start,
            end: start + "#Drug_Policy".len(),
            target: Target::Tag("Drug_Policy".to_owned()),
        };
        assert_eq!(
            write(text, &[tag], Markup::LittleText),
            r"We \(all\) \*say\* \@x: #Drug\_Policy \#1 a\\b"
        );
    }

    #[test]
    fn nothing_is_written_where_there_is_no_markup() {
        assert!(matches!(write("a_b <c>", &[], Markup::None), Cow::Borrowed("a_b <c>")));
    }
}
