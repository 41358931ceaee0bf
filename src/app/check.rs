//! Asking a channel's server who we are and what it allows.

use super::compose::{account, settings};
use super::talk::{converse, log_in};
use super::{App, network_of};
use crate::config::{Channel, Secret, Setting};
use crate::networks::{Credentials, Facts, Failure, Problem, ProblemKind, Session};

/// The channel's secrets, read from where the configuration says. Only sending and checking do this.
///
/// # Errors
/// What is missing and how to give it, without the secret.
pub fn credentials(channel: &Channel) -> Result<Credentials, String> {
    let mut list = Credentials::new();
    for (name, setting) in &channel.settings {
        match setting {
            Setting::Secret(source) => {
                let secret = source.resolve().map_err(|error| format!("{name}: {error}"))?;
                list.insert(name, secret);
            }
            Setting::Text(text) => {
                list.insert(name, Secret::new(text.clone()));
            }
            Setting::Path(_) => {}
        }
    }
    Ok(list)
}

/// Asks the server. Networks with sessions log in, and give the session back for later use.
///
/// # Errors
/// Why it could not be asked, or what it answered.
pub async fn ask(app: &App, channel: &Channel) -> Result<(Facts, Option<Session>), Failure> {
    let broken = || Failure::Refused(Problem::unknown("the network is not there"));
    let network = network_of(channel).map_err(|_| broken())?;
    credentials(channel).map_err(|what| Failure::SignIn(Problem::new(ProblemKind::Auth, what)))?;
    let session = if network.has_session() {
        log_in(app, channel, None).await?
    } else {
        None
    };
    let settings = settings(channel);
    let facts = Facts {
        account_id: session.as_ref().and_then(|s| s.account_id.clone()),
        ..Facts::default()
    };
    let account = account(channel, &settings, &facts);
    let facts = converse(app, channel, session.as_ref(), |wire| network.check(&account, wire)).await?;
    Ok((facts, session))
}
