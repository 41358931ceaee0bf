//! Why a page could not be read, in words.

use std::fmt;

/// Why a page gives no article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Something else than a web page; what, where that is known (`a PDF`, `application/zip`).
    NotHtml {
        what: String,
    },
    /// Nothing in it.
    Empty,
    TooLarge {
        bytes: usize,
    },
    TooManyElements {
        limit: usize,
    },
    TooManyAttributes,
    /// It took too long, or would.
    TooSlow,
    TooDeep {
        limit: usize,
    },
    LoginWall,
    ConsentPage,
    RobotCheck,
    /// Its words are put in by a script, which is not run.
    OnlyScript,
}

impl Unreadable {
    /// What the person can do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Unreadable::NotHtml { .. } => {
                "Give the address of a page about it, or write the title and the summary yourself."
            }
            Unreadable::Empty => {
                "Look at the address in a browser; if the page is right, write the title and the summary yourself."
            }
            _ => "Open the page in a browser, and write the title and the summary yourself.",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::NotHtml { what } => write!(f, "This is not a web page, but {what}."),
            Unreadable::Empty => f.write_str("The page is empty."),
            Unreadable::TooLarge { bytes } => {
                write!(
                    f,
                    "The page is too large: {} MB; the limit is {} MB.",
                    bytes.div_ceil(1_000_000),
                    super::LARGEST / 1_000_000
                )
            }
            Unreadable::TooManyElements { limit } => {
                write!(f, "The page has more parts than are read: over {limit}.")
            }
            Unreadable::TooManyAttributes => f.write_str("The page's tags have more attributes than are read."),
            Unreadable::TooSlow => f.write_str("The page takes too long to be read."),
            Unreadable::TooDeep { limit } => {
                write!(
                    f,
                    "The page's elements lie in one another more than {limit} deep, so it was not read."
                )
            }
            Unreadable::LoginWall => f.write_str("The site shows this page only to people who are logged in."),
            Unreadable::ConsentPage => f.write_str("The site asks for consent to cookies before it shows the article."),
            Unreadable::RobotCheck => {
                f.write_str("The site asked whether we are a person instead of showing the article.")
            }
            Unreadable::OnlyScript => {
                f.write_str("The page has no words of its own: a script puts them in, and scripts are not run.")
            }
        }
    }
}

impl std::error::Error for Unreadable {}

/// Refuses what its content type says is no web page. Without one, the content itself decides.
pub fn check_content_type(content_type: Option<&str>) -> Result<(), Unreadable> {
    let Some(kind) = content_type.and_then(|header| header.split([';', ',']).next()) else {
        return Ok(());
    };
    let kind = kind.trim().to_ascii_lowercase();
    let what = match kind.as_str() {
        "" | "text/html" | "application/xhtml+xml" => return Ok(()),
        "application/pdf" => "a PDF".to_owned(),
        "text/plain" => "plain text".to_owned(),
        "application/json" | "application/ld+json" => "data (JSON)".to_owned(),
        "application/rss+xml" | "application/atom+xml" | "application/feed+json" => "a feed".to_owned(),
        "application/xml" | "text/xml" => "data (XML)".to_owned(),
        kind if kind.starts_with("image/") => "a picture".to_owned(),
        kind if kind.starts_with("video/") => "a video".to_owned(),
        kind if kind.starts_with("audio/") => "a sound recording".to_owned(),
        kind => {
            let kind = super::clean::line(kind, 60).unwrap_or_default();
            format!("something else ({kind})")
        }
    };
    Err(Unreadable::NotHtml { what })
}

/// Refuses what begins as no web page does, whatever it was called.
pub(super) fn check_content(text: &str) -> Result<(), Unreadable> {
    let start = super::clean::beginning(text, 1_000).trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let lower = start.to_ascii_lowercase();
    let is_markup = lower.starts_with('<');
    let what = if start.is_empty() && text.trim().is_empty() {
        return Err(Unreadable::Empty);
    } else if start.starts_with("%PDF-") {
        "a PDF"
    } else if start.starts_with("PK\u{3}\u{4}") {
        "a compressed file"
    } else if start
        .chars()
        .take(600)
        .filter(|&c| c == '\0' || c == '\u{FFFD}')
        .count()
        > 20
    {
        "a file of bytes"
    } else if is_markup
        && ["<rss", "<feed", "<rdf:rdf"].iter().any(|root| lower.contains(root))
        && !lower.contains("<html")
    {
        "a feed"
    } else if is_markup && lower.contains("<svg") && lower.starts_with("<?xml") && !lower.contains("<html") {
        "a picture"
    } else if matches!(start.chars().next(), Some('{' | '['))
        && !lower.contains("<html")
        && !lower.contains("<!doctype")
    {
        "data (JSON)"
    } else if !has_tag(text) {
        "plain text"
    } else {
        return Ok(());
    };
    Err(Unreadable::NotHtml { what: what.to_owned() })
}

/// Whether there is any tag in it.
fn has_tag(text: &str) -> bool {
    let opens = |pair: &[u8]| matches!(pair, [b'<', next] if next.is_ascii_alphabetic() || *next == b'!');
    text.as_bytes().windows(2).any(opens)
}
