use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::*;

fn split<'a>(text: &'a str, language: &'a str) -> Vec<&'a str> {
    ranges(text, (!language.is_empty()).then_some(language))
        .map(|range| &text[range])
        .collect()
}

/// Each text is written with `|` where a sentence ends.
fn assert_split(language: &str, marked: &[&str]) {
    for marked in marked {
        let text = marked.replace('|', "");
        let expected: Vec<&str> = marked.split('|').map(str::trim).collect();
        assert_eq!(split(&text, language), expected, "in {language:?}");
    }
}

#[test]
fn english() {
    assert_split(
        "en",
        &[
            "The law changed.| Nobody noticed!| Why?| It was late.",
            "Dr. Smith met Mr. J. R. Jones on Jan. 5.| They spoke for 3.5 hours.",
            "The U.S. Senate voted.| It happened in the U.S. in May.| He lives in the U.S.| The law is strict there.",
            "See No. 5 of the list.| She said no.| Five left.",
            "It cost approx. 5.3 million at Smith & Co. Ltd. last year.| It rose by 2 p.m. Monday.",
            "“It is over,” he said.| “Go!” she cried.| Then she left.",
            "He said “no.”| Then he left.| (It was late.)| We slept.",
            "The group (founded in 1990 by Smith et al.) Then split.| Why?",
            "They left (at last!).| We stayed.",
            "Well… that is that.| But wait...| There is more.",
            "The report [...] was late.| Rates fell (!) in May.",
            "Rates fell.[3]| Deaths rose.[12][13]| Nobody knew why.¹| It was odd.",
            "The firm sells iPhones.| iPhone sales rose.",
            "Is Yahoo! dead?| See https://idhdp.org/a.b?c=d. Then decide.",
            "It was John's.| Then it was mine.",
            "A line\nbroken here.| And a sentence\nmore.",
        ],
    );
}

#[test]
fn german() {
    assert_split(
        "de",
        &[
            "Das gilt z. B. Ärzten, d. h. Fachleuten, u. a. in Berlin.| Es gilt bzw. Dritten auch.",
            "Am 5. Mai kam Dr. Müller.| Im 19. Jahrhundert war es anders.| Die Zahl stieg auf 19.| Danach fiel sie.",
            "„Das ist falsch.“| Er ging.| „Warum?“, fragte sie.| »Nein!«| Dann Stille.",
            "Es gab Wein, Bier usw.| Die Leute tranken.| Es gab Brot usw. Menschen kamen.",
            "Es kostet ca. 3,5 Mio. Euro.| Siehe Nr. 7 und Abs. 3.| Ende.",
        ],
    );
}

#[test]
fn french() {
    assert_split(
        "fr",
        &[
            "M. Dupont et Mme. Martin sont venus.| Ils ont vu J.-P. Le Goff.| C'est tout !| Et après ?| Rien.",
            "« C'est fini. »| Il partit.| « Non ! » dit-elle.| « Jamais… »| Voilà.",
            "Certains, p. ex. Paris, ont voté.| Le taux est de 3,5 %.| Voir art. 5.| Fin.",
            "« Assez ! » — Le maire se tut.",
        ],
    );
}

#[test]
fn spanish_and_portuguese() {
    assert_split(
        "es",
        &[
            "El Sr. Pérez y la Dra. Gómez hablaron en EE. UU. sobre ello.| Nadie escuchó.",
            "¿Qué pasó?| ¡Nada!| «Se acabó.»| La ley, de 2.500 páginas, salió.| Véase la pág. 5.",
            "Vive en EE. UU.| El país es grande.",
        ],
    );
    assert_split(
        "pt",
        &[
            "O Sr. Silva falou com a Profa. Costa.| Não houve resposta.| Veja o art. 5.",
            "“Acabou.”| O dr. Lima saiu às 15.30.| Ninguém viu…| Depois voltou.",
        ],
    );
}

#[test]
fn russian() {
    assert_split(
        "ru",
        &[
            "А. С. Пушкин родился в 1799 г. в Москве.| Это знают все.",
            "Они, т. е. Врачи, и др. Люди пришли.| Было 5 тыс. Человек и 3 млн. рублей.",
            "«Хватит!» — сказал он.| «Нет».| Все ушли…| Стало тихо.",
            "«Хватит!» — Путин ушёл.| Это был я.| Потом пришли они.| См. Рис. 5 на стр. 7.",
        ],
    );
}

