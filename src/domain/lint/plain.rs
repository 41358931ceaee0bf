//! The rules that need one look: at the language, the summary, earlier texts, pictures and the link.

use super::words::{fold, words};
use super::{Draft, Finding, LinkTrouble, Rule, texts};

const LANGUAGE: &str = "W3C, Understanding Success Criterion 3.1.1: Language of Page, https://w3c.github.io/wcag/understanding/language-of-page.html";
const ALT_TEXT: &str = "University of Oxford, Social media accessibility, \
                        https://communications.admin.ox.ac.uk/digital-communications/accessibility/social";

pub(super) fn language(draft: &Draft<'_>) -> Option<Finding> {
    let missing = draft.language.is_none_or(|tag| tag.trim().is_empty());
    missing.then(|| {
        Finding::new(Rule::Language, "The post has no language.".to_owned())
            .hint(
                "Name it, such as en or fr: a screen reader pronounces the words by it, and networks translate by it.",
            )
            .source(LANGUAGE)
    })
}

/// A summary in the words of the title, or none, so that the title stands for it. A channel's own text that has other
/// words is no summary.
pub(super) fn title_only(draft: &Draft<'_>) -> Option<Finding> {
    let title = plain(draft.title.unwrap_or_default());
    let summary = plain(draft.summary.unwrap_or_default());
    let shown = draft.texts.is_empty() || texts(draft).any(|(_, text)| plain(text).starts_with(&title));
    if title.is_empty() || !shown {
        return None;
    }
    let message = if summary.is_empty() {
        "There is no summary; the title stands for it."
    } else if summary == title {
        "The summary is only the title."
    } else {
        return None;
    };
    Some(
        Finding::new(Rule::TitleOnly, message.to_owned())
            .hint("Say in a sentence or two what the article found and for whom it matters."),
    )
}

/// The words, as they are compared.
fn plain(text: &str) -> Vec<String> {
    let words = words(text).into_iter().filter(|word| !word.tag);
    words.map(|word| fold(word.text)).collect()
}

pub(super) fn repeated(draft: &Draft<'_>) -> Option<Finding> {
    draft.repeats.map(|post| {
        let message = format!("The text is word for word that of post {post}.");
        Finding::new(Rule::Repeated, message)
            .hint("Say it in other words, or say what is new; some networks refuse the same text twice.")
    })
}

pub(super) fn alt_text(draft: &Draft<'_>) -> Option<Finding> {
    let message = match draft.images_without_alt {
        0 => return None,
        1 => "A picture has no alt text.".to_owned(),
        many => format!("{many} pictures have no alt text."),
    };
    Some(
        Finding::new(Rule::AltText, message)
            .hint("Say in a sentence what can be seen, for people who do not see it.")
            .source(ALT_TEXT),
    )
}

pub(super) fn link(draft: &Draft<'_>) -> Option<Finding> {
    let trouble = draft.link.as_ref()?;
    let (message, hint) = match trouble {
        LinkTrouble::Silent(why) => (
            format!("The article's link does not answer: {}.", why.trim_end_matches('.')),
            "Open it in a browser; if it is down for a while, post later.".to_owned(),
        ),
        LinkTrouble::Refused(status) => (
            format!("The article's link leads to no page: the server answers {status}."),
            if trouble.is_the_pages_own() {
                "Open it in a browser and copy the address from there.".to_owned()
            } else {
                "Open it in a browser; if the site is down for a while, post later.".to_owned()
            },
        ),
        LinkTrouble::Elsewhere(to) => {
            let url = url::Url::parse(to).ok();
            let host = url.as_ref().and_then(url::Url::host_str).unwrap_or(to);
            (
                format!("The article's link leads to another host, {host}."),
                format!("If that is the right place, use its address (readers trust what they see): {to}"),
            )
        }
    };
    Some(Finding::new(Rule::Link, message).hint(hint))
}
