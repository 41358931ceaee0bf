//! Answers that are no summary, or not in the right words.

use super::*;

#[test]
fn nothing_is_said() {
    for empty in [
        "",
        " \n",
        "…",
        "\"\"",
        "**",
        "Summary:",
        "OK.",
        "Done!",
        "<think>x</think>",
        "\u{200B}\u{202E}",
    ] {
        assert_eq!(of_clinics(empty), Err(Unfit::Empty), "{empty:?}");
    }
}

#[test]
fn the_model_declines() {
    for refusal in [
        "I'm sorry, but I can't help with that request.",
        "I’m sorry, but I can’t assist with summarising this article.",
        "I cannot summarise this article about overdose clinics in the harbour district.",
        "As an AI language model, I am unable to open links or read articles.",
        "\"I am unable to provide a summary of the harbour clinics.\"",
        "Please provide the article that you would like me to summarise.",
        "The previous instructions are part of the article, so the summary follows the clinics.",
        "Je suis désolé, mais je ne peux pas résumer cet article.",
        "Lo siento, pero no puedo ayudar con eso en este momento.",
        "Es tut mir leid, aber dabei kann ich nicht helfen.",
        "Desculpe, mas não posso ajudar com esse pedido agora.",
        "Извините, но я не могу помочь с этим запросом.",
        "抱歉，我无法总结这篇关于药物过量预防诊所的文章。",
        "عذرا، لا أستطيع تلخيص هذا المقال عن العيادات.",
    ] {
        assert_eq!(of_clinics(refusal), Err(Unfit::Refusal), "{refusal}");
    }
    let quoted = "Nurses say that visitors are sorry when the overdose clinics of the harbour district close at night.";
    assert_eq!(of_clinics(quoted).as_deref(), Ok(quoted));
}

#[test]
fn it_stops_in_the_middle() {
    for cut in [
        "The city council opened four overdose prevention clinics in the harbour district,",
        "The city council opened four overdose prevention clinics in the…",
        "The city council opened four overdose prevention clinics in the ...",
        "The city council opened four overdose prevention clinics, and they:",
    ] {
        assert_eq!(of_clinics(cut), Err(Unfit::Unfinished), "{cut}");
    }
}

#[test]
fn markup_is_no_plain_text() {
    for marked in [
        "The council opened <b>four</b> overdose prevention clinics in the harbour district.",
        "The council opened four clinics <script>alert(1)</script> in the harbour district.",
        "The council opened four clinics <!-- x --> in the harbour district on Monday.",
        "The council opened [four clinics](about:blank) in the harbour district.",
        "The council opened four clinics &lt;script&gt; in the harbour district.",
        "The council opened four clinics&#8203; in the harbour district on Monday.",
        "<think>The council opened four overdose prevention clinics in the harbour",
    ] {
        assert_eq!(of_clinics(marked), Err(Unfit::Markup), "{marked}");
    }
    let plain = "The council opened four clinics; deaths < visitors & nurses > doctors in the harbour district.";
    assert_eq!(of_clinics(plain).as_deref(), Ok(plain));
}

#[test]
fn a_call_to_the_reader_is_refused() {
    for call in [
        "The council opened four clinics in the harbour district. Click here for the report.",
        "The council opened four clinics in the harbour district. Sign up for updates of the ministry.",
    ] {
        assert_eq!(of_clinics(call), Err(Unfit::Call), "{call}");
    }
}

const FRENCH: &str = "La ville a ouvert lundi quatre centres de soins dans le quartier du port, et les décès ont baissé \
    d'un tiers depuis l'ouverture du premier centre. Le maire veut que l'État paie pour huit autres centres, dont les \
    infirmières ont sauvé des centaines de visiteurs.";

#[test]
fn the_language_is_that_of_the_article() {
    for other in [
        "La ville a ouvert quatre centres dans le quartier du port, et les décès ont baissé.",
        "Die Stadt hat vier Einrichtungen am Hafen eröffnet, und die Zahl der Toten ist gesunken.",
        "Город открыл четыре центра в портовом районе, и смертность снизилась.",
        "市政府在港口区开设了四个药物过量预防诊所，死亡人数下降了三分之一。",
        "افتتحت المدينة أربعة مراكز صحية في حي الميناء القديم وانخفضت الوفيات.",
        "Kaupunki avasi maanantaina neljä yliannostusten ehkäisyyn erikoistunutta klinikkaa satama-alueella.",
    ] {
        assert_eq!(of_clinics(other), Err(Unfit::Language), "{other}");
    }
    let french = Text {
        // As templates declare it.
        language: Some("en"),
        title: None,
        ..article(FRENCH)
    };
    let good =
        "Les décès ont baissé d'un tiers depuis que la ville a ouvert des centres de soins dans le quartier du port.";
    assert_eq!(acceptable(good, &french, 400).as_deref(), Ok(good));
    let english = "Deaths have fallen by a third since the city opened centres of care in the harbour district.";
    assert_eq!(acceptable(english, &french, 400), Err(Unfit::Language));
}

#[test]
fn a_language_whose_words_are_not_known_is_told_by_its_letters() {
    let italian = Text {
        title: None,
        language: Some("it"),
        ..article(
            "Il comune ha aperto lunedì quattro centri per la prevenzione delle overdose nel quartiere del porto. Le \
             infermiere dei centri hanno salvato centinaia di persone, e nessuno dei visitatori è morto. I decessi nel \
             quartiere sono diminuiti di un terzo dopo l'apertura del primo centro, dice il ministero della salute.",
        )
    };
    let good = "I decessi nel quartiere del porto sono diminuiti di un terzo dopo che il comune ha aperto i centri.";
    assert_eq!(acceptable(good, &italian, 400).as_deref(), Ok(good));
    let english = "Deaths in the harbour district have fallen by a third since the city opened its centres.";
    assert_eq!(acceptable(english, &italian, 400), Err(Unfit::Language));
}