#[test]
fn other_scripts() {
    assert_split(
        "zh",
        &[
            "毒品政策。|需要改变！|为什么？|没人知道。",
            "“我们反对。”|他说：“不行！”，然后走了。|她在3.5年后回来……然后又走了。",
            "真的吗?|是的!|好。",
        ],
    );
    assert_split("ja", &["「行こう。」|彼は言った。|それだけ。"]);
    assert_split("ar", &["هل هذا صحيح؟| نعم هذا صحيح.| قال د. أحمد ذلك.| انتهى!"]);
    assert_split("hi", &["नीति बदलो।| अब बहुत देर हो गई।"]);
}

#[test]
fn without_a_language_all_abbreviations_count() {
    assert_split(
        "",
        &["Dr. Smith und Sra. Gómez, z. B. Ärzte, sahen No. 5.| Il est parti.| Это всё."],
    );
    assert_split("it", &["Dr. Rossi e Sig.ra Bianchi.| Fine."]);
}

#[test]
fn an_empty_line_ends_what_has_no_stop() {
    assert_split(
        "en",
        &[
            "A heading\n\n| He lives in the U.S.\n \n| the rest",
            "1. First\n2. Second",
        ],
    );
    assert_eq!(split(" \n\n \u{3000}", "en"), [""; 0]);
    let text = "\n\nOne\r\n\r\nTwo\n\n\n\nThree\nfour\n";
    let parts: Vec<&str> = paragraphs(text).map(|range| &text[range]).collect();
    assert_eq!(parts, ["One", "Two", "Three\nfour"]);
}

#[test]
fn ends_are_within_reach_and_need_a_stop() {
    let text = "One two. Three four. Five six";
    let ends = |reach| ends(text, reach, Some("en")).collect::<Vec<_>>();
    assert_eq!(ends(usize::MAX), [8, 20]);
    assert_eq!(ends(19), [8]);
    assert_eq!(ends(0), [0_usize; 0]);
}

fn marks() -> impl Strategy<Value = String> {
    let pieces = vec![
        "a", "B", "Dr", "The", " ", "\n", "\n\n", ".", "…", "!", "?", "。", "“", "”", "«", "»", "(", ")", "[1]", "[",
        "]", "5", ",", "—", "毒", "З", "\u{A0}", "é", "\u{301}", "'",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn ranges_hold_every_word_once_and_in_order(text in prop_oneof![any::<String>(), marks()], tag in "(|en|de|ru|zz)") {
        let tag = (!tag.is_empty()).then_some(tag.as_str());
        let mut at = 0;
        let mut joined = String::new();
        for range in ranges(&text, tag) {
            prop_assert!(range.start >= at && range.start < range.end);
            at = range.end;
            prop_assert_eq!(text[range.clone()].trim(), &text[range.clone()]);
            joined.push_str(&text[range]);
        }
        let dense = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        prop_assert_eq!(dense(&joined), dense(&text));
    }

    #[test]
    fn ends_do_not_depend_on_how_far_is_read(text in marks(), reach in 0_usize..100) {
        let near: Vec<usize> = ends(&text, reach, None).collect();
        let far: Vec<usize> = ends(&text, text.len(), None).filter(|end| *end <= reach).collect();
        // Only a run of stops that is cut off by the reach itself may differ.
        let sure = |ends: &[usize]| ends.iter().copied().filter(|end| end + 30 < reach).collect::<Vec<_>>();
        prop_assert_eq!(sure(&near), sure(&far));
    }

    /// On plain prose the result is that of UAX #29.
    #[test]
    fn plain_prose_is_split_as_unicode_says(
        words in prop::collection::vec("([A-Z]?[a-z]{2,7}|[а-я]{2,7}|[0-9]{3,5})(, |\\. [A-Z]|! \\(?[A-Z]|\\?\" [А-Я]| |\\.\\) [A-Z])", 1..20),
    ) {
        let text = format!("Start {}end.", words.concat()).replace(['(', ')'], "");
        let unicode: Vec<&str> = text.unicode_sentences().map(str::trim).collect();
        prop_assume!(!text.split(['.', ' ']).any(|w| is_abbreviation(w, "X", Some("zh")) || is_abbreviation(w, "5", Some("zh"))));
        prop_assert_eq!(split(&text, "zh"), unicode);
    }
}
