//! The checks themselves, from freezing to an empty channel.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Script, answer, find, now, run};
use crate::config::Secret;
use crate::networks::{Answer, Call, Facts, Failure, Found, Frozen, Halt, Network, Outgoing, Receipt, Session, Wire};

/// The whole contract.
pub(crate) fn all(network: &'static dyn Network, script: &Script) {
    keys_and_bytes(network, script);
    one_visible_step_and_no_secret(network, script);
    no_answer_is_taken_for_more_than_it_says(network, script);
    find_does_not_guess(network, script);
    check_says_who_we_are(network, script);
    session_is_unrecorded(network, script);
    empty_channel(network, script);
    if network.pictures(&script.facts).is_some() {
        let pictured = script.pictured();
        keys_and_bytes(network, &pictured);
        one_visible_step_and_no_secret(network, &pictured);
        no_answer_is_taken_for_more_than_it_says(network, &pictured);
        nothing_is_posted_without_its_pictures(network, &pictured);
    }
}

fn keys_and_bytes(network: &'static dyn Network, script: &Script) {
    let mut keys = BTreeSet::new();
    for random in [
        0,
        1,
        7,
        1 << 64,
        u128::MAX,
        u128::MAX / 3,
        0x1234_5678_9abc_def0_1122_3344_5566_7788,
    ] {
        let frozen = script.freeze(network, random);
        assert_eq!(
            frozen,
            script.freeze(network, random),
            "{}: freezing is not deterministic",
            network.name()
        );
        assert!(
            serde_json::from_str::<Value>(&frozen.body).is_ok(),
            "{}: {}",
            network.name(),
            frozen.body
        );
        assert!(
            keys.insert(frozen.key.clone()),
            "{}: key {} twice",
            network.name(),
            frozen.key
        );
    }
}

fn one_visible_step_and_no_secret(network: &'static dyn Network, script: &Script) {
    let frozen = script.freeze(network, 7);
    for earlier in [
        vec![],
        vec![Receipt {
            remote_id: earlier_id(script, &frozen),
            url: None,
        }],
    ] {
        let once = || {
            script.with_job(&frozen, &earlier, |job| {
                run(
                    network,
                    |wire| network.publish(job, wire),
                    |call| (script.answers)(call, &frozen.key),
                )
            })
        };
        let (end, calls) = once();
        let receipt = end.unwrap_or_else(|halt| panic!("{}: {halt:?}", network.name()));
        assert!(!receipt.remote_id.is_empty(), "{}", network.name());
        let visible: Vec<bool> = calls.iter().map(|c| c.effect.visible()).collect();
        assert_eq!(
            visible.iter().filter(|v| **v).count(),
            1,
            "{}: visible steps",
            network.name()
        );
        assert_eq!(
            visible.last(),
            Some(&true),
            "{}: the visible step is the last",
            network.name()
        );
        assert_eq!(
            calls.last().map(|c| c.effect),
            Some(network.recovery(&script.facts).effect),
            "{}",
            network.name()
        );
        assert_eq!(once().1, calls, "{}: replay asks for something else", network.name());
        no_secret(network, script, &calls);
    }
}

/// A remote id as this network gives it: that of a first part.
fn earlier_id(script: &Script, frozen: &Frozen) -> String {
    let did = script.facts.account_id.as_deref().unwrap_or_default();
    if did.starts_with("did:") {
        format!("at://{did}/app.bsky.feed.post/{}", frozen.key)
    } else {
        "101".to_owned()
    }
}

fn no_secret(network: &'static dyn Network, script: &Script, calls: &[Call]) {
    for call in calls {
        let recorded = format!("{call:?} {}", serde_json::to_string(&call.request).unwrap());
        for (name, secret) in script.secrets {
            assert!(
                !recorded.contains(secret),
                "{}: {name} is recorded in {}",
                network.name(),
                call.step
            );
        }
        let mut out = Outgoing {
            request: call.request.clone(),
            secret_headers: Vec::new(),
            picture: None,
        };
        network.sign(&mut out, &script.credentials(), Some(&session()), now());
        assert!(
            call.request.signed || (out.secret_headers.is_empty() && out.request == call.request),
            "{}: {} is signed without having asked",
            network.name(),
            call.step
        );
    }
}

