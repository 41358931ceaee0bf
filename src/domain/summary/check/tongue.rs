//! Whether a proposal is in another language than the article, as far as that can be told from so few words.

use whatlang::{Lang, detect};

use super::super::Text;
use super::super::language::{KNOWN, Language};
use super::super::stopwords;
use super::super::words::{core, lowered};

/// How many small words of a language make it sure.
const SURE: usize = 3;
/// How much of the article is looked at, in bytes.
const SAMPLE: usize = 4_000;
/// Languages so near to each other that a few sentences do not tell them apart.
const KIN: [&[Lang]; 8] = [
    &[Lang::Nob, Lang::Dan, Lang::Swe],
    &[Lang::Hrv, Lang::Srp, Lang::Slv],
    &[Lang::Ces, Lang::Slk],
    &[Lang::Por, Lang::Spa, Lang::Cat],
    &[Lang::Rus, Lang::Ukr, Lang::Bel, Lang::Bul, Lang::Mkd, Lang::Srp],
    &[Lang::Nld, Lang::Afr],
    &[Lang::Hin, Lang::Mar, Lang::Nep],
    &[Lang::Tur, Lang::Aze],
];

/// `language` is the article's. Its small words decide where there are enough of them; else what the letters look like.
pub(super) fn is_another(proposed: &str, article: &Text<'_>, language: Language) -> bool {
    let words: Vec<String> = lowered(proposed).collect();
    let small = |language: Language| {
        let list = stopwords::list(language);
        words.iter().filter(|word| list.contains(&core(word))).count()
    };
    let own = small(language);
    let others = KNOWN.into_iter().filter(|other| *other != language).map(small).max();
    let others = others.unwrap_or_default();
    if language != Language::Other {
        if others >= SURE && others > own.saturating_mul(2) {
            return true;
        }
        if own >= SURE && own >= others {
            return false;
        }
    }
    looks_other(proposed, article.body)
}

fn looks_other(proposed: &str, body: &str) -> bool {
    let sample = body.get(..body.floor_char_boundary(SAMPLE)).unwrap_or(body);
    let (Some(of_article), Some(of_proposal)) = (detect(sample), detect(proposed)) else {
        return false;
    };
    if of_article.script() != of_proposal.script() {
        return true;
    }
    let (one, other) = (of_article.lang(), of_proposal.lang());
    let are_kin = KIN.iter().any(|kin| kin.contains(&one) && kin.contains(&other));
    one != other && !are_kin && of_article.is_reliable() && of_proposal.is_reliable()
}
