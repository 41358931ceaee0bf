//! What a reader sees of written markup: small readers that refuse every sign of markup but links and, on LinkedIn,
//! hashtags.

use crate::domain::compose::Markup;

/// What a network shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    pub(super) text: String,
    /// The words of each labelled link with its address.
    pub(super) links: Vec<(String, String)>,
    pub(super) tags: Vec<String>,
}

/// Reads what was written.
///
/// # Errors
/// Where something became markup that should not: what, and before which rest.
pub(super) fn read(written: &str, markup: Markup) -> Result<Read, String> {
    match markup {
        Markup::None => Ok(Read {
            text: written.to_owned(),
            ..Read::default()
        }),
        Markup::Discord => discord(written),
        Markup::Slack => slack(written),
        Markup::LittleText => little_text(written),
    }
}

fn refusal(what: &str, rest: &str) -> String {
    format!("{what} at {:?}", rest.chars().take(40).collect::<String>())
}

/// Discord's Markdown: a backslash makes the next sign plain, an address is a link as it stands, `[label](url)`.
fn discord(written: &str) -> Result<Read, String> {
    let mut read = Read::default();
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        if (read.text.is_empty() || read.text.ends_with('\n')) && rest.len() <= written.len() {
            let line = rest.trim_start_matches(' ');
            if ["# ", "## ", "### ", "-# ", "> ", ">>> ", "- ", "* "]
                .iter()
                .any(|sign| line.starts_with(sign))
            {
                return Err(refusal("a heading, quotation or list", rest));
            }
        }
        if let Some(escaped) = rest.strip_prefix('\\') {
            match escaped.chars().next() {
                Some(sign) if sign.is_ascii_punctuation() => {
                    read.text.push(sign);
                    rest = &escaped[1..];
                }
                _ => {
                    read.text.push('\\');
                    rest = escaped;
                }
            }
        } else if is_address(rest) {
            let end = rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
            // A bracket right behind an address is escaped too.
            let end = if rest[end..].starts_with('<') {
                rest[..end].trim_end_matches('\\').len()
            } else {
                end
            };
            read.text.push_str(&rest[..end]);
            rest = &rest[end..];
        } else if let Some(inner) = rest.strip_prefix('[') {
            let (label, after) = label(inner).ok_or_else(|| refusal("an open bracket", rest))?;
            let target = after
                .strip_prefix('(')
                .ok_or_else(|| refusal("a bracket without address", rest))?;
            let (url, after) = target
                .split_once(')')
                .ok_or_else(|| refusal("an address without end", rest))?;
            if url.contains(char::is_whitespace) || url.contains(['(', '<', '>']) {
                return Err(refusal("an address that ends early", rest));
            }
            read.text.push_str(&label);
            read.links.push((label, url.to_owned()));
            rest = after;
        } else if "*_~`|<".contains(c) {
            return Err(refusal("markup", rest));
        } else {
            read.text.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    Ok(read)
}

fn is_address(text: &str) -> bool {
    ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme))
}

/// The words up to the closing bracket, without backslashes, and what follows.
fn label(text: &str) -> Option<(String, &str)> {
    let mut label = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            ']' => return Some((label, &text[at + 1..])),
            '\\' => label.push(chars.next()?.1),
            '*' | '_' | '~' | '`' | '|' | '<' | '[' => return None,
            c => label.push(c),
        }
    }
    None
}

/// Slack: `<url>`, `<url|label>`, and three entities.
fn slack(written: &str) -> Result<Read, String> {
    let mut read = Read::default();
    let mut rest = written;
    while let Some(c) = rest.chars().next() {
        match c {
            '<' => {
                let (inner, after) = rest[1..]
                    .split_once('>')
                    .ok_or_else(|| refusal("an open bracket", rest))?;
                if inner.starts_with(['@', '#', '!']) || inner.contains('<') {
                    return Err(refusal("a mention", rest));
                }
                let (url, label) = inner.split_once('|').unwrap_or((inner, inner));
                let (url, label) = (entities(url)?, entities(label)?);
                read.text.push_str(&label);
                if inner.contains('|') {
                    read.links.push((label, url));
                }
                rest = after;
            }
            '>' => return Err(refusal("a bracket", rest)),
            _ => {
                let end = rest.find(['<', '>']).unwrap_or(rest.len());
                read.text.push_str(&entities(&rest[..end])?);
                rest = &rest[end..];
            }
        }
    }
    Ok(read)
}

/// Decodes `&amp;`, `&lt;`, `&gt;`; no other ampersand may stand.
fn entities(text: &str) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = [("amp;", '&'), ("lt;", '<'), ("gt;", '>')];
        let (name, sign) = known
            .into_iter()
            .find(|(name, _)| after.starts_with(name))
            .ok_or_else(|| refusal("an ampersand", after))?;
        out.push(sign);
        rest = &after[name.len()..];
    }
    out.push_str(rest);
    Ok(out)
}

/// LinkedIn: a backslash before every reserved sign; `#word` is a hashtag.
fn little_text(written: &str) -> Result<Read, String> {
    const RESERVED: &str = r"\|{}@[]()<>#*_~";
    let mut read = Read::default();
    let mut chars = written.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(sign) if RESERVED.contains(sign) => read.text.push(sign),
                other => return Err(format!("a backslash before {other:?}")),
            },
            '#' => {
                let mut tag = String::new();
                while let Some(&c) = chars.peek() {
                    if c.is_whitespace() || (RESERVED.contains(c) && c != '\\') {
                        break;
                    }
                    chars.next();
                    tag.extend(if c == '\\' { chars.next() } else { Some(c) });
                }
                read.text.push('#');
                read.text.push_str(&tag);
                read.tags.push(tag);
            }
            c if RESERVED.contains(c) => return Err(format!("{c:?} after {:?}", read.text)),
            c => read.text.push(c),
        }
    }
    Ok(read)
}

#[test]
fn the_readers_see_markup_where_it_is() {
    let discord = |text| read(text, Markup::Discord);
    assert_eq!(discord(r"\*a\* \# C#").unwrap().text, "*a* # C#");
    let link = discord(r"[a \[b\]](https://e.org/a_b) https://e.org/_x_").unwrap();
    assert_eq!(link.text, "a [b] https://e.org/_x_");
    assert_eq!(link.links, [("a [b]".to_owned(), "https://e.org/a_b".to_owned())]);
    for markup in ["*a*", "a\n- b", "a\n  > b", "# a", "<@1>", "[a] b", "||a||"] {
        assert!(discord(markup).is_err(), "{markup}");
    }
    assert_eq!(
        read("a &amp; <https://e.org/?a&amp;b|c &gt; d>", Markup::Slack)
            .unwrap()
            .text,
        "a & c > d"
    );
    for markup in ["a & b", "<!channel>", "a > b", "&nbsp;"] {
        assert!(read(markup, Markup::Slack).is_err(), "{markup}");
    }
    let little = read(r"a \(b\) #Drug\_Policy", Markup::LittleText).unwrap();
    assert_eq!(
        (little.text.as_str(), little.tags),
        ("a (b) #Drug_Policy", vec!["Drug_Policy".to_owned()])
    );
    for markup in ["a (b", "@[a](urn:li:person:1)", "a*b", r"a\b"] {
        assert!(read(markup, Markup::LittleText).is_err(), "{markup}");
    }
}