fn session() -> Session {
    Session {
        access: Secret::new("access-1"),
        refresh: Some(Secret::new("refresh-1")),
        account_id: None,
    }
}

const STATUSES: &[u16] = &[
    301, 400, 401, 403, 404, 408, 409, 410, 422, 425, 429, 500, 502, 503, 504, 599,
];

/// Bodies that name no post.
fn bodies() -> Vec<String> {
    let words = [
        "",
        "OK",
        "<html>busy</html>",
        "null",
        "[]",
        "{}",
        "\"x\"",
        "{\"id\":null}",
        "{\"id\":\"\",\"uri\":\"\"}",
        "{\"error\":\"Odd\"}",
    ];
    let mut list: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    list.extend([
        "[".repeat(20_000),
        "é".repeat(20_000),
        "{\"message\":\"a\\u0000\\n\",\"error\":7}".to_owned(),
    ]);
    list
}

fn no_answer_is_taken_for_more_than_it_says(network: &'static dyn Network, script: &Script) {
    let frozen = script.freeze(network, 7);
    for body in bodies() {
        for status in STATUSES.iter().copied().chain([200, 201, 202, 204]) {
            let odd = Answer {
                body: body.clone(),
                ..answer(status, json!(null))
            };
            let (end, calls) = script.with_job(&frozen, &[], |job| {
                let reply = |call: &Call| {
                    if call.effect.visible() {
                        odd.clone()
                    } else {
                        (script.answers)(call, &frozen.key)
                    }
                };
                run(network, |wire| network.publish(job, wire), reply)
            });
            assert!(calls.last().is_some_and(|c| c.effect.visible()), "{}", network.name());
            let (start, end) = (body.chars().take(40).collect::<String>(), end.map_err(Box::new));
            let told = format!("{} {status} {start:?}: {end:?}", network.name());
            match (status, end.as_ref().map_err(|halt| &**halt)) {
                (200..=299, Ok(_)) => assert!(script.success_is_proof, "{told}"),
                (200..=299 | 408 | 500.., Err(Halt::Failed(Failure::Unclear(_)))) => {}
                (200..=299 | 408 | 500.., _) | (_, Ok(_)) => panic!("{told}"),
                (401 | 403, Err(Halt::Failed(Failure::SignIn(_)))) => {}
                (429, Err(Halt::Failed(Failure::Later { .. }))) => {}
                (401 | 403 | 429, _) => panic!("{told}"),
                (_, Err(Halt::Failed(_))) => {}
                (_, Err(_)) => panic!("{told}"),
            }
        }
    }
}

fn nothing_is_posted_without_its_pictures(network: &'static dyn Network, script: &Script) {
    let frozen = script.freeze(network, 7);
    let publish = |reply: &dyn Fn(&Call) -> Answer| {
        script.with_job(&frozen, &[], |job| {
            run(network, |wire| network.publish(job, wire), reply)
        })
    };
    let (_, calls) = publish(&|call| (script.answers)(call, &frozen.key));
    for upload in calls.iter().filter(|call| call.request.upload.is_some()) {
        for body in bodies() {
            for status in STATUSES.iter().copied().chain([200, 201, 202, 204]) {
                let odd = Answer {
                    body: body.clone(),
                    ..answer(status, json!(null))
                };
                let (end, calls) = publish(&|call| {
                    if call.step == upload.step {
                        odd.clone()
                    } else {
                        (script.answers)(call, &frozen.key)
                    }
                });
                let told = format!("{} {status} {body:.40} at {}: {end:?}", network.name(), upload.step);
                assert!(matches!(end, Err(Halt::Failed(_))), "{told}");
                assert!(calls.iter().all(|call| !call.effect.visible()), "{told}");
            }
        }
    }
}

