//! Sessions, and where secrets are filled in.

use super::*;

fn session(old: Option<&Session>, reply: impl FnMut(&Call) -> Answer) -> (Result<Option<Session>, Halt>, Vec<Call>) {
    let facts = Facts::default();
    let settings = BTreeMap::from([("identifier".to_owned(), "idhdp.example".to_owned())]);
    let account = Account {
        channel: "c",
        server: None,
        language: None,
        settings: &settings,
        facts: &facts,
    };
    let credentials = Credentials::from([("password", Secret::new("pw"))]);
    run(
        &Adapter,
        |wire| Adapter.session(&account, &credentials, old, wire),
        reply,
    )
}

#[test]
fn sessions_are_renewed_else_made() {
    let old = Session {
        access: Secret::new("A0"),
        refresh: Some(Secret::new("R0")),
        account_id: None,
    };
    let (end, calls) = session(Some(&old), |call| answers(call, ""));
    assert_eq!(calls.len(), 1);
    let new = end.unwrap().unwrap();
    assert_eq!((new.access.expose(), new.account_id.as_deref()), ("A", Some(DID)));
    for refused in [
        error(400, "ExpiredToken"),
        error(400, "InvalidToken"),
        error(401, "AuthenticationRequired"),
    ] {
        let (end, calls) = session(Some(&old), |call| {
            if call.step == "refresh" {
                refused.clone()
            } else {
                answers(call, "")
            }
        });
        assert!(end.is_ok());
        assert_eq!(
            calls[1].request.url,
            "https://bsky.social/xrpc/com.atproto.server.createSession"
        );
    }
    // No login for a server that is busy or down, or an account that is closed.
    for (answer, calls_made) in [
        (error(429, "RateLimitExceeded"), 1),
        (error(502, ""), 1),
        (error(401, "AccountTakedown"), 1),
    ] {
        let (end, calls) = session(Some(&old), |_| answer.clone());
        assert!(end.is_err());
        assert_eq!(calls.len(), calls_made);
    }
    let wrong = session(None, |_| error(401, "AuthenticationRequired")).0;
    assert!(matches!(wrong, Err(Halt::Failed(Failure::SignIn(p))) if p.kind == ProblemKind::Auth));
}

#[test]
fn secrets_are_filled_in_last() {
    let (_, calls) = session(None, |call| answers(call, ""));
    let body = sent(&calls[0]);
    assert_eq!(body, json!({"identifier": "idhdp.example", "password": "{password}"}));
    let credentials = Credentials::from([("password", Secret::new("p\"w\n"))]);
    let session = Session {
        access: Secret::new("A0"),
        refresh: Some(Secret::new("R0")),
        account_id: None,
    };
    let sign = |request: Request| {
        let mut out = Outgoing {
            request,
            secret_headers: Vec::new(),
            picture: None,
        };
        Adapter.sign(&mut out, &credentials, Some(&session), now());
        out
    };
    let out = sign(calls[0].request.clone());
    let body: Value = serde_json::from_str(&out.request.body.unwrap()).unwrap();
    assert_eq!(body, json!({"identifier": "idhdp.example", "password": "p\"w"}));
    assert!(out.secret_headers.is_empty());
    let bearer = |url: &str| sign(Request::post_empty(url).signed()).secret_headers[0].1.clone();
    assert_eq!(
        bearer("https://p.example/xrpc/com.atproto.server.refreshSession"),
        "Bearer R0"
    );
    assert_eq!(bearer("https://p.example/xrpc/com.atproto.repo.putRecord"), "Bearer A0");
}
