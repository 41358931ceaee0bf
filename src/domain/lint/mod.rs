//! Looking over a post before it is public: words that hurt, and what shuts people out who listen instead of looking.
//!
//! The rules know no network and no clock. What must be fetched or looked up (earlier texts, pictures, the article)
//! comes in as a value, so that every rule is decided here and the same draft always gives the same findings.

mod camel;
mod emoji;
mod levels;
mod plain;
mod shouting;
mod terms;
#[cfg(test)]
mod tests;
mod words;

pub use levels::{Level, Levels, Rule};
pub use terms::{Term, has_words};

/// What is looked at: one post as one channel would show it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft<'a> {
    pub title: Option<&'a str>,
    pub summary: Option<&'a str>,
    /// The texts that will be public on the channel, in order: the parts, and what else is shown with them. One that
    /// stands here twice is looked at once.
    pub texts: Vec<&'a str>,
    /// With or without `#`.
    pub hashtags: Vec<&'a str>,
    /// The post's topics; they help to tell the words of a hashtag.
    pub tags: Vec<&'a str>,
    /// A language tag.
    pub language: Option<&'a str>,
    /// The earlier post whose text is the same.
    pub repeats: Option<i64>,
    /// How many pictures have no description.
    pub images_without_alt: usize,
    /// What is wrong with the link to the article; `None` also where nobody has looked.
    pub link: Option<LinkTrouble>,
}

/// What is wrong with a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTrouble {
    /// No answer: why, in words without a full stop.
    Silent(String),
    /// An answer, but no page: the HTTP status.
    Refused(u16),
    /// It leads to this address, on another host.
    Elsewhere(String),
}

impl LinkTrouble {
    /// Whether it is this page's own. Else its server, or the way there, is in trouble, which may pass by itself and
    /// may concern other links as well.
    #[must_use]
    pub fn is_the_pages_own(&self) -> bool {
        match self {
            LinkTrouble::Silent(_) => false,
            // 408, 425 and 429: not now (RFC 9110 15.5.9, RFC 8470 5.2, RFC 6585 4).
            LinkTrouble::Refused(status) => *status < 500 && !matches!(status, 408 | 425 | 429),
            LinkTrouble::Elsewhere(_) => true,
        }
    }
}

/// Something that could be better, or must be before the post may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    /// Never [`Level::Off`].
    pub level: Level,
    /// A whole sentence.
    pub message: String,
    /// Why, or what to do: whole sentences.
    pub hint: Option<String>,
    /// Who says so: a title and an address.
    pub source: Option<String>,
    /// Which of [`Draft::texts`] it is about, where it is about one place in one of them.
    pub text: Option<usize>,
    /// The place in that text, in UTF-8 bytes: the first inclusive, the second exclusive.
    pub at: Option<(usize, usize)>,
}

impl Finding {
    fn new(rule: Rule, message: String) -> Finding {
        Finding {
            rule,
            level: Level::Warn,
            message,
            hint: None,
            source: None,
            text: None,
            at: None,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Finding {
        self.hint = Some(hint.into());
        self
    }

    fn source(mut self, source: &str) -> Finding {
        self.source = Some(source.to_owned());
        self
    }

    fn at(mut self, text: usize, at: (usize, usize)) -> Finding {
        self.text = Some(text);
        self.at = Some(at);
        self
    }
}

/// Looks over a draft.
///
/// Findings come in the order of [`Rule::ALL`], within a rule in the order of the texts; none comes twice. Of two terms
/// that name the same words the first counts, and of words inside longer ones only the longer.
#[must_use]
pub fn check(draft: &Draft<'_>, terms: &[Term], levels: &Levels) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for rule in Rule::ALL {
        let level = levels.of(rule);
        if level == Level::Off {
            continue;
        }
        let found = match rule {
            Rule::Terms => terms::check(draft, terms, level),
            Rule::CamelCase => at_level(camel::check(draft), level),
            Rule::Emoji => at_level(emoji::check(draft), level),
            Rule::Shouting => at_level(shouting::check(draft), level),
            Rule::Language => at_level(plain::language(draft), level),
            Rule::TitleOnly => at_level(plain::title_only(draft), level),
            Rule::Repeated => at_level(plain::repeated(draft), level),
            Rule::AltText => at_level(plain::alt_text(draft), level),
            Rule::Link => at_level(plain::link(draft), level),
        };
        findings.extend(found);
    }
    findings
}

fn at_level(found: impl IntoIterator<Item = Finding>, level: Level) -> Vec<Finding> {
    found.into_iter().map(|finding| Finding { level, ..finding }).collect()
}

/// The texts with their number, without those that were there before.
fn texts<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = (usize, &'d str)> {
    let all = draft.texts.iter().enumerate();
    all.filter(|(n, text)| !draft.texts.iter().take(*n).any(|before| before == *text))
        .map(|(n, text)| (n, *text))
}
