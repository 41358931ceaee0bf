use super::*;

fn loud(text: &str) -> Vec<String> {
    let draft = draft(text);
    let found = only(Rule::Shouting, &draft, &[]);
    found
        .iter()
        .map(|finding| pointed(&draft, finding).expect("a place").to_owned())
        .collect()
}

#[test]
fn rows_of_capitals_shout() {
    for (text, row) in [
        (
            "We say: STOP THE WAR, and mean it, as we always did in all those years.",
            "STOP THE WAR",
        ),
        (
            "Now STOP HIV STIGMA NOW, in every country and in every prison of the world.",
            "STOP HIV STIGMA NOW",
        ),
        (
            "It is so that DON'T PUNISH US! is the call of many people in the city today.",
            "DON'T PUNISH US",
        ),
        (
            "Сегодня ХВАТИТ ЭТОЙ ВОЙНЫ сказали они вместе в одном зале города",
            "ХВАТИТ ЭТОЙ ВОЙНЫ",
        ),
        (
            "Σήμερα ΤΕΡΜΑ ΣΤΟΝ ΠΟΛΕΜΟ είπαν όλοι μαζί στην πλατεία της πόλης",
            "ΤΕΡΜΑ ΣΤΟΝ ΠΟΛΕΜΟ",
        ),
        (
            "ÉTAT DES LIEUX, puis une phrase plus longue qui parle doucement",
            "ÉTAT DES LIEUX",
        ),
    ] {
        assert_eq!(loud(text), [row], "{text}");
    }
}

#[test]
fn a_large_share_of_capitals_shouts() {
    assert_eq!(loud("READ this NOW"), ["READ"]);
    assert_eq!(loud("UNACCEPTABLE!"), ["UNACCEPTABLE"]);
    let found = only(Rule::Shouting, &draft("READ this NOW"), &[]);
    assert_eq!(
        messages(&found),
        ["\"READ NOW\" is in capitals, which reads as shouting."]
    );
    assert_eq!(
        loud("Please READ this NOW, before the meeting in Vienna begins."),
        Vec::<String>::new()
    );
}

#[test]
fn acronyms_names_and_scripts_without_case_do_not_shout() {
    for text in [
        "WHO, UNODC and UNAIDS",
        "WHO UNODC UNAIDS IDHDP",
        "UN HIV",
        "NHS BBC HCV",
        "International Doctors for Healthier Drug Policies (IDHDP)",
        "COVID19 H1N1 G20",
        "The ACLU, NAADAC, ASPPH and AFSCME have signed the letter to the senate committee.",
        "STOP stigma, and read the new report on treatment in prisons.",
        "I A I A I A",
        "Support. Don’t Punish.",
        "#STOPTHEWAR #NOTHINGABOUTUS #DECRIMINALISE",
        "https://EXAMPLE.ORG/STOP/THE/WAR/NOW @IDHDP_NEWS",
        "U.S. U.K. U.N.",
        "停止毒品战争 停止毒品战争 停止毒品战争",
        "أوقفوا الحرب على المخدرات الآن",
        "נשים נגד המלחמה בסמים",
        "หยุดสงครามยาเสพติด",
        "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ",
        "მეფე ვეფხის ტყაოსანი",
        "",
    ] {
        assert_eq!(loud(text), Vec::<String>::new(), "{text}");
    }
}
