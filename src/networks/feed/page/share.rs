//! "Share this on": under an entry, the links with which readers pass its article on. Plain links without a script;
//! nothing is asked of a network before one is followed.

use super::super::render::Entry;
use super::super::xml::escape;
use crate::domain::share::links;

/// The page's own words in a language.
struct Words {
    /// In lower case; the more special tag stands before the more general one.
    tag: &'static str,
    share: &'static str,
    email: &'static str,
}

const fn words(tag: &'static str, share: &'static str, email: &'static str) -> Words {
    Words { tag, share, email }
}

const ENGLISH: Words = words("en", "Share this on:", "E-mail");

const WORDS: &[Words] = &[
    ENGLISH,
    words("fr", "Partager sur\u{a0}:", "E-mail"),
    words("de", "Teilen über:", "E-Mail"),
    words("es", "Compartir en:", "Correo electrónico"),
    words("pt-br", "Compartilhar em:", "E-mail"),
    words("pt", "Partilhar em:", "E-mail"),
    words("ru", "Поделиться:", "Эл. почта"),
    words("ar", "شارك عبر:", "البريد الإلكتروني"),
    words("zh-hant", "分享到：", "電子郵件"),
    words("zh-tw", "分享到：", "電子郵件"),
    words("zh-hk", "分享到：", "電子郵件"),
    words("zh", "分享到：", "电子邮件"),
];

/// The words in this language, if the page has them.
fn in_language(lang: &str) -> Option<&'static Words> {
    let lang = lang.to_ascii_lowercase();
    let speaks = |words: &&Words| {
        lang.strip_prefix(words.tag)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    WORDS.iter().find(speaks)
}

/// The list of an entry that has an article; nothing for others. `lang`: the entry's language.
///
/// People who see read the words in front of the list; to those who listen, they are its name, together with the
/// entry's title. Where the words are English and the entry is not, they say so.
pub(super) fn share(out: &mut String, entry: &Entry, lang: &str) {
    let links = links(
        entry.url.as_deref().unwrap_or_default(),
        entry.title.as_deref().unwrap_or_default(),
    );
    if links.is_empty() {
        return;
    }
    let known = in_language(lang);
    let (own, left_to_right) = match known {
        Some(_) => ("", ""),
        None => (" lang=\"en\"", " dir=\"ltr\""),
    };
    let words = known.unwrap_or(&ENGLISH);
    // `role`: some browsers take a list without bullets for no list.
    out.push_str(&format!(
        "<div class=\"share\"{own}><span aria-hidden=\"true\"{left_to_right}>{share}</span>\n\
         <ul role=\"list\" aria-label=\"{share} {name}\">\n",
        share = words.share,
        name = escape(&entry.heading())
    ));
    for link in links {
        let label = if link.network == "email" { words.email } else { link.label };
        out.push_str(&format!(
            "<li><a href=\"{}\" rel=\"noopener noreferrer external\">{label}</a></li>\n",
            escape(&link.url)
        ));
    }
    out.push_str("</ul></div>\n");
}