fn find_does_not_guess(network: &'static dyn Network, script: &Script) {
    if !network.recovery(&script.facts).finds {
        return;
    }
    let frozen = script.freeze(network, 7);
    let (found, calls) = find(network, script, &frozen, |call| (script.answers)(call, &frozen.key));
    assert!(matches!(found, Ok(Found::Yes(_))), "{}: {found:?}", network.name());
    assert!(
        calls.iter().all(|c| !c.effect.visible()),
        "{}: find is seen",
        network.name()
    );
    no_secret(network, script, &calls);
    for bad in 0..calls.len() {
        for body in bodies().iter().filter(|body| *body != "[]") {
            for status in STATUSES.iter().copied().chain([200, 204]) {
                let odd = Answer {
                    body: body.clone(),
                    ..answer(status, json!(null))
                };
                let mut no = 0;
                let (found, _) = find(network, script, &frozen, |call| {
                    no += 1;
                    if no == bad + 1 {
                        odd.clone()
                    } else {
                        (script.answers)(call, &frozen.key)
                    }
                });
                assert!(
                    !matches!(found, Ok(Found::Yes(_) | Found::Absent)),
                    "{} {status} {body:.40}: {found:?}",
                    network.name()
                );
            }
        }
    }
}

fn check_says_who_we_are(network: &'static dyn Network, script: &Script) {
    let settings = script.settings();
    let account = script.account(&settings);
    let (facts, calls) = run(
        network,
        |wire| network.check(&account, wire),
        |call| (script.answers)(call, "k"),
    );
    assert!(facts.is_ok(), "{}: {facts:?}", network.name());
    no_secret(network, script, &calls);
    for bad in 0..calls.len() {
        for status in STATUSES.iter().copied().chain([200]) {
            let mut no = 0;
            let (facts, _) = run(
                network,
                |wire| network.check(&account, wire),
                |call| {
                    no += 1;
                    if no == bad + 1 {
                        answer(status, json!({"x": 1}))
                    } else {
                        (script.answers)(call, "k")
                    }
                },
            );
            assert!(
                facts.is_err() || status == 404,
                "{}: {status} at call {bad} gave {facts:?}",
                network.name()
            );
        }
    }
}

fn session_is_unrecorded(network: &'static dyn Network, script: &Script) {
    if !network.has_session() {
        return;
    }
    let settings = script.settings();
    let (account, credentials) = (script.account(&settings), script.credentials());
    for old in [None, Some(session())] {
        let code = |wire: &mut Wire<'_>| network.session(&account, &credentials, old.as_ref(), wire);
        let (end, calls) = run(network, code, |call| (script.answers)(call, "k"));
        assert!(matches!(end, Ok(Some(_))), "{}: {end:?}", network.name());
        no_secret(network, script, &calls);
        for status in STATUSES {
            let code = |wire: &mut Wire<'_>| network.session(&account, &credentials, old.as_ref(), wire);
            let (end, _) = run(network, code, |_| answer(*status, json!(null)));
            assert!(
                matches!(end, Err(Halt::Failed(_))),
                "{} {status}: {end:?}",
                network.name()
            );
        }
    }
}

/// A channel that lacks everything gives an error, not a panic.
fn empty_channel(network: &'static dyn Network, script: &Script) {
    let bare = Script {
        part: script.part.clone(),
        ..Script::plain()
    };
    let damaged = Frozen {
        key: String::new(),
        body: "not json".to_owned(),
    };
    let receipt = Receipt {
        remote_id: String::new(),
        url: None,
    };
    let _ = bare.with_job(&damaged, &[receipt], |job| {
        run(network, |wire| network.publish(job, wire), |_| answer(200, json!({})))
    });
    let (found, _) = find(network, &bare, &damaged, |_| answer(200, json!({})));
    assert!(
        !matches!(found, Ok(Found::Yes(_) | Found::Absent)),
        "{}: {found:?}",
        network.name()
    );
    for status in 0..=999 {
        let _ = (
            network.sort(&answer(status, json!(null))),
            network.pace(&answer(status, json!(null))),
        );
    }
    assert!(
        !network.style(&Facts::default()).limits.is_empty(),
        "{}",
        network.name()
    );
}
