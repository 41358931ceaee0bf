//! Why a feed was not read.

use url::Url;

/// What stands there instead of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    Empty,
    /// A web page; and the feed that it names, if it does.
    Page(Option<Url>),
    /// Neither XML nor JSON.
    Other,
    /// XML or JSON of another kind: how it begins.
    Kind(String),
    /// It ends in the middle.
    Cut,
    /// It is nested deeper than any feed.
    Deep,
    /// It is not well-formed: where, counted in bytes from 0, and what the parser says.
    Broken {
        at: u64,
        why: String,
    },
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("the answer is empty"),
            Self::Page(Some(feed)) => write!(f, "that is a web page and no feed; it names this feed: {feed}"),
            Self::Page(None) => f.write_str(
                "that is a web page and no feed; look on it for a link called RSS, Atom or feed and name that address",
            ),
            Self::Other => f.write_str("that is no feed: neither RSS, Atom nor JSON Feed"),
            Self::Kind(what) => write!(f, "that is no feed: it is {what}, and neither RSS, Atom nor JSON Feed"),
            Self::Cut => f.write_str("the feed ends in the middle; nothing of it was used"),
            Self::Deep => f.write_str("the feed is nested deeper than any feed needs; nothing of it was used"),
            Self::Broken { at, why } => {
                write!(
                    f,
                    "the feed is not well-formed, near byte {at}: {why}; its software must put that right"
                )
            }
        }
    }
}

impl std::error::Error for Unreadable {}
