mod properties;
mod refused;

use super::*;

fn within(limit: usize) -> impl Fn(&str) -> bool {
    move |text| text.chars().count() <= limit
}

fn proposal(text: &Text<'_>, limit: usize) -> Option<String> {
    propose(text, &within(limit))
}

fn english<'a>(title: &'a str, body: &'a str) -> Text<'a> {
    Text {
        title: Some(title),
        description: None,
        body,
        language: Some("en"),
    }
}

const CLINICS: &str = "The city council opened four overdose prevention clinics in the harbour district on Monday. \
    The weather was mild and the streets around the market were rather quiet all day. \
    A bakery on the corner sold out of cinnamon buns long before the afternoon began.\n\n\
    Overdose deaths in the harbour district fell by a third after the first prevention clinic opened last year. \
    The city council opened four overdose prevention clinics in the harbour district this Monday. \
    Nurses in the clinics reversed 310 overdoses, and none of the visitors died.";

#[test]
fn what_the_article_is_about_is_taken_and_nothing_twice() {
    let text = english("Overdose prevention clinics cut deaths in harbour district", CLINICS);
    let proposal = proposal(&text, 320).unwrap();
    assert!(proposal.starts_with("The city council opened four"), "{proposal}");
    assert!(
        proposal.contains("Overdose deaths in the harbour district fell by a third"),
        "{proposal}"
    );
    for beside in ["weather", "buns", "this Monday"] {
        assert!(!proposal.contains(beside), "{proposal}");
    }
}

#[test]
fn the_title_tells_equal_sentences_apart() {
    let body = "Farmers in the northern valleys planted barley on most of their fields. \
        Teachers in the southern suburbs demanded smaller classes from their ministry.";
    let first = |title| proposal(&english(title, body), 90).unwrap();
    assert!(first("Teachers demand smaller classes in southern suburbs").starts_with("Teachers"));
    assert!(first("Barley in northern valleys: farmers plant most fields").starts_with("Farmers"));
}

#[test]
fn as_many_sentences_are_taken_as_fit_but_three_at_most() {
    let body = "The council opened four prevention clinics in the harbour district on Monday. \
        Overdose deaths in the harbour district fell by a third after the first clinic opened. \
        The council will open prevention clinics in every district before the next winter comes. \
        Nurses trained by the council will work in the clinics of the harbour district at night.";
    let text = english("Council opens prevention clinics in harbour district", body);
    let count =
        |limit| proposal(&text, limit).map_or(0, |text| crate::domain::sentences::ranges(&text, Some("en")).count());
    assert_eq!([count(50), count(100), count(200), count(100_000)], [0, 1, 2, 3]);
}

#[test]
fn a_sentence_that_leans_on_another_is_taken_only_behind_it() {
    let lead = "The health ministry of Norland banned the sale of all flavoured vaping liquids.";
    let leaning = "However, the ban on flavoured vaping liquids in Norland will not apply to pharmacies.";
    let text = |body| english("Norland bans flavoured vaping liquids, but not in pharmacies", body);
    let both = format!("{lead} {leaning}");
    assert_eq!(proposal(&text(&both), 300), Some(both.clone()));
    assert_eq!(proposal(&text(leaning), 300), None);
    let parted = format!("{lead} Why is that? {leaning}");
    assert_eq!(proposal(&text(&parted), 300), Some(lead.to_owned()));
}

#[test]
fn a_description_of_whole_sentences_is_a_candidate() {
    let text = |description| Text {
        description: Some(description),
        ..english("Clinics", CLINICS)
    };
    let described = "Four new clinics in the harbour district are to prevent overdose deaths among visitors.";
    assert!(proposal(&text(described), 300).unwrap().starts_with(described));
    for useless in [
        "Four new clinics in the harbour district are to prevent overdose deaths among the many visitors of…",
        "Four new clinics in the harbour district are to prevent overdose deaths among the many ...",
        "Harm Watch publishes news, opinion and podcasts about every aspect of modern life since 1985.",
        "Clinics in the harbour district",
        "Will four new clinics in the harbour district prevent overdose deaths?",
        "",
    ] {
        let proposal = proposal(&text(useless), 300).unwrap();
        assert!(
            proposal.starts_with("The city council opened four"),
            "{useless}: {proposal}"
        );
    }
    let same = "The city council opened four overdose prevention clinics in the harbour district on Monday.";
    assert_eq!(proposal(&text(same), 300).unwrap().matches("opened four").count(), 1);
}

