//! ROUGE-L (C.-Y. Lin, *ROUGE: A Package for Automatic Evaluation of Summaries*, 2004): the longest common subsequence
//! of the words of a summary and of a reference, as F1.

use unicode_segmentation::UnicodeSegmentation;

/// From 0 to 1; small and capital letters are the same.
pub(super) fn rouge_l(summary: &str, reference: &str) -> f64 {
    let words = |text: &str| text.unicode_words().map(str::to_lowercase).collect::<Vec<_>>();
    let (summary, reference) = (words(summary), words(reference));
    let common = longest_common(&summary, &reference) as f64;
    if common == 0.0 {
        return 0.0;
    }
    let (precision, recall) = (common / summary.len() as f64, common / reference.len() as f64);
    2.0 * precision * recall / (precision + recall)
}

fn longest_common(a: &[String], b: &[String]) -> usize {
    let mut row = vec![0; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

#[test]
fn the_longest_common_subsequence_is_measured() {
    let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
    // The examples of the paper, section 3.1: "police killed the gunman".
    assert!(close(
        rouge_l("police kill the gunman", "Police killed the gunman"),
        0.75
    ));
    assert!(close(
        rouge_l("the gunman kill police", "police killed the gunman"),
        0.5
    ));
    assert!(close(rouge_l("a b", "a x b y"), 2.0 / 3.0));
    assert_eq!((rouge_l("", "a"), rouge_l("a", ""), rouge_l("a", "b")), (0.0, 0.0, 0.0));
}
