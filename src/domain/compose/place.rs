//! Where a channel wants the link to the article.

/// Where the link stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LinkPlace {
    /// In the text of the post.
    #[default]
    Text,
    /// In a comment of ours below the post, where the network has them.
    FirstComment,
    /// In the link card alone, where the network has one.
    Card,
}

impl LinkPlace {
    /// Its word in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            LinkPlace::Text => "text",
            LinkPlace::FirstComment => "first_comment",
            LinkPlace::Card => "card",
        }
    }

    /// The place of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [LinkPlace::Text, LinkPlace::FirstComment, LinkPlace::Card]
            .into_iter()
            .find(|place| place.as_str() == word)
    }
}
