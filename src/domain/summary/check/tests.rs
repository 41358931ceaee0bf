mod answers;
mod injected;
mod properties;

use super::*;

const BODY: &str = "The city council opened four overdose prevention clinics in the harbour district on Monday. \
    Nurses in the clinics reversed 1,310 overdoses last year, and none of the visitors died.\n\n\
    Overdose deaths in the harbour district fell by 33.5% after the first prevention clinic opened in 2023, a report \
    of the health ministry says. The mayor wants the state to pay for eight more clinics. Booking.com has offered rooms \
    to the staff.";

const GOOD: &str = "Overdose deaths in the harbour district fell by 33.5% after the first prevention clinic opened. \
    The council has now opened four clinics, whose nurses reversed 1,310 overdoses.";

fn article(body: &str) -> Text<'_> {
    Text {
        title: Some("Overdose clinics cut deaths in harbour district"),
        description: None,
        body,
        language: Some("en"),
    }
}

fn of_clinics(proposed: &str) -> Result<String, Unfit> {
    acceptable(proposed, &article(BODY), 400)
}

#[test]
fn a_plain_summary_is_taken_as_it_is() {
    assert_eq!(of_clinics(GOOD).as_deref(), Ok(GOOD));
}

#[test]
fn the_title_alone_is_no_summary() {
    for title in [
        "Overdose clinics cut deaths in harbour district",
        "“Overdose clinics cut deaths in harbour district.”",
        "**Overdose Clinics Cut Deaths in Harbour District**",
    ] {
        assert_eq!(of_clinics(title), Err(Unfit::Title), "{title}");
    }
}

#[test]
fn the_dress_of_an_answer_is_taken_off() {
    let think = format!("<think>\nThe user wants a summary. See https://a.example\n</think>\n\n{GOOD}");
    let (first, second) = GOOD.split_once(". The").unwrap();
    let parts = (format!("{first}."), format!("The{second}"));
    for dressed in [
        format!("\n  {GOOD}\r\n"),
        format!("\"{GOOD}\""),
        format!("“{GOOD}”"),
        format!("«{GOOD}»"),
        format!("**{GOOD}**"),
        format!("Summary: {GOOD}"),
        format!("**Summary:** {GOOD}"),
        format!("Here is a short summary of the article:\n\n{GOOD}"),
        format!("Sure! Here's the summary:\n\"{GOOD}\""),
        format!("# Clinics cut deaths\n\n{GOOD}"),
        format!("**Clinics cut deaths**\n\n{GOOD}"),
        format!("```text\n{GOOD}\n```"),
        format!("```\n{GOOD}\n```"),
        format!("> {GOOD}"),
        format!("- {}\n- {}", parts.0, parts.1),
        format!("1. {}\n2. {}", parts.0, parts.1),
        format!("{}\n\n{}", parts.0, parts.1),
        format!("{GOOD} #HarmReduction #Health"),
        GOOD.replace("four clinics", "*four* `clinics`"),
        GOOD.replace("four clinics", "four\u{A0}\u{2028} clinics"),
        GOOD.replace("four", "fo\u{200B}ur\u{202E}\u{2066}\u{7}\u{1B}\u{E0041}\u{AD}"),
        think,
    ] {
        assert_eq!(of_clinics(&dressed).as_deref(), Ok(GOOD), "{dressed:?}");
    }
}

#[test]
fn quotation_marks_that_belong_to_the_text_stay() {
    let quoted =
        "“Nobody of the visitors died,” the nurses of the harbour clinics say. The mayor wants “more clinics.”";
    assert_eq!(of_clinics(quoted).as_deref(), Ok(quoted));
}

#[test]
fn a_colon_of_the_text_is_no_label() {
    let said = "Harbour district: four overdose prevention clinics have opened, and deaths fell, the ministry says.";
    assert_eq!(of_clinics(said).as_deref(), Ok(said));
}

#[test]
fn whole_sentences_are_kept_within_the_limit() {
    let kept = acceptable(GOOD, &article(BODY), 120).unwrap();
    assert_eq!(
        kept,
        "Overdose deaths in the harbour district fell by 33.5% after the first prevention clinic opened."
    );
    assert_eq!(
        acceptable(GOOD, &article(BODY), 60),
        Err(Unfit::TooLong {
            characters: GOOD.chars().count(),
            limit: 60
        })
    );
    let endless = "The council opened four clinics. ".repeat(1_000);
    assert!(matches!(of_clinics(&endless), Err(Unfit::TooLong { limit: 400, .. })));
}

#[test]
fn numbers_come_from_the_article() {
    for same in [
        "Nurses in the harbour clinics reversed 1310 overdoses last year, the ministry says.",
        "Nurses in the harbour clinics reversed 1 310 overdoses, as a report of the ministry says.",
        "Nurses in the harbour clinics reversed 1’310 overdoses, and deaths fell by 33,5%.",
        "Nurses in 4 clinics of the harbour district reversed overdoses; the first opened in 2023.",
        "Nurses in the harbour clinics wait for visitors 24 hours a day and reversed overdoses.",
    ] {
        assert_eq!(of_clinics(same).as_deref(), Ok(same));
    }
    for (other, number) in [
        (
            "Overdose deaths in the harbour district fell by 47% after the clinic opened.",
            "47",
        ),
        (
            "Nurses in the harbour clinics reversed 13,100 overdoses last year.",
            "13100",
        ),
        (
            "Nurses of the harbour clinics are on call for visitors: +44 20 7946 0000.",
            "7946",
        ),
        (
            "Overdose deaths in the harbour district fell by ٤٧% after the clinic opened.",
            "47",
        ),
    ] {
        assert_eq!(of_clinics(other), Err(Unfit::Number(number.to_owned())), "{other}");
    }
    let spaced =
        article("Im Jahr 2024 wurden in den Kliniken am Hafen 12 500 Menschen behandelt, am 3.4.2024 die erste.");
    let german = "In den Kliniken am Hafen wurden 12.500 Menschen behandelt, die erste im April 2024.";
    assert_eq!(acceptable(german, &spaced, 400).as_deref(), Ok(german));
}

#[test]
fn what_has_nothing_to_do_with_the_article_is_refused() {
    for other in [
        "The football team won its third match in a row and fans celebrated until midnight.",
        "Everything you need for a better life is one small step away from your own front door.",
    ] {
        assert_eq!(of_clinics(other), Err(Unfit::Elsewhere), "{other}");
    }
}

#[test]
fn every_reason_is_told_to_follow_it() {
    let all = [
        Unfit::Empty,
        Unfit::Title,
        Unfit::Refusal,
        Unfit::TooLong {
            characters: 500,
            limit: 400,
        },
        Unfit::Unfinished,
        Unfit::Markup,
        Unfit::Address("evil.example".to_owned()),
        Unfit::Handle("@evil".to_owned()),
        Unfit::Hashtag("#evil".to_owned()),
        Unfit::Call,
        Unfit::Language,
        Unfit::Number("47".to_owned()),
        Unfit::Elsewhere,
    ];
    for unfit in all {
        let words = unfit.to_string();
        assert!(
            words.starts_with(char::is_lowercase) && !words.ends_with('.'),
            "{words}"
        );
    }
}
