//! Pictures and thumbnails: named in the frozen record by the hash of their bytes, and uploaded before it.

use std::cell::Cell;

use super::*;
use crate::domain::picture::{Fitted, Shown};
use crate::networks::contract::{picture, run_by};
use crate::networks::wire::Method;

/// No mention, so that the frozen bytes go out as they are.
fn with(shown: Shown) -> Script {
    let mut script = Script { shown, ..script() };
    script.part.spans.pop();
    script
}

fn pictures() -> Shown {
    Shown {
        pictures: vec![
            picture(1),
            Fitted {
                alt: None,
                ..picture(2)
            },
        ],
        thumb: None,
    }
}

fn thumb() -> Shown {
    Shown {
        pictures: Vec::new(),
        thumb: Some(picture(3)),
    }
}

fn record(script: &Script) -> Value {
    serde_json::from_str(&script.freeze(&Adapter, 7).body).unwrap()
}

fn steps(calls: &[Call]) -> Vec<&str> {
    calls.iter().map(|call| call.step.as_str()).collect()
}

/// A blob as records name it; `cid` as an IPFS tool gives it for bytes of the sample's hash.
fn named(picture: &Fitted, cid: &str) -> Value {
    json!({"$type": "blob", "ref": {"$link": cid}, "mimeType": picture.mime, "size": picture.bytes})
}

/// CIDs (version 1, raw, base32) of the hashes of the samples 1 to 3, worked out beside this program.
const CIDS: [&str; 3] = [
    "bafkreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaae",
    "bafkreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaai",
    "bafkreiaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam",
];

#[test]
fn the_record_names_each_picture_with_alt_text_and_shape() {
    let embed = record(&with(pictures()))["embed"].clone();
    let shape = json!({"width": 640, "height": 480});
    let images = json!([
        {"image": named(&picture(1), CIDS[0]), "alt": "Ärztinnen\n\"1\"", "aspectRatio": shape},
        // The lexicon asks for the text, be it empty.
        {"image": named(&picture(2), CIDS[1]), "alt": "", "aspectRatio": shape},
    ]);
    assert_eq!(embed, json!({"$type": "app.bsky.embed.images", "images": images}));
}

#[test]
fn a_card_has_its_thumbnail() {
    let embed = record(&with(thumb()))["embed"].clone();
    let external =
        json!({"uri": "https://idhdp.com/a", "title": "T", "description": "", "thumb": named(&picture(3), CIDS[2])});
    assert_eq!(embed, json!({"$type": "app.bsky.embed.external", "external": external}));
}

#[test]
fn pictures_and_a_card_exclude_each_other() {
    let both = with(Shown {
        thumb: Some(picture(3)),
        ..pictures()
    });
    assert!(both.part.card.is_some());
    let embed = record(&both)["embed"].clone();
    assert_eq!(
        (&embed["$type"], embed.get("external")),
        (&json!("app.bsky.embed.images"), None)
    );
    let (_, calls) = publish(&both, &[], |_| None);
    assert_eq!(
        steps(&calls),
        ["picture-0", "picture-1", "record"],
        "what no record names is not uploaded"
    );
    // Without a card a thumbnail has no place.
    let mut bare = with(thumb());
    bare.part.card = None;
    assert_eq!(record(&bare).get("embed"), None);
    assert_eq!(steps(&publish(&bare, &[], |_| None).1), ["record"]);
}

#[test]
fn each_is_uploaded_and_then_the_frozen_record_is_put() {
    for (shown, files) in [(pictures(), vec![picture(1), picture(2)]), (thumb(), vec![picture(3)])] {
        let script = with(shown);
        let (end, calls) = publish(&script, &[], |_| None);
        assert!(end.is_ok(), "{end:?}");
        let (last, uploads) = calls.split_last().unwrap();
        assert_eq!(uploads.len(), files.len());
        for (call, file) in uploads.iter().zip(files) {
            let request = &call.request;
            assert_eq!(
                (request.method, request.url.as_str()),
                (Method::Post, "https://pds.example/xrpc/com.atproto.repo.uploadBlob")
            );
            assert_eq!((request.signed, call.effect), (true, Effect::Repeatable));
            let upload = request.upload.clone().unwrap();
            assert_eq!((upload.hash, upload.mime, upload.form), (file.hash, file.mime, None));
        }
        let frozen = script.freeze(&Adapter, 7).body;
        let body = last.request.body.as_deref().unwrap();
        assert!(
            body.contains(&format!("\"record\":{frozen},\"swapRecord\":null}}")),
            "{body}"
        );
        assert!(last.request.upload.is_none());
    }
}

#[test]
fn a_mention_and_a_reply_leave_the_pictures_as_they_are() {
    let mut script = script();
    script.shown = pictures();
    let frozen = record(&script);
    let earlier = Receipt {
        remote_id: format!("at://{DID}/app.bsky.feed.post/3aaaaaaaaaaaa"),
        url: None,
    };
    let (_, calls) = publish(&script, &[earlier], |_| None);
    assert_eq!(steps(&calls), ["picture-0", "picture-1", "mention-0", "root", "record"]);
    let put = sent(&calls[4])["record"].clone();
    assert_eq!(put["embed"], frozen["embed"]);
    assert_eq!(put["reply"]["root"]["cid"], "CID-root");
}

#[test]
fn another_address_than_that_of_the_bytes_is_unclear() {
    let blob = |cid: &str| answer(200, json!({"blob": named(&picture(2), cid)}));
    for odd in [
        blob(CIDS[0]),
        blob(""),
        blob(&CIDS[1].to_uppercase()),
        answer(200, json!({"blob": null})),
        answer(200, json!({})),
    ] {
        let (end, calls) = publish(&with(pictures()), &[], |call| {
            (call.step == "picture-1").then(|| odd.clone())
        });
        assert!(
            matches!(end, Err(Halt::Failed(Failure::Unclear(_)))),
            "{odd:?}: {end:?}"
        );
        assert_eq!(steps(&calls), ["picture-0", "picture-1"], "nothing is posted");
    }
}

#[test]
fn a_refused_picture_is_told_and_nothing_is_posted() {
    for (status, name) in [(400, "InvalidMimeType"), (400, "BlobTooLarge")] {
        let (end, calls) = publish(&with(pictures()), &[], |call| {
            (call.step == "picture-0").then(|| error(status, name))
        });
        assert!(
            matches!(&end, Err(Halt::Failed(Failure::Refused(p))) if p.kind == ProblemKind::Media),
            "{end:?}"
        );
        assert_eq!(steps(&calls), ["picture-0"]);
    }
}

#[test]
fn what_was_uploaded_long_ago_is_uploaded_again() {
    let script = with(pictures());
    let frozen = script.freeze(&Adapter, 7);
    let calls = |pause: SignedDuration| {
        let clock = Cell::new(now());
        let (end, calls, _) = script.with_job(&frozen, &[], |job| {
            // So long passes between the two uploads.
            run_by(
                &clock,
                &Adapter,
                |wire| Adapter.publish(job, wire),
                |call| {
                    if call.step == "picture-1" {
                        clock.set(now() + pause);
                    }
                    answers(call, &frozen.key)
                },
            )
        });
        assert!(end.is_ok(), "{end:?}");
        calls
    };
    assert_eq!(
        steps(&calls(SignedDuration::from_mins(29))),
        ["picture-0", "picture-1", "record"]
    );
    let again = calls(SignedDuration::from_mins(31));
    assert_eq!(steps(&again), ["picture-0", "picture-1", "picture-0-1", "record"]);
    assert_eq!(again[2].request, again[0].request);
}
