//! Looking for a record by its key, and by its link.

use super::*;

fn look(
    restored: bool,
    taken: &(dyn Fn(&str) -> bool + Sync),
    mut reply: impl FnMut(&Call, &str) -> Answer,
) -> Result<Found, Halt> {
    let script = script();
    let frozen = script.freeze(&Adapter, 7);
    let search = Search {
        since: now(),
        taken,
        restored,
    };
    script.with_job(&frozen, &[], |job| {
        run(
            &Adapter,
            |wire| Adapter.find(job, &search, wire),
            |call| reply(call, &frozen.key),
        )
        .0
    })
}

#[test]
fn the_key_finds_the_record_or_its_absence() {
    let good = |call: &Call, key: &str| answers(call, key);
    assert!(matches!(look(false, &|_| false, good), Ok(Found::Yes(_))));
    assert!(matches!(look(false, &|_| true, good), Ok(Found::NoAnswer(_))));
    assert_eq!(
        look(false, &|_| false, |_, _| error(400, "RecordNotFound")),
        Ok(Found::Absent)
    );
    assert!(matches!(
        look(false, &|_| false, |_, _| error(400, "InvalidRequest")),
        Err(Halt::Failed(_))
    ));
    let other = |_: &Call, key: &str| {
        answer(
            200,
            json!({"uri": format!("at://{DID}/app.bsky.feed.post/{key}"), "value": {"text": "other"}}),
        )
    };
    assert!(matches!(look(false, &|_| false, other), Ok(Found::NoAnswer(_))));
}

#[test]
fn in_a_restored_database_the_link_finds_it_too() {
    let record = |micros: i64, link: &str| {
        let facet = json!({"features": [{"$type": "app.bsky.richtext.facet#link", "uri": link}]});
        json!({"uri": format!("at://{DID}/app.bsky.feed.post/{}", tid::tid(now().as_microsecond() + micros, 1)), "value": {"text": "lost words", "facets": [facet]}})
    };
    let listed = |pages: Vec<Value>| {
        let mut pages = pages.into_iter();
        look(true, &|_| false, move |call, _| match call.step.as_str() {
            "find-record" => error(400, "RecordNotFound"),
            _ => answer(200, pages.next().unwrap()),
        })
    };
    let ours = record(5, "https://idhdp.com/a");
    assert!(matches!(
        listed(vec![json!({"records": [ours], "cursor": null})]),
        Ok(Found::Yes(_))
    ));
    let (newer, older) = (
        record(9, "https://idhdp.com/b"),
        record(-3_600_000_000, "https://idhdp.com/a"),
    );
    assert_eq!(
        listed(vec![
            json!({"records": [newer], "cursor": "x"}),
            json!({"records": [older], "cursor": "y"})
        ]),
        Ok(Found::Absent)
    );
    assert_eq!(listed(vec![json!({"records": []})]), Ok(Found::Absent));
    assert!(matches!(
        listed(vec![
            json!({"records": [record(5, "https://idhdp.com/a"), record(6, "https://idhdp.com/a")]})
        ]),
        Ok(Found::NoAnswer(_))
    ));
    assert!(matches!(
        listed(vec![json!({"records": [{"uri": 5}]})]),
        Ok(Found::NoAnswer(_))
    ));
    assert!(matches!(
        listed(vec![json!({"records": [record(9, "x")], "cursor": "x"}); 20]),
        Ok(Found::NoAnswer(_))
    ));
}
