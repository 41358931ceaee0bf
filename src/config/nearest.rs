//! The known word that a mistyped one most likely means.

/// Words longer than this are no slip of the finger, in characters.
const LONGEST: usize = 64;

/// The known word nearest to `word`; `None` if none is near enough to be worth naming.
///
/// One slip in three characters is allowed, and never more than three: a letter too many, too few, wrong, or two
/// letters changed about. Case does not count. Of equally near words the first is taken.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let typed = letters(word)?;
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in known {
        let Some(meant) = letters(candidate) else { continue };
        let slips = (typed.len().max(meant.len()) / 3).clamp(1, 3);
        if typed.len().abs_diff(meant.len()) > slips {
            continue;
        }
        let apart = distance(&typed, &meant);
        let near = apart <= slips && apart < meant.len();
        if near && best.is_none_or(|(least, _)| apart < least) {
            best = Some((apart, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn letters(word: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = word.chars().flat_map(char::to_lowercase).take(LONGEST + 1).collect();
    (1..=LONGEST).contains(&letters.len()).then_some(letters)
}

/// The edit distance in which two neighbours that changed places count once (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut row = vec![i + 1];
        for j in 0..b.len() {
            let change = last[j] + usize::from(a[i] != b[j]);
            let mut least = change.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_was_meant_and_nothing_far_fetched() {
        let known = ["schedule", "handle", "undo", "name", "bluesky", "x", "ask"];
        for (typed, meant) in [
            ("shedule", Some("schedule")),
            ("Schedule", Some("schedule")),
            ("schedlue", Some("schedule")),
            ("bluesy", Some("bluesky")),
            ("nmae", Some("name")),
            ("handels", Some("handle")),
            ("token", None),
            ("x2", None),
            ("y", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, &known), meant, "{typed}");
        }
        assert_eq!(nearest(&"schedule".repeat(10_000), &known), None);
        assert_eq!(nearest("anything", &[]), None);
    }
}
