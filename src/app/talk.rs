//! Talking to a channel's server: secrets are filled in on the way out and taken out of what comes back; and whole
//! conversations that leave no trace in the database (login, check, look-up).

use std::time::Duration;

use jiff::SignedDuration;

use super::compose::{account, settings};
use super::{App, check, feed, network_of};
use crate::config::{Channel, Secret, Setting};
use crate::http::{Policy, SendError};
use crate::networks::wire::{Answer, Call, Method};
use crate::networks::{Facts, Failure, Halt, Outgoing, Problem, ProblemKind, Recorded, Session, Wire};

/// Fills in the secrets and sends one request.
pub(super) async fn send(
    app: &App,
    channel: &Channel,
    session: Option<&Session>,
    call: Call,
    of: Of,
) -> Result<Answer, SendError> {
    let network = network_of(channel).map_err(|_| SendError::NotSent("the network is not there".to_owned()))?;
    let credentials = check::credentials(channel).map_err(SendError::NotSent)?;
    if matches!(call.request.method, Method::ReadFeed) {
        return feed::read(std::path::Path::new(&call.request.url), app.now());
    }
    let picture = match &call.request.upload {
        Some(upload) => Some(super::pictures::bytes(app, &upload.hash).await?),
        None => None,
    };
    let mut out = Outgoing {
        request: call.request,
        secret_headers: Vec::new(),
        picture,
    };
    network.sign(&mut out, &credentials, session, app.now());
    let most = app.config.delivery.deadline;
    let deadline = network.deadline().map_or(most, |own| own.min(most));
    let policy = Policy {
        allow_private: channel.allow_private,
        deadline: Duration::try_from(deadline).unwrap_or(Duration::from_secs(60)),
    };
    let mut secrets: Vec<&Secret> = credentials
        .iter()
        .filter(|(name, _)| matches!(channel.settings.get(*name), Some(Setting::Secret(_))))
        .map(|(_, secret)| secret)
        .collect();
    // A login's answer is where the session comes from; it is never recorded.
    if of != Of::Login {
        secrets.extend(
            session
                .into_iter()
                .flat_map(|s| std::iter::once(&s.access).chain(&s.refresh)),
        );
    }
    let mut answer = app.transport.send(out, policy).await.map_err(|error| match error {
        SendError::NotSent(what) => SendError::NotSent(hide(&what, &secrets)),
        SendError::Lost(what) => SendError::Lost(hide(&what, &secrets)),
        SendError::Lacking(what) => SendError::Lacking(hide(&what, &secrets)),
    })?;
    answer.at = app.now();
    answer.body = hide(&answer.body, &secrets);
    for (_, value) in &mut answer.headers {
        *value = hide(value, &secrets);
    }
    Ok(answer)
}

/// What a request belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    Login,
    Rest,
}

/// Shorter words than this are no secrets worth the name, and would be found by chance.
const SECRET_MIN: usize = 8;

/// Takes secrets out of a text: some servers repeat what they were sent, and answers are recorded.
fn hide(text: &str, secrets: &[&Secret]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().map(|s| s.expose()).filter(|s| s.len() >= SECRET_MIN) {
        if text.contains(secret) {
            text = text.replace(secret, "…");
        }
    }
    text
}

/// The most steps of a conversation; no network needs nearly as many.
const STEPS_MAX: usize = 40;

/// Runs an adapter's code that leaves no trace, making each call that it asks for.
pub async fn converse<T>(
    app: &App,
    channel: &Channel,
    session: Option<&Session>,
    code: impl FnMut(&mut Wire<'_>) -> Result<T, Halt> + Send,
) -> Result<T, Failure> {
    converse_of(app, channel, session, Of::Rest, code).await
}

async fn converse_of<T>(
    app: &App,
    channel: &Channel,
    session: Option<&Session>,
    of: Of,
    mut code: impl FnMut(&mut Wire<'_>) -> Result<T, Halt> + Send,
) -> Result<T, Failure> {
    let network = network_of(channel).map_err(|_| unclear("the network is not there"))?;
    let sort = |answer: &Answer| network.sort(answer);
    let mut recorded: Vec<Recorded> = Vec::new();
    for _ in 0..STEPS_MAX {
        let halt = {
            let mut wire = Wire::new(&recorded, &sort, app.now());
            match code(&mut wire) {
                Ok(value) => return Ok(value),
                Err(halt) => halt,
            }
        };
        match halt {
            Halt::Failed(failure) => return Err(failure),
            Halt::Wait { until } => {
                let pause = until
                    .duration_since(app.now())
                    .clamp(SignedDuration::ZERO, SignedDuration::from_mins(5));
                tokio::time::sleep(Duration::try_from(pause).unwrap_or_default()).await;
            }
            Halt::Call(call) => {
                let step = call.step.clone();
                let answer = send(app, channel, session, *call, of)
                    .await
                    .map_err(|error| match error {
                        SendError::NotSent(what) | SendError::Lost(what) | SendError::Lacking(what) => Failure::Later {
                            problem: Problem::new(ProblemKind::Transient, what),
                            at: None,
                        },
                    })?;
                recorded.push(Recorded { step, answer });
            }
        }
    }
    Err(unclear("the server kept asking for more steps"))
}

pub(super) fn unclear(what: &str) -> Failure {
    Failure::Unclear(Problem::unknown(what))
}

/// Fetches or renews a session; `None` for networks without.
pub async fn log_in(app: &App, channel: &Channel, old: Option<&Session>) -> Result<Option<Session>, Failure> {
    let network = network_of(channel).map_err(|_| unclear("the network is not there"))?;
    let credentials =
        check::credentials(channel).map_err(|what| Failure::SignIn(Problem::new(ProblemKind::Auth, what)))?;
    let settings = settings(channel);
    let facts = Facts::default();
    let account = account(channel, &settings, &facts);
    converse_of(app, channel, old, Of::Login, |wire| {
        network.session(&account, &credentials, old, wire)
    })
    .await
}
