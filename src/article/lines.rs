//! Lines of an article's page that are not of the article: invitations to read on, share or subscribe, notes on cookies,
//! dates and names under the heading. Only what is surely so goes: a line that might be the article's own stays.

use super::{clean, date};

/// Beginnings of the lines that lead to the whole text, in lower case, as all of these.
const ENDS: &str = include_str!("phrases/ends.txt");
/// Whole lines, without signs around them.
const WHOLE: &str = include_str!("phrases/whole.txt");
/// Beginnings of lines of one sentence.
const STARTS: &str = include_str!("phrases/starts.txt");
/// What stands before a colon in lines that lead elsewhere.
const LABELS: &str = include_str!("phrases/labels.txt");
/// Beginnings of notes on cookies.
const COOKIES: &str = include_str!("phrases/cookies.txt");

/// Longest line, in characters, that is taken for an invitation.
const SHORT: usize = 160;
/// Lines at the beginning among which dates and authors stand.
const HEAD: usize = 6;

/// The lines that are the article's own.
pub(super) fn own(lines: Vec<String>, title: Option<&str>, author: Option<&str>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(lines.len());
    let mut cut = None;
    for line in lines {
        let short = line.chars().count() <= SHORT;
        if clean::bare(&line).is_empty() || kept.last() == Some(&line) {
            continue;
        }
        if short && ends_article(&line) {
            cut = Some(kept.len());
            continue;
        }
        let is_head = kept.len() < HEAD && (is_of_head(&line, title, author) || (short && is_byline(&line)));
        if is_head || (short && (is_invitation(&line) || is_clock(&line))) || is_cookie_note(&line) {
            continue;
        }
        kept.push(line);
    }
    // What follows the link to the full article is the site's own word, if it is a few short lines.
    if let Some(at) = cut {
        let tail = kept.get(at..).unwrap_or_default();
        if at > 0 && tail.len() <= 4 && tail.iter().all(|line| line.chars().count() <= SHORT) {
            kept.truncate(at);
        }
    }
    if kept.len() > 2 && kept.first().is_some_and(|first| is_section(first)) {
        kept.remove(0);
    }
    kept
}

/// Whether a line is what stands over an article: its title, author, date and reading time, in whatever order.
fn is_of_head(line: &str, title: Option<&str>, author: Option<&str>) -> bool {
    if is_reading_time(line) || (line.len() <= 80 && date::is_all_date(line)) {
        return true;
    }
    let mut rest = line.to_lowercase();
    let length = rest.len();
    for known in [title, author].into_iter().flatten() {
        rest = rest.replacen(&known.to_lowercase(), " ", 1);
    }
    let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
    rest.len() < length && (rest.is_empty() || BY.contains(&rest) || date::is_all_date(rest))
}

/// What is left of a byline without its name.
const BY: &[&str] = &["by", "von", "par", "por", "di", "door", "автор"];

/// Whether the first line is the name of a section of the site: a few words, and no sentence.
fn is_section(line: &str) -> bool {
    line.chars().count() <= 30
        && line.split_whitespace().count() <= 3
        && !line.ends_with(['.', '!', '?', ':', '…', '。', '”', '"', '»'])
}

/// A time of day alone, as over the entries of a live report.
fn is_clock(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    line.len() <= 12
        && (3..=4).contains(&digits)
        && line.contains([':', '.', 'h'])
        && line.chars().all(|c| {
            c.is_ascii_digit() || c.is_whitespace() || matches!(c, ':' | '.' | 'h' | 'U' | 'u' | 'r' | 'a' | 'p' | 'm')
        })
}

fn plain(line: &str) -> String {
    let line = line.to_lowercase().replace('’', "'");
    line.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// The link to the whole text, after which a summary is over.
fn ends_article(line: &str) -> bool {
    let line = plain(line);
    ENDS.lines().any(|start| line.starts_with(start)) && !line.contains(". ")
}

/// A line that asks to share, follow, subscribe or read something else.
fn is_invitation(line: &str) -> bool {
    let line = plain(line);
    WHOLE.lines().any(|whole| line == whole)
        || STARTS
            .lines()
            .any(|start| line.starts_with(start) && !line.contains(". "))
        || LABELS
            .lines()
            .any(|label| line.strip_prefix(label).is_some_and(|rest| rest.starts_with(':')))
}

fn is_cookie_note(line: &str) -> bool {
    let line = plain(clean::beginning(line, 200));
    COOKIES.lines().any(|start| line.starts_with(start))
}

/// `By Jane Doe`, `Von Erika Mustermann`: a few capitalised words after the word, and no sentence.
fn is_byline(line: &str) -> bool {
    let Some((by, names)) = line.split_once(' ') else {
        return false;
    };
    let by = by.trim_end_matches(':');
    let is_by = by.starts_with(char::is_uppercase) && BY.contains(&by.to_lowercase().as_str());
    let words: Vec<&str> = names.split_whitespace().collect();
    let is_name =
        |word: &&str| word.chars().all(|c| !c.is_lowercase()) || PARTICLES.contains(word) || is_capitalised(word);
    is_by && words.len() <= 12 && words.iter().all(is_name) && !names.ends_with(['.', '!', '?', ':'])
}

fn is_capitalised(word: &str) -> bool {
    word.chars()
        .find(|c| c.is_alphanumeric())
        .is_some_and(char::is_uppercase)
}

/// Words in small letters among names.
const PARTICLES: &[&str] = &[
    "and", "da", "de", "der", "di", "do", "e", "en", "et", "for", "in", "und", "van", "von", "y",
];

/// `4 min read`, `Lecture 3 min`, `Reading time: 5 minutes`.
fn is_reading_time(line: &str) -> bool {
    let line = plain(line);
    let about = [
        "read", "lecture", "lesezeit", "lectura", "lettura", "leitura", "leestijd",
    ];
    line.chars().count() <= 40
        && line.contains("min")
        && line.contains(|c: char| c.is_ascii_digit())
        && about.iter().any(|word| line.contains(word))
}
