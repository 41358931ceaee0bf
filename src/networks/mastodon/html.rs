//! Reads the HTML in which a server of the Mastodon family hands back a post: its visible text and its links.
//!
//! Only what such servers write is understood (`p`, `br`, `a`, `span`, entities); anything else is passed over. It
//! never fails, and its work is linear in the length of the text.

/// The visible text and every `href` of an `a` element, in order.
pub(super) fn read(html: &str) -> (String, Vec<String>) {
    let mut text = String::with_capacity(html.len());
    let mut links = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        text.push_str(&unescape(&rest[..start]));
        let (tag, after) = split_tag(&rest[start + 1..]);
        rest = after;
        let name: String = tag
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
            .collect();
        match name.to_ascii_lowercase().as_str() {
            "br" | "br/" | "/p" | "/li" | "/div" | "/blockquote" => text.push('\n'),
            "a" => links.extend(href(&tag[1..])),
            _ => {}
        }
    }
    text.push_str(&unescape(rest));
    (text, links)
}

/// What stands before the tag's `>`, and what follows it; a `>` inside quotes does not end a tag.
fn split_tag(from: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in from.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '>' => return (&from[..at], &from[at + 1..]),
            None if c == '"' || c == '\'' => quote = Some(c),
            _ => {}
        }
    }
    (from, "")
}

/// The value of the attribute `href` in what follows a tag's name.
fn href(attributes: &str) -> Option<String> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/' || c == '=');
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .find(|c: char| c.is_ascii_whitespace() || c == '=')
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let after = after.trim_ascii_start();
        let Some(value) = after.strip_prefix('=') else {
            rest = after;
            continue;
        };
        let (value, after) = attribute_value(value.trim_ascii_start());
        if name.eq_ignore_ascii_case("href") {
            return Some(unescape(value).trim().to_owned());
        }
        rest = after;
    }
}

fn attribute_value(from: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = from.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    from.split_at(from.find(|c: char| c.is_ascii_whitespace()).unwrap_or(from.len()))
}

/// Puts characters for the entities that servers write; an entity that is not known stays as it is.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        // The longest entity that is known has nine characters (`&#x10FFFF;` has ten).
        let known = rest
            .as_bytes()
            .iter()
            .take(10)
            .position(|b| *b == b';')
            .and_then(|end| Some((entity(&rest[1..end])?, end)));
        match known {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_status_as_mastodon_writes_it() {
        let html = "<p>Doctors &amp; nurses say &quot;yes&quot;.<br />Read the full article:</p><p><a href=\"https://idhdp.com/a?x=1&amp;y=2\" \
            target=\"_blank\" rel=\"nofollow noopener\"><span class=\"invisible\">https://</span><span class=\"ellipsis\">idhdp.com/a?x</span>\
            <span class=\"invisible\">=1&amp;y=2</span></a> <a href=\"https://m.example/tags/health\" class=\"mention hashtag\">#<span>health</span></a></p>";
        let (text, links) = read(html);
        assert_eq!(
            text,
            "Doctors & nurses say \"yes\".\nRead the full article:\nhttps://idhdp.com/a?x=1&y=2 #health\n"
        );
        assert_eq!(links, ["https://idhdp.com/a?x=1&y=2", "https://m.example/tags/health"]);
    }

    #[test]
    fn odd_tags_and_entities_do_no_harm() {
        let (text, links) = read(
            "a<A data-href='no' x HREF = https://e.example/ >b</a>&#39;&#x1F600;&unknown;&&#xZZ; &amp;lt; <a title=\"1>2\" href='q'>c<",
        );
        assert_eq!(text, "ab'😀&unknown;&&#xZZ; &lt; c");
        assert_eq!(links, ["https://e.example/", "q"]);
        for hostile in [
            "<",
            "<a",
            "<a href",
            "<a href=",
            "<a href='",
            "&",
            "&;",
            "&#;",
            "<é>é",
            "<a é=é>",
            "&é;&#é;",
            "<>",
        ] {
            let _ = read(hostile);
        }
        assert_eq!(read(&"&".repeat(100_000)).0.len(), 100_000);
    }
}
