//! The rules, and how much each of them matters.

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// Words for which there are better ones.
    Terms,
    /// Hashtags whose words begin without a capital.
    CamelCase,
    /// Too many emoji.
    Emoji,
    /// Words in capitals.
    Shouting,
    /// A post without a language.
    Language,
    /// A summary that says no more than the title.
    TitleOnly,
    /// The text of an earlier post.
    Repeated,
    /// A picture without a description.
    AltText,
    /// An article that is not there, or elsewhere.
    Link,
}

impl Rule {
    /// All of them, in the order in which findings come.
    pub const ALL: [Rule; 9] = [
        Rule::Terms,
        Rule::CamelCase,
        Rule::Emoji,
        Rule::Shouting,
        Rule::Language,
        Rule::TitleOnly,
        Rule::Repeated,
        Rule::AltText,
        Rule::Link,
    ];

    /// Its word in the configuration and the JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Rule::Terms => "terms",
            Rule::CamelCase => "camel_case",
            Rule::Emoji => "emoji",
            Rule::Shouting => "shouting",
            Rule::Language => "language",
            Rule::TitleOnly => "title_only",
            Rule::Repeated => "repeated",
            Rule::AltText => "alt_text",
            Rule::Link => "link",
        }
    }

    /// The rule of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Rule> {
        Rule::ALL.into_iter().find(|rule| rule.as_str() == word)
    }
}

/// How much a rule matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// It is not looked at.
    Off,
    /// It is said, and the post goes on.
    Warn,
    /// The post is refused until it is put right.
    Block,
}

impl Level {
    pub const ALL: [Level; 3] = [Level::Off, Level::Warn, Level::Block];

    /// Its word in the configuration and the JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Off => "off",
            Level::Warn => "warn",
            Level::Block => "block",
        }
    }

    /// The level of this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// A level for every rule.
///
/// By default everything is said and only a picture without a description is refused: a rule of style can be wrong
/// about a text, but a picture without a description is always shut to people who do not see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levels {
    pub terms: Level,
    pub camel_case: Level,
    pub emoji: Level,
    pub shouting: Level,
    pub language: Level,
    pub title_only: Level,
    pub repeated: Level,
    pub alt_text: Level,
    pub link: Level,
}

impl Levels {
    /// Every rule at one level.
    #[must_use]
    pub const fn all(level: Level) -> Levels {
        Levels {
            terms: level,
            camel_case: level,
            emoji: level,
            shouting: level,
            language: level,
            title_only: level,
            repeated: level,
            alt_text: level,
            link: level,
        }
    }

    #[must_use]
    pub const fn of(&self, rule: Rule) -> Level {
        match rule {
            Rule::Terms => self.terms,
            Rule::CamelCase => self.camel_case,
            Rule::Emoji => self.emoji,
            Rule::Shouting => self.shouting,
            Rule::Language => self.language,
            Rule::TitleOnly => self.title_only,
            Rule::Repeated => self.repeated,
            Rule::AltText => self.alt_text,
            Rule::Link => self.link,
        }
    }

    /// The same, but for one rule.
    #[must_use]
    pub const fn with(mut self, rule: Rule, level: Level) -> Levels {
        match rule {
            Rule::Terms => self.terms = level,
            Rule::CamelCase => self.camel_case = level,
            Rule::Emoji => self.emoji = level,
            Rule::Shouting => self.shouting = level,
            Rule::Language => self.language = level,
            Rule::TitleOnly => self.title_only = level,
            Rule::Repeated => self.repeated = level,
            Rule::AltText => self.alt_text = level,
            Rule::Link => self.link = level,
        }
        self
    }
}

impl Default for Levels {
    fn default() -> Levels {
        Levels::all(Level::Warn).with(Rule::AltText, Level::Block)
    }
}
