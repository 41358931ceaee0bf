//! How models decline, and how they announce what they wrote. All in small letters, with straight apostrophes.

use super::super::words::lowered;

/// Beginnings of an answer that is no summary.
const REFUSALS: &[&str] = &[
    "i cannot",
    "i can't",
    "i can not",
    "i'm sorry",
    "i am sorry",
    "i apologize",
    "i apologise",
    "i'm unable",
    "i am unable",
    "i'm not able",
    "i am not able",
    "i won't",
    "i will not",
    "i don't have",
    "i do not have",
    "i'm an ai",
    "i am an ai",
    "sorry",
    "unfortunately i",
    "as an ai",
    "please provide",
    "no article",
    "there is no article",
    "je suis désolé",
    "je ne peux pas",
    "je ne suis pas en mesure",
    "désolé",
    "lo siento",
    "no puedo",
    "lamento",
    "es tut mir leid",
    "tut mir leid",
    "ich kann",
    "leider kann ich",
    "desculpe",
    "sinto muito",
    "não posso",
    "mi dispiace",
    "non posso",
    "het spijt me",
    "я не могу",
    "извините",
    "к сожалению я",
    "عذرا",
    "عذرًا",
    "لا أستطيع",
    "آسف",
];
/// The same where words are not parted by spaces.
const UNSPACED_REFUSALS: &[&str] = &[
    "抱歉",
    "对不起",
    "很抱歉",
    "我无法",
    "我不能",
    "作为人工智能",
    "作为一个",
    "作为一名",
    "申し訳",
    "すみません",
    "죄송",
];
/// What only the one speaks of who was told to do something.
const TASKS: &[&str] = &[
    "previous instructions",
    "prior instructions",
    "above instructions",
    "instructions above",
    "system prompt",
    "ai language model",
    "as a language model",
];
/// Words of which one stands in an announcement.
const LABELS: &[&str] = &[
    "summary",
    "tl;dr",
    "résumé",
    "resumen",
    "zusammenfassung",
    "resumo",
    "riassunto",
    "samenvatting",
    "резюме",
    "краткое",
    "ملخص",
    "摘要",
    "总结",
    "概要",
];
/// The longest announcement, in words.
const LONGEST_LABEL: usize = 12;

/// `words` are those of the text.
pub(super) fn is_refusal(text: &str, words: &[String]) -> bool {
    let all = format!("{} ", words.join(" "));
    let begins = |phrase: &str| all.strip_prefix(phrase).is_some_and(|rest| rest.starts_with(' '));
    REFUSALS.iter().any(|phrase| begins(phrase))
        || UNSPACED_REFUSALS.iter().any(|phrase| text.starts_with(phrase))
        || TASKS.iter().any(|phrase| all.contains(phrase))
}

/// Whether this, which stands before a colon, only announces a summary.
pub(super) fn is_label(text: &str) -> bool {
    let lower = text.to_lowercase();
    LABELS.iter().any(|word| lower.contains(word))
        && !text.contains(['.', '。'])
        && lowered(text).count() <= LONGEST_LABEL
}