#[test]
fn a_wrongly_declared_language_does_no_harm() {
    let body = "Der Stadtrat hat am Montag vier neue Einrichtungen für die Beratung von Kranken im Hafen eröffnet. \
        Dennoch sind die Betten in den Krankenhäusern der Stadt und des Landkreises noch immer nicht frei. \
        Die Zahl der Toten ist nach der Eröffnung der ersten Einrichtung um ein Drittel gesunken.";
    let with = |language| {
        let text = Text {
            title: Some("Vier neue Einrichtungen"),
            description: None,
            body,
            language,
        };
        proposal(&text, 200)
    };
    assert_eq!(with(Some("en")), with(Some("de-AT")));
    assert_eq!(with(None), with(Some("de")));
    assert!(with(Some("en")).is_some_and(|text| !text.contains("Dennoch")));
}

#[test]
fn every_language_has_a_proposal_of_its_own_sentences() {
    let texts = [
        (
            "fr",
            "La ville a ouvert lundi quatre centres de soins dans le quartier du port. Mais les lits manquent encore dans tous les hôpitaux. Les décès ont baissé d'un tiers depuis l'ouverture du premier centre.",
        ),
        (
            "es",
            "La ciudad abrió el lunes cuatro centros de salud en el barrio del puerto. Sin embargo, faltan camas en todos los hospitales. Las muertes bajaron un tercio desde la apertura del primer centro.",
        ),
        (
            "pt",
            "A cidade abriu na segunda-feira quatro centros de saúde no bairro do porto. No entanto, faltam camas em todos os hospitais. As mortes caíram um terço desde a abertura do primeiro centro.",
        ),
        (
            "ru",
            "Город открыл в понедельник четыре центра помощи в портовом районе. Однако мест в больницах по-прежнему не хватает. Смертность снизилась на треть после открытия первого центра.",
        ),
        (
            "ar",
            "افتتحت المدينة يوم الاثنين أربعة مراكز صحية في حي الميناء القديم. انخفضت الوفيات بمقدار الثلث منذ افتتاح المركز الأول في العام الماضي.",
        ),
        (
            "zh",
            "市政府周一在港口区开设了四个新的健康服务中心。但是医院的床位仍然不够用，病人要等很久。自从第一个中心开设以来，死亡人数下降了三分之一。",
        ),
    ];
    for (language, body) in texts {
        let text = Text {
            title: None,
            description: None,
            body,
            language: Some(language),
        };
        let proposal = propose(&text, &|_| true).unwrap_or_default();
        let sentences: Vec<&str> = crate::domain::sentences::ranges(body, Some(language))
            .map(|r| &body[r])
            .collect();
        assert!(proposal.contains(sentences[0]), "{language}: {proposal}");
        assert!(
            proposal.contains(sentences[sentences.len() - 1]),
            "{language}: {proposal}"
        );
    }
}

#[test]
fn only_what_can_be_read_in_time_is_read() {
    let far = "The answer stands in the last sentence of this endless report on harbours.";
    let filler = "Nothing. ".repeat(MOST_SENTENCES);
    assert_eq!(proposal(&english("Harbours", &format!("{filler}{far}")), 300), None);
    let endless = format!(
        "The {}end of it all is near for everybody.",
        "very ".repeat(LONGEST_SENTENCE / 5)
    );
    assert_eq!(propose(&english("The end", &endless), &|_| true), None);
}

#[test]
fn a_description_that_the_first_sentence_says_again_is_not_taken_beside_it() {
    let body = "Every pharmacy in the country will keep naloxone from next spring, the health minister said on Monday. \
        The medicine reverses an opioid overdose within minutes and costs less than a taxi ride.\n\n\
        Last year 4,907 people died of drug poisoning in England and Wales, more than in any year since records began.";
    let text = Text {
        description: Some("Ministers plan to put naloxone in every pharmacy."),
        ..english("Naloxone in every pharmacy", body)
    };
    let proposal = proposal(&text, 300).unwrap();
    assert!(proposal.starts_with("Every pharmacy in the country"), "{proposal}");
    assert!(!proposal.contains("Ministers plan"), "{proposal}");
}
