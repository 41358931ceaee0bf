//! What a person is told of a source.

/// Something that a person should know, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// So many new items at once that none was taken.
    Flood(usize),
    /// So many items with the words of earlier ones, under other ids, addresses and dates, that none of them was taken.
    Echoes(usize),
    /// It flooded again and again.
    Unsteady(usize),
    /// The feed is gone for good (410).
    Gone,
    /// Its server says that it moved for good, to this address.
    Moved(String),
    /// It could not be read for a while, and why.
    Failing(String),
}

impl Notice {
    /// Its word, for the kind of an alert.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Flood(_) | Self::Echoes(_) => "source_flood",
            Self::Unsteady(_) => "source_unsteady",
            Self::Gone => "source_gone",
            Self::Moved(_) => "source_moved",
            Self::Failing(_) => "source_failing",
        }
    }

    /// The sentences for people; `name` is the source's.
    #[must_use]
    pub fn words(&self, name: &str) -> String {
        match self {
            Self::Flood(count) => format!(
                "{count} items appeared at once in the feed of source {name}; none was taken. Most likely the feed changed \
                 its ids and addresses. All of them are marked as known, so none will come later; add one that you want: \
                 handbill add URL"
            ),
            Self::Echoes(count) => format!(
                "{count} items in the feed of source {name} have titles and words of earlier ones that are no longer there, \
                 under other ids, addresses and dates; they are taken to be the same articles, and nothing was made of \
                 them. Add one that is new all the same: handbill add URL"
            ),
            Self::Unsteady(count) => format!(
                "{count} items appeared at once in the feed of source {name}, again; none was taken. The feed seems to \
                 change its ids at every look, so it is not asked any more. When it is put right: handbill source poll \
                 {name}"
            ),
            Self::Gone => format!(
                "The feed of source {name} is gone for good, its server says (410), so it is not asked any more. Give the \
                 source its new address in the configuration or take it out; if it came back: handbill source poll {name}"
            ),
            Self::Moved(to) => format!(
                "The feed of source {name} has moved for good to {to}. It is still read; write the new address as its url \
                 in the configuration."
            ),
            Self::Failing(why) => format!(
                "The feed of source {name} cannot be read: {why}. It is tried again, at most once a day; try it now: \
                 handbill source check {name}"
            ),
        }
    }
}
