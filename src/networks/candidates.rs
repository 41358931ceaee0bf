//! Which of our own posts on a network is the one whose answer was lost.
//!
//! A candidate counts only if it names our link, was made after the intent (less [`SLACK`]) by the network's clock,
//! and its id is recorded at no other part. Anything ambiguous is no answer, never a guess: what is called absent is
//! sent again, and what is called found is told to people as published.

use jiff::{SignedDuration, Timestamp};
use url::Url;

use super::{Found, Job, Receipt, Search};

/// How much older than the intent a candidate may be, for clocks that differ.
pub const SLACK: SignedDuration = SignedDuration::from_secs(120);

/// A post with exactly our words that is older than [`SLACK`] allows, but not by more than this, proves neither.
const DOUBTFUL: SignedDuration = SignedDuration::from_hours(24);

/// One post of ours, as a network lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub remote_id: String,
    /// Where people read it.
    pub url: Option<String>,
    /// When it was made, by the network's clock.
    pub at: Option<Timestamp>,
    /// Every address that it links to.
    pub links: Vec<String>,
    /// Its visible text.
    pub text: String,
}

/// The instant before which nothing counts; a list must reach back beyond it to prove absence.
#[must_use]
pub fn floor(search: &Search<'_>) -> Timestamp {
    search.since.checked_sub(SLACK).unwrap_or(Timestamp::MIN)
}

/// Judges a list of our own posts. `reaches_back` says whether the list holds everything since [`floor`].
#[must_use]
pub fn judge(list: &[Candidate], reaches_back: bool, job: &Job<'_>, search: &Search<'_>) -> Found {
    let floor = floor(search);
    let doubtful = floor.checked_sub(DOUBTFUL).unwrap_or(Timestamp::MIN);
    let wanted = normal(job.text);
    if job.link.is_none() && wanted.is_empty() {
        return Found::NoAnswer("the part has neither link nor text to look for".to_owned());
    }
    if !reaches_back {
        return Found::NoAnswer("the list of our posts does not reach back far enough".to_owned());
    }
    let mut ours: Vec<&Candidate> = Vec::new();
    let mut just_before = false;
    // What a person named by its address is recorded by that.
    let is_taken = |c: &Candidate| (search.taken)(&c.remote_id) || c.url.as_deref().is_some_and(search.taken);
    for candidate in list {
        let same = match job.link {
            Some(link) => names(candidate, link),
            None => normal(&candidate.text) == wanted,
        };
        let known = ours.iter().any(|c| c.remote_id == candidate.remote_id);
        let too_old = candidate.at.is_some_and(|at| at < floor);
        if !same || known || is_taken(candidate) {
            continue;
        }
        if !too_old {
            ours.push(candidate);
        } else if normal(&candidate.text) == wanted && candidate.at.is_some_and(|at| at >= doubtful) {
            just_before = true;
        }
    }
    if ours.len() > 1 && job.link.is_some() {
        // Several posts about one link: the words must tell them apart. Where they do not, all of them stay.
        let agreeing: Vec<&Candidate> = ours.iter().copied().filter(|c| normal(&c.text) == wanted).collect();
        if !agreeing.is_empty() {
            ours = agreeing;
        }
    }
    match ours.as_slice() {
        // A clock that is wrong by more than we allow for would make our post look older than its intent.
        [] if just_before => Found::NoAnswer("a post with our very words is there, but seems to be older".to_owned()),
        [] => Found::Absent,
        [one] if one.at.is_none() => Found::NoAnswer("the network does not say when our post was made".to_owned()),
        [one] => Found::Yes(Receipt {
            remote_id: one.remote_id.clone(),
            url: one.url.clone(),
        }),
        _ => Found::NoAnswer(format!("{} posts could be the one we look for", ours.len())),
    }
}

/// Whether a candidate links to this address, or shows it in its text.
fn names(candidate: &Candidate, link: &str) -> bool {
    let ours = address(link);
    let shown = candidate.text.split_whitespace().map(|word| {
        word.trim_start_matches(['(', '<', '"', '«', '“'])
            .trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '>', '"', '»', '”'])
    });
    candidate
        .links
        .iter()
        .map(String::as_str)
        .chain(shown)
        .any(|theirs| theirs == link || (ours.is_some() && address(theirs) == ours))
}

/// An address as it is compared: case of the host, default port, a last slash and the fragment make no difference.
fn address(text: &str) -> Option<String> {
    if !text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("http")) {
        return None;
    }
    let mut url = Url::parse(text).ok()?;
    url.set_fragment(None);
    let text: String = url.into();
    Some(text.strip_suffix('/').map(str::to_owned).unwrap_or(text))
}

