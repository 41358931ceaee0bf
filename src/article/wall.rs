//! Pages that stand where an article should: robot checks, consent pages, login walls, programs without words.

use dom_query::Document;

use super::{Unreadable, clean};

/// An article of at least so many characters is one, whatever its title is.
const ARTICLE: usize = 800;

/// What of a page tells a wall from an article.
pub(super) struct Signs {
    /// The page's own title, its first headings and the beginning of all its words, in lower case.
    heads: String,
    words: String,
    has_password: bool,
    has_scripts: bool,
    has_gate: bool,
    host: String,
}

impl Signs {
    pub(super) fn of(document: &Document, host: Option<&str>) -> Self {
        let heads = ["title", "h1", "h2"].map(|name| {
            document
                .select(name)
                .nodes()
                .iter()
                .take(3)
                .map(|n| n.text())
                .fold(String::new(), |all, text| all + &text + "\n")
        });
        Self {
            heads: heads.concat().to_lowercase().replace('’', "'"),
            words: words(document),
            has_password: document.select("input[type='password']").exists(),
            has_scripts: document.select("script").exists(),
            has_gate: document
                .select("[data-paywall], [class*='paywall'], [id*='paywall']")
                .exists(),
            host: host.unwrap_or_default().to_ascii_lowercase(),
        }
    }

    /// Whether the page shows but the beginning of an article, and asks for a subscription.
    pub(super) fn gate(&self, text: &str) -> bool {
        let asks = self.has_gate || GATE.lines().any(|phrase| self.words.contains(phrase));
        asks && text.chars().count() < ARTICLE
    }

    /// Why there is no article, if that is plain; `said` is whether the page names one in its head.
    pub(super) fn wall(&self, title: Option<&str>, text: Option<&str>, said: bool) -> Option<Unreadable> {
        let length = text.map_or(0, |text| text.chars().count());
        if length >= ARTICLE {
            return None;
        }
        let has = |phrases: &str| phrases.lines().any(|phrase| self.heads.contains(phrase));
        let speaks = |phrases: &str| phrases.lines().any(|phrase| self.words.contains(phrase));
        if has(ROBOT) || speaks(ROBOT_WORDS) {
            return Some(Unreadable::RobotCheck);
        }
        if said {
            return None;
        }
        let is_consent = has(CONSENT) || CONSENT_HOSTS.iter().any(|start| self.host.starts_with(start));
        if is_consent {
            return Some(Unreadable::ConsentPage);
        }
        if has(LOGIN) || (self.has_password && length < ARTICLE / 2) {
            return Some(Unreadable::LoginWall);
        }
        if length < 60 && self.has_scripts && (self.words.chars().count() < 60 || speaks(SCRIPT_WORDS)) {
            return Some(Unreadable::OnlyScript);
        }
        (title.is_none() && text.is_none()).then_some(Unreadable::Empty)
    }
}

/// The beginning of the words that a reader without scripts sees.
fn words(document: &Document) -> String {
    let mut all = String::new();
    let Some(body) = document.body() else {
        return all;
    };
    for node in body.descendants_it() {
        if node.is_text() {
            let unread = node.parent().is_some_and(|parent| {
                parent
                    .node_name()
                    .is_some_and(|name| matches!(name.as_ref(), "script" | "style" | "template"))
            });
            if !unread {
                all.push_str(&node.text());
                all.push(' ');
            }
        }
        if all.len() > 20_000 {
            break;
        }
    }
    clean::paragraph(&all).to_lowercase().replace('’', "'")
}

const GATE: &str = include_str!("phrases/gate.txt");
const ROBOT: &str = include_str!("phrases/robot.txt");
const ROBOT_WORDS: &str = include_str!("phrases/robot-words.txt");
const CONSENT: &str = include_str!("phrases/consent.txt");
const CONSENT_HOSTS: &[&str] = &[
    "consent.",
    "guce.",
    "privacy-mgmt.",
    "myprivacy.",
    "cmp.",
    "cookiewall.",
];
const LOGIN: &str = include_str!("phrases/login.txt");
const SCRIPT_WORDS: &str = include_str!("phrases/script.txt");
