//! The language of an article, as a BCP 47 tag.

use whatlang::Lang;

use super::jsonld::JsonLd;
use super::meta::Meta;
use super::page::Page;
use super::{Found, Source};

/// Characters of text that the detection looks at.
const SAMPLE: usize = 4_000;
/// Fewest characters that it is trusted with.
const FEWEST: usize = 200;

/// The language that the page names.
pub(super) fn stated(page: &Page<'_>, meta: &Meta, ld: &JsonLd) -> Option<Found<String>> {
    let html = page.document.select_single("html");
    let html = html.attr("lang").or_else(|| html.attr("xml:lang"));
    let of_html = html
        .and_then(|lang| tag(&lang))
        .map(|tag| Found::new(tag, Source::Html));
    of_html
        .or_else(|| {
            meta.get("og:locale")
                .and_then(tag)
                .map(|tag| Found::new(tag, Source::OpenGraph))
        })
        .or_else(|| {
            let named = meta.first(&["content-language", "language", "dc.language", "dcterms.language"]);
            named.and_then(tag).map(|tag| Found::new(tag, Source::Meta))
        })
        .or_else(|| {
            let named = ld.get("inLanguage", |ld, value| match value.as_object() {
                Some(language) => ["alternateName", "name"]
                    .iter()
                    .find_map(|m| tag(&ld.text(language.get(*m)?)?)),
                None => tag(&ld.text(value)?),
            });
            named.map(|tag| Found::new(tag, Source::JsonLd))
        })
}

/// The language that a text is written in, where that is sure.
pub(super) fn detected(text: &str) -> Option<Found<String>> {
    let sample = super::clean::beginning(text, SAMPLE);
    let info = whatlang::detect(sample)?;
    let enough = sample.len() >= FEWEST && info.is_reliable();
    let tag = enough.then(|| short(info.lang()))??;
    Some(Found::new(tag.to_owned(), Source::Text))
}

/// A tag in the usual spelling: `en_gb.UTF-8` is `en-GB`. `None` where it is none, or says that it does not know.
fn tag(raw: &str) -> Option<String> {
    let first = raw.split([',', ';', '.', '@']).next()?.trim();
    let mut parts = first.split(['-', '_']);
    let language = parts.next()?.to_ascii_lowercase();
    let is_known = matches!(language.len(), 2 | 3) && language.bytes().all(|b| b.is_ascii_lowercase());
    if !is_known || matches!(language.as_str(), "und" | "zxx" | "mul" | "mis") {
        return None;
    }
    let mut tag = language;
    for part in parts.take(3) {
        let letters = part.bytes().all(|b| b.is_ascii_alphabetic());
        let part = match part.len() {
            2 if letters => part.to_ascii_uppercase(),
            3 if part.bytes().all(|b| b.is_ascii_digit()) => part.to_owned(),
            4 if letters => part.get(..1)?.to_ascii_uppercase() + &part.get(1..)?.to_ascii_lowercase(),
            5..=8 if part.bytes().all(|b| b.is_ascii_alphanumeric()) => part.to_ascii_lowercase(),
            _ => break,
        };
        tag.push('-');
        tag.push_str(&part);
    }
    Some(tag)
}

/// The two letters of the languages that have them; what has three only is not detected well.
fn short(lang: Lang) -> Option<&'static str> {
    Some(match lang {
        Lang::Afr => "af",
        Lang::Amh => "am",
        Lang::Ara => "ar",
        Lang::Aze => "az",
        Lang::Bel => "be",
        Lang::Ben => "bn",
        Lang::Bul => "bg",
        Lang::Cat => "ca",
        Lang::Ces => "cs",
        Lang::Cmn => "zh",
        Lang::Cym => "cy",
        Lang::Dan => "da",
        Lang::Deu => "de",
        Lang::Ell => "el",
        Lang::Eng => "en",
        Lang::Epo => "eo",
        Lang::Est => "et",
        Lang::Fin => "fi",
        Lang::Fra => "fr",
        Lang::Guj => "gu",
        Lang::Heb => "he",
        Lang::Hin => "hi",
        Lang::Hrv => "hr",
        Lang::Hun => "hu",
        Lang::Hye => "hy",
        Lang::Ind => "id",
        Lang::Ita => "it",
        Lang::Jpn => "ja",
        Lang::Kan => "kn",
        Lang::Kat => "ka",
        Lang::Khm => "km",
        Lang::Kor => "ko",
        Lang::Lav => "lv",
        Lang::Lit => "lt",
        Lang::Mal => "ml",
        Lang::Mar => "mr",
        Lang::Mkd => "mk",
        Lang::Mya => "my",
        Lang::Nep => "ne",
        Lang::Nld => "nl",
        Lang::Nob => "nb",
        Lang::Ori => "or",
        Lang::Pan => "pa",
        Lang::Pes => "fa",
        Lang::Pol => "pl",
        Lang::Por => "pt",
        Lang::Ron => "ro",
        Lang::Rus => "ru",
        Lang::Sin => "si",
        Lang::Slk => "sk",
        Lang::Slv => "sl",
        Lang::Spa => "es",
        Lang::Srp => "sr",
        Lang::Swe => "sv",
        Lang::Tam => "ta",
        Lang::Tel => "te",
        Lang::Tgl => "tl",
        Lang::Tha => "th",
        Lang::Tur => "tr",
        Lang::Ukr => "uk",
        Lang::Urd => "ur",
        Lang::Uzb => "uz",
        Lang::Vie => "vi",
        Lang::Yid => "yi",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_spelled_as_usual() {
        for (raw, spelled) in [
            ("en", Some("en")),
            ("EN_gb", Some("en-GB")),
            ("fr_FR.UTF-8", Some("fr-FR")),
            ("zh-hans-cn", Some("zh-Hans-CN")),
            ("es-419", Some("es-419")),
            ("de-x-private", Some("de")),
            ("en, fr", Some("en")),
            ("English", None),
            ("x-default", None),
            ("und", None),
            ("", None),
            ("é1", None),
        ] {
            assert_eq!(tag(raw).as_deref(), spelled, "{raw}");
        }
    }
}
