//! Pictures: uploaded before the status, waited for, and named in it.

use std::cell::Cell;

use super::*;
use crate::domain::picture::{Fitted, Shown};
use crate::networks::contract::{picture as sample, run_by};

/// The end, the calls and the number of waits.
type End = (Result<Receipt, Halt>, Vec<Call>, usize);

fn with(pictures: Vec<Fitted>) -> Script {
    let shown = Shown { pictures, thumb: None };
    Script { shown, ..script() }
}

fn publish(clock: &Cell<Timestamp>, earlier: &[Receipt], reply: impl FnMut(&Call) -> Answer) -> End {
    let script = script().pictured();
    let frozen = script.freeze(&Adapter, 7);
    script.with_job(&frozen, earlier, |job| {
        run_by(clock, &Adapter, |wire| Adapter.publish(job, wire), reply)
    })
}

/// As [`publish`], where this is the answer to one step, and all is well in the others.
fn publish_but(step: &str, odd: &Answer) -> End {
    publish(&Cell::new(now()), &[], |call| {
        if call.step == step { odd.clone() } else { good(call) }
    })
}

fn good(call: &Call) -> Answer {
    answers(call, "")
}

fn steps(calls: &[Call]) -> Vec<&str> {
    calls.iter().map(|call| call.step.as_str()).collect()
}

fn body(call: &Call) -> Value {
    serde_json::from_str(call.request.body.as_deref().unwrap()).unwrap()
}

