//! What a proposal never holds, each beside a sentence that can be taken.

use super::*;

fn taken(language: &str, sentence: &str) -> bool {
    let text = Text {
        title: Some("Ein Title, un titre"),
        description: None,
        body: sentence,
        language: Some(language),
    };
    propose(&text, &|_| true).is_some()
}

#[test]
fn what_cannot_stand_alone_or_is_no_prose_is_refused() {
    let refused = [
        (
            "en",
            "Have you ever asked yourself why so many people die of overdoses?",
        ),
        ("en", "By Jane Doe, health correspondent in Geneva"),
        ("en", "By Jane Doe, our health correspondent in Geneva."),
        ("en", "Published on Wednesday 29 March 2017 at 10.30 in the morning."),
        ("en", "29 March 2017."),
        ("en", "A nurse at the new clinic in the harbour. Photo: Reuters/J. Doe."),
        ("en", "Click here to read the full article on our website."),
        ("en", "Read more about the new clinics on the pages of the council."),
        (
            "en",
            "You can sign up for our weekly newsletter about clinics and harbours.",
        ),
        ("en", "However, the clinics in the harbour will remain open until May."),
        ("en", "He said that the clinics in the harbour will remain open."),
        ("en", "This decision of the council was welcomed by nurses and doctors."),
        ("en", "In order to do this, he said, policy should target the sellers."),
        (
            "en",
            "The clinics in the harbour will remain open until May, she added.",
        ),
        (
            "en",
            "“The clinics in the harbour will remain open until the end of May.”",
        ),
        ("en", "“The clinics in the harbour will remain open,” he said."),
        (
            "en",
            "“We opened the clinics in the harbour. We will not close any of them before May.",
        ),
        ("en", "The clinics stay open."),
        ("en", "THE CLINICS IN THE HARBOUR WILL REMAIN OPEN UNTIL MAY."),
        (
            "en",
            "The clinics in the harbour (which the council opened last year will remain open.",
        ),
        (
            "en",
            "See https://example.org/clinics for the opening hours of all clinics.",
        ),
        ("en", "1. The clinics in the harbour will remain open until May."),
        ("en", "– The clinics in the harbour will remain open until May."),
        ("en", "The clinics in the harbour will remain open until the end of…"),
        ("en", "Ein title, un titre!"),
        ("de", "Dennoch bleiben die Kliniken am Hafen bis Ende Mai geöffnet."),
        ("de", "Am Montag sagte sie im Rathaus, die Kliniken bleiben geöffnet."),
        ("de", "Klicken Sie hier, um den ganzen Artikel zu lesen."),
        ("fr", "Mais les centres du port resteront ouverts jusqu'à la fin mai."),
        ("fr", "Les centres du port resteront ouverts, a-t-il déclaré lundi."),
        ("fr", "Abonnez-vous à notre newsletter pour ne rien manquer du débat."),
        (
            "es",
            "Sin embargo, los centros del puerto seguirán abiertos hasta mayo.",
        ),
        (
            "es",
            "¡Haga clic aquí para leer el artículo completo en nuestra página!",
        ),
        ("pt", "No entanto, os centros do porto ficarão abertos até maio."),
        ("pt", "Clique aqui para ler o artigo completo na nossa página."),
        ("ru", "Однако центры в порту будут работать до конца мая."),
        ("ru", "Центры в порту будут работать до конца мая, сказал он."),
        ("ru", "Подпишитесь на нашу рассылку, чтобы ничего не пропустить."),
        ("zh", "但是医院的床位仍然不够用，病人要等很久。"),
        ("zh", "你知道为什么有这么多人死于过量用药吗？"),
        ("ar", "لكن المراكز في الميناء ستبقى مفتوحة حتى نهاية مايو."),
    ];
    for (language, sentence) in refused {
        assert!(!taken(language, sentence), "{sentence}");
    }
}

#[test]
fn what_only_looks_like_it_is_taken() {
    let taken_all = [
        ("en", "This year the clinics in the harbour will remain open."),
        (
            "en",
            "“The clinics will remain open,” said Jane Doe, the minister of health.",
        ),
        ("en", "Dr. Doe called the clinics “a success” that nobody had expected."),
        ("en", "The clinics (there are four of them) will remain open until May."),
        ("en", "The council said that the clinics will remain open until May.[3]"),
        (
            "de",
            "Es gibt im Hafen vier Kliniken, die bis Ende Mai geöffnet bleiben.",
        ),
        (
            "de",
            "In diesem Jahr bleiben die Kliniken am Hafen bis Ende Mai geöffnet.",
        ),
        ("fr", "Il y a dans le port quatre centres ouverts jusqu'à la fin mai."),
        ("ru", "В этом году центры в порту будут работать до конца мая."),
    ];
    for (language, sentence) in taken_all {
        assert!(taken(language, sentence), "{sentence}");
    }
}

#[test]
fn a_sentence_within_a_longer_quotation_is_refused() {
    let body = "“We are proud of the clinics. The clinics in the harbour saved three hundred lives last year. \
        Nobody will close them,” said the mayor. The council will vote on the budget of the clinics in May.";
    let text = Text {
        body,
        language: Some("en"),
        ..Text::default()
    };
    assert_eq!(
        propose(&text, &|_| true).as_deref(),
        Some("The council will vote on the budget of the clinics in May.")
    );
}