/// A text as it is compared: white space is one space, and a mention is told without its server, since networks show
/// it so.
fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        match word.strip_prefix('@').and_then(|rest| rest.split_once('@')) {
            Some((user, host)) => {
                out.push('@');
                out.push_str(user);
                // What follows the host (a comma, a bracket) stays.
                out.push_str(host.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-')));
            }
            None => out.push_str(word),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::networks::{Account, Facts};

    fn candidate(id: &str, at: &str, links: &[&str], text: &str) -> Candidate {
        Candidate {
            remote_id: id.to_owned(),
            url: None,
            at: at.parse().ok(),
            links: links.iter().map(|l| (*l).to_owned()).collect(),
            text: text.to_owned(),
        }
    }

    fn look(
        list: &[Candidate],
        reaches_back: bool,
        link: Option<&str>,
        text: &str,
        taken: &(dyn Fn(&str) -> bool + Sync),
    ) -> Found {
        let (settings, facts) = (BTreeMap::new(), Facts::default());
        let account = Account {
            channel: "c",
            server: None,
            language: None,
            settings: &settings,
            facts: &facts,
        };
        let job = Job {
            account: &account,
            post: 1,
            no: 0,
            key: "k",
            body: "{}",
            text,
            link,
            earlier: &[],
        };
        let search = Search {
            since: "2026-12-01T09:00:00Z".parse().unwrap(),
            taken,
            restored: false,
        };
        judge(list, reaches_back, &job, &search)
    }

    const LINK: &str = "https://idhdp.com/a?x=1";

    #[test]
    fn the_link_finds_the_post_whatever_its_words() {
        let list = [
            candidate(
                "1",
                "2026-12-01T09:00:01Z",
                &["HTTPS://IDHDP.com:443/a?x=1#top"],
                "other words",
            ),
            candidate("2", "2026-12-01T09:00:02Z", &["https://idhdp.com/a?x=12"], "the words"),
        ];
        let found = look(&list, true, Some(LINK), "the words", &|_| false);
        assert_eq!(
            found,
            Found::Yes(Receipt {
                remote_id: "1".to_owned(),
                url: None
            })
        );
    }

    #[test]
    fn a_link_that_only_the_text_shows_counts_whole() {
        let shown = [candidate(
            "1",
            "2026-12-01T09:00:01Z",
            &[],
            "Read (https://idhdp.com/a?x=1).",
        )];
        assert!(matches!(look(&shown, true, Some(LINK), "", &|_| false), Found::Yes(_)));
        let longer = [candidate(
            "1",
            "2026-12-01T09:00:01Z",
            &[],
            "Read https://idhdp.com/a?x=12",
        )];
        assert_eq!(look(&longer, true, Some(LINK), "", &|_| false), Found::Absent);
    }

    #[test]
    fn too_old_or_taken_is_not_ours() {
        let old = [candidate("1", "2026-12-01T08:57:59Z", &[LINK], "other words")];
        assert_eq!(look(&old, true, Some(LINK), "w", &|_| false), Found::Absent);
        let slack = [candidate("1", "2026-12-01T08:58:01Z", &[LINK], "w")];
        assert!(matches!(look(&slack, true, Some(LINK), "w", &|_| false), Found::Yes(_)));
        assert_eq!(look(&slack, true, Some(LINK), "w", &|id| id == "1"), Found::Absent);
    }

    #[test]
    fn our_very_words_a_little_too_old_prove_nothing() {
        let found = |at: &str| look(&[candidate("1", at, &[LINK], "w")], true, Some(LINK), "w", &|_| false);
        assert!(
            matches!(found("2026-12-01T08:55:00Z"), Found::NoAnswer(_)),
            "a clock may be wrong by minutes"
        );
        assert_eq!(found("2026-11-29T08:55:00Z"), Found::Absent, "but not by days");
    }

    #[test]
    fn two_candidates_are_no_answer_unless_the_words_tell_them_apart() {
        let mut list = [
            candidate("1", "2026-12-01T09:00:01Z", &[LINK], "first"),
            candidate("2", "2026-12-01T09:00:02Z", &[LINK], "second"),
        ];
        assert!(matches!(
            look(&list, true, Some(LINK), "third", &|_| false),
            Found::NoAnswer(_)
        ));
        assert!(matches!(look(&list, true, Some(LINK), " second ", &|_| false), Found::Yes(r) if r.remote_id == "2"));
        list[0].text = "second".to_owned();
        assert!(matches!(
            look(&list, true, Some(LINK), "second", &|_| false),
            Found::NoAnswer(_)
        ));
        // The same post listed twice is one post.
        list[0].remote_id = "2".to_owned();
        assert!(matches!(
            look(&list, true, Some(LINK), "second", &|_| false),
            Found::Yes(_)
        ));
    }

    #[test]
    fn without_a_link_the_words_decide() {
        let list = [
            candidate("1", "2026-12-01T09:00:01Z", &[], "Part two,\n by @idhdp, for all"),
            candidate("2", "2026-12-01T09:00:01Z", &[LINK], "Another"),
        ];
        let text = "Part two,  by @idhdp@mastodon.example, for all";
        assert!(matches!(look(&list, true, None, text, &|_| false), Found::Yes(r) if r.remote_id == "1"));
        assert_eq!(look(&list, true, None, "Part three", &|_| false), Found::Absent);
        assert!(matches!(look(&list, true, None, " ", &|_| false), Found::NoAnswer(_)));
    }

    #[test]
    fn a_short_list_or_a_missing_time_is_no_answer() {
        let list = [candidate("1", "", &[LINK], "w")];
        assert!(matches!(
            look(&list, true, Some(LINK), "w", &|_| false),
            Found::NoAnswer(_)
        ));
        assert!(matches!(
            look(&[], false, Some(LINK), "w", &|_| false),
            Found::NoAnswer(_)
        ));
        assert_eq!(look(&[], true, Some(LINK), "w", &|_| false), Found::Absent);
    }
}
