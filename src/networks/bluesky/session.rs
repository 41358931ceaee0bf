//! Logins: an access token of two hours and a refresh token of 90 days. The password is filled in right before sending.

use serde_json::{Value, json};

use super::{Adapter, server, valid_did};
use crate::config::Secret;
use crate::networks::failure::said;
use crate::networks::wire::unreadable;
use crate::networks::{
    Account, Answer, Credentials, Effect, Failure, Halt, Network as _, Problem, ProblemKind, Request, Session, Wire,
};

pub(super) const CREATE: &str = "/xrpc/com.atproto.server.createSession";
pub(super) const REFRESH: &str = "/xrpc/com.atproto.server.refreshSession";
/// Stands in a recorded request for the password.
const PASSWORD: &str = "{password}";

/// Renews with the refresh token; where that is refused, or there is none, logs in. Logins are few (30 in 5
/// minutes, 300 a day), so any other failure to renew is told, not answered with a login.
pub(super) fn renew_or_login(
    account: &Account<'_>,
    old: Option<&Session>,
    wire: &mut Wire<'_>,
) -> Result<Session, Halt> {
    let base = server(account);
    if old.is_some_and(|old| old.refresh.is_some()) {
        let request = Request::post_empty(format!("{base}{REFRESH}")).signed();
        let answer = wire.attempt("refresh", Effect::Repeatable, request)?;
        if answer.is_success() {
            return read(&answer);
        }
        let failure = Adapter.sort(&answer);
        let refused = matches!(failure, Failure::Stale | Failure::Refused(_))
            || matches!(&failure, Failure::SignIn(problem) if problem.kind == ProblemKind::Auth);
        if !refused {
            return Err(failure.into());
        }
    }
    let Some(identifier) = account.settings.get("identifier") else {
        let words = format!("channel {} has no identifier", account.channel);
        return Err(Failure::SignIn(Problem::new(ProblemKind::Auth, words)).into());
    };
    let body = json!({"identifier": identifier, "password": PASSWORD}).to_string();
    let request = Request::post_json(format!("{base}{CREATE}"), body).signed();
    let answer = wire.attempt("login", Effect::Repeatable, request)?;
    if answer.is_success() {
        return read(&answer);
    }
    Err(match Adapter.sort(&answer) {
        // A login has no session that could be too old.
        Failure::Stale => Failure::SignIn(Problem::new(ProblemKind::Auth, said(&answer))),
        other => other,
    }
    .into())
}

fn read(answer: &Answer) -> Result<Session, Halt> {
    let told = answer.json();
    let token = |member: &str| told[member].as_str().filter(|token| !token.is_empty()).map(Secret::new);
    match token("accessJwt") {
        Some(access) => Ok(Session {
            access,
            refresh: token("refreshJwt"),
            account_id: valid_did(&told["did"]).map(str::to_owned),
        }),
        None => Err(unreadable(answer, "gave no token: is this a Bluesky server?")),
    }
}

/// The body of a login with its password.
pub(super) fn with_password(body: &str, credentials: &Credentials) -> String {
    let mut told: Value = serde_json::from_str(body).unwrap_or_default();
    if let (Some(password), Some(place)) = (credentials.get("password"), told.get_mut("password")) {
        *place = password.expose().trim().into();
    }
    told.to_string()
}
