//! Too many emoji. A screen reader says the name of each: "clapping hands clapping hands clapping hands".

use unicode_segmentation::UnicodeSegmentation;

use super::{Draft, Finding, Rule, texts};

/// So many emoji a text may have, and not so many in a row. Guides of public bodies allow two or three a post, no rows
/// of them, and none twice.
const MOST: usize = 3;
const SOURCE: &str = "City University of New York, Accessibility Toolkit: Emoji Accessibility, https://guides.cuny.edu/accessibility/memeEmoji";

/// One finding for each text with more than [`MOST`] emoji, with as many in a row, or with one repeated in a row.
pub(super) fn check(draft: &Draft<'_>) -> Vec<Finding> {
    texts(draft).filter_map(|(n, text)| of_text(n, text)).collect()
}

fn of_text(n: usize, text: &str) -> Option<Finding> {
    let mut count = 0;
    let mut row: Vec<&str> = Vec::new();
    let (mut beyond, mut crowd, mut twice) = (None, None, None);
    for (at, cluster) in text.grapheme_indices(true) {
        if is_emoji(cluster) {
            let here = (at, at + cluster.len());
            count += 1;
            if count > MOST {
                beyond.get_or_insert(here);
            }
            if row.last() == Some(&cluster) {
                twice.get_or_insert(here);
            }
            row.push(cluster);
            if row.len() >= MOST {
                crowd.get_or_insert(here);
            }
        } else if !cluster.chars().all(char::is_whitespace) {
            row.clear();
        }
    }
    let (message, at) = match (beyond, crowd, twice) {
        (Some(at), ..) => (format!("There are {count} emoji here, more than {MOST}."), at),
        (_, Some(at), _) => (format!("There are {MOST} emoji in a row."), at),
        (.., Some(at)) => ("The same emoji stands twice in a row.".to_owned(), at),
        _ => return None,
    };
    Some(
        Finding::new(Rule::Emoji, message)
            .hint("A screen reader says the name of every one. Keep those that add something, best at the end.")
            .source(SOURCE)
            .at(n, at),
    )
}

/// Whether a grapheme cluster is shown as an emoji. Whole blocks are taken for emoji; of the older symbols (☎, ✓, ©)
/// those count that are emoji by themselves or are asked to be by U+FE0F; U+FE0E asks for text.
fn is_emoji(cluster: &str) -> bool {
    !cluster.is_ascii()
        && !cluster.contains('\u{FE0E}')
        && cluster.chars().any(|c| {
            matches!(u32::from(c),
                0xFE0F | 0x20E3 | 0x231A | 0x231B | 0x23E9..=0x23EC | 0x23F0 | 0x23F3 | 0x25FD | 0x25FE | 0x2614
                | 0x2615 | 0x2648..=0x2653 | 0x267F | 0x2693 | 0x26A1 | 0x26AA | 0x26AB | 0x26BD | 0x26BE | 0x26C4
                | 0x26C5 | 0x26CE | 0x26D4 | 0x26EA | 0x26F2 | 0x26F3 | 0x26F5 | 0x26FA | 0x26FD | 0x2705 | 0x270A
                | 0x270B | 0x2728 | 0x274C | 0x274E | 0x2753..=0x2755 | 0x2757 | 0x2795..=0x2797 | 0x27B0 | 0x27BF
                | 0x2B1B | 0x2B1C | 0x2B50 | 0x2B55 | 0x1F18E | 0x1F191..=0x1F19A | 0x1F1E6..=0x1F1FF
                | 0x1F300..=0x1F64F | 0x1F680..=0x1F6FF | 0x1F7E0..=0x1F7FF | 0x1F900..=0x1FAFF)
        })
}