/// Asserts that nothing was posted, and gives why.
#[track_caller]
fn failure((end, calls, _): End) -> Failure {
    assert!(calls.iter().all(|call| !call.effect.visible()), "{:?}", steps(&calls));
    match end {
        Err(Halt::Failed(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_is_uploaded_with_its_description_and_stands_in_the_status_in_order() {
    let (end, calls, waits) = publish(&Cell::new(now()), &[], good);
    assert_eq!(end.unwrap().remote_id, "115");
    assert_eq!((steps(&calls), waits), (vec!["picture-0", "picture-1", "status"], 0));
    for (no, call) in calls[..2].iter().enumerate() {
        let request = &call.request;
        assert_eq!(
            (request.method, request.url.as_str(), request.signed, &request.body),
            (
                crate::networks::wire::Method::Post,
                "https://m.example/api/v2/media",
                true,
                &None
            )
        );
        assert_eq!(call.effect, Effect::Repeatable);
        let (upload, given) = (request.upload.clone().unwrap(), sample(no as u8 + 1));
        assert_eq!((&upload.hash, &upload.mime), (&given.hash, &given.mime));
        let form = upload.form.unwrap();
        assert_eq!(form.file, "file");
        assert_eq!(form.fields, [("description".to_owned(), given.alt.unwrap())]);
        assert_eq!(form.name, ["picture.jpg", "picture.png"][no]);
    }
    let sent = body(&calls[2]);
    assert_eq!(sent["media_ids"], json!(["of-picture-0", "of-picture-1"]));
    assert_eq!(sent["status"], "Doctors call for change: https://idhdp.com/a #health");
    assert!(sent.get("pictures").is_none(), "{sent}");
}

#[test]
fn what_is_frozen_names_the_pictures_by_their_bytes_and_texts() {
    let bodies = |pictures: Vec<Fitted>| with(pictures).freeze(&Adapter, 7).body;
    let plain = bodies(vec![sample(1), sample(2)]);
    assert!(
        plain.contains(&sample(1).hash) && plain.contains(&sample(2).hash),
        "{plain}"
    );
    assert_ne!(plain, bodies(vec![sample(2), sample(1)]), "the order");
    let other = Fitted {
        alt: Some("Another".to_owned()),
        ..sample(2)
    };
    assert_ne!(plain, bodies(vec![sample(1), other]), "the alt text");
    assert_ne!(plain, bodies(vec![sample(1)]), "the number");
}

#[test]
fn without_alt_text_there_is_no_description() {
    let script = with(vec![Fitted { alt: None, ..sample(1) }]);
    let frozen = script.freeze(&Adapter, 7);
    let (_, calls) = script.with_job(&frozen, &[], |job| {
        run(&Adapter, |wire| Adapter.publish(job, wire), good)
    });
    let form = calls[0].request.upload.as_ref().and_then(|upload| upload.form.clone());
    assert_eq!(form.unwrap().fields, []);
}

#[test]
fn a_reply_has_its_pictures_too() {
    let earlier = Receipt {
        remote_id: "113".to_owned(),
        url: None,
    };
    let (_, calls, _) = publish(&Cell::new(now()), &[earlier], good);
    let sent = body(calls.last().unwrap());
    assert_eq!(sent["in_reply_to_id"], "113");
    assert_eq!(sent["media_ids"], json!(["of-picture-0", "of-picture-1"]));
}

/// 202, and from older servers 200 without an address, mean "not yet".
#[test]
fn a_picture_that_is_in_the_works_is_waited_for() {
    for early in [
        answer(202, json!({"id": "77", "url": null})),
        answer(202, json!({"id": "77", "url": "https://m.example/preview.jpg"})),
        answer(200, json!({"id": "77", "url": null})),
    ] {
        let mut looks = [206, 206, 200].into_iter();
        let clock = Cell::new(now());
        let (end, calls, waits) = publish(&clock, &[], |call| match call.step.as_str() {
            "picture-0" => early.clone(),
            step if step.contains("look") => answer(looks.next().unwrap(), json!({"id": "77"})),
            _ => good(call),
        });
        assert!(end.is_ok(), "{end:?}");
        let expected = [
            "picture-0",
            "picture-0-look-0",
            "picture-0-look-1",
            "picture-0-look-2",
            "picture-1",
            "status",
        ];
        assert_eq!(steps(&calls), expected);
        assert_eq!(waits, 3, "a pause before every look");
        assert!(clock.get().duration_since(now()) >= SignedDuration::from_secs(3));
        let look = &calls[1].request;
        assert_eq!(
            (look.url.as_str(), look.signed),
            ("https://m.example/api/v1/media/77", true)
        );
        assert_eq!(body(&calls[5])["media_ids"], json!(["77", "of-picture-1"]));
    }
}

#[test]
fn a_picture_that_the_server_cannot_read_is_refused() {
    let failed = failure(publish_but(
        "picture-0",
        &answer(422, json!({"error": "Validation failed"})),
    ));
    assert!(matches!(failed, Failure::Refused(_)), "{failed:?}");
    let end = publish(&Cell::new(now()), &[], |call| match call.step.as_str() {
        "picture-1" => answer(202, json!({"id": "78", "url": null})),
        "picture-1-look-0" => answer(422, json!({"error": "Error processing thumbnail"})),
        _ => good(call),
    });
    let failed = failure(end);
    assert!(
        matches!(&failed, Failure::Refused(p) if p.kind == ProblemKind::Media),
        "{failed:?}"
    );
}

#[test]
fn a_server_that_is_never_ready_is_asked_again_later() {
    let clock = Cell::new(now());
    let end = publish(&clock, &[], |call| match call.step.as_str() {
        "picture-0" => answer(202, json!({"id": "77", "url": null})),
        _ => answer(206, json!({"id": "77", "url": null})),
    });
    assert!(matches!(failure(end), Failure::Later { at: None, .. }));
    assert!(
        clock.get().duration_since(now()) < SignedDuration::from_mins(5),
        "the channel is not kept for long"
    );
}

#[test]
fn a_login_that_ends_while_a_picture_is_waited_for_is_told() {
    let end = publish(&Cell::new(now()), &[], |call| match call.step.as_str() {
        "picture-0" => answer(202, json!({"id": "77", "url": null})),
        _ => answer(401, json!({"error": "The access token was revoked"})),
    });
    assert!(matches!(failure(end), Failure::SignIn(_)));
}

#[test]
fn what_was_uploaded_long_ago_is_uploaded_again() {
    let ids = |pause: SignedDuration| {
        let clock = Cell::new(now());
        // So long passes between the two uploads.
        let (end, calls, _) = publish(&clock, &[], |call| {
            if call.step == "picture-1" {
                clock.set(now() + pause);
            }
            good(call)
        });
        assert!(end.is_ok(), "{end:?}");
        let again = calls.iter().find(|call| call.step == "picture-0-1");
        assert!(
            again.is_none_or(|again| again.request == calls[0].request),
            "the same again"
        );
        body(calls.last().unwrap())["media_ids"].clone()
    };
    assert_eq!(
        ids(SignedDuration::from_hours(5)),
        json!(["of-picture-0", "of-picture-1"])
    );
    assert_eq!(
        ids(SignedDuration::from_hours(7)),
        json!(["of-picture-0-1", "of-picture-1"])
    );
}

#[test]
fn an_id_that_cannot_stand_in_an_address_names_no_picture() {
    for id in [json!("../accounts/1"), json!("7?x=1"), json!(7), json!("7 7")] {
        let told = answer(200, json!({"id": id, "url": "https://m.example/a.jpg"}));
        let failed = failure(publish_but("picture-0", &told));
        assert!(matches!(failed, Failure::Unclear(_)), "{id}: {failed:?}");
    }
}

#[test]
fn damaged_pictures_are_refused_before_any_call() {
    let script = script();
    let good = self::with(vec![sample(1)]).freeze(&Adapter, 7);
    for body in [
        r#"{"pictures":[{"x":1}],"status":"a"}"#.to_owned(),
        r#"{"pictures":7,"status":"a"}"#.to_owned(),
        r#"{"pictures":["#.to_owned(),
        good.body.replacen("{\"pictures\":[", "{\"pictures\":[ ", 1),
    ] {
        let frozen = Frozen {
            body: body.clone(),
            ..good.clone()
        };
        let (end, calls) = script.with_job(&frozen, &[], |job| {
            run(&Adapter, |wire| Adapter.publish(job, wire), |call| answers(call, ""))
        });
        assert!(
            matches!(&end, Err(Halt::Failed(Failure::Refused(_)))),
            "{body}: {end:?}"
        );
        assert!(calls.is_empty(), "{body}: {:?}", steps(&calls));
    }
}
