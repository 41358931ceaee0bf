//! Servers that stand in for the networks. They do what the real ones do, count what readers see, keep every request,
//! and misbehave on command.

mod fault;
mod http;
mod media;
mod server;

pub(crate) mod bluesky;
pub(crate) mod feed;
pub(crate) mod mastodon;
pub(crate) mod pages;
pub(crate) mod site;
pub(crate) mod webhook;

pub(crate) use self::fault::{Fault, When};
pub(crate) use self::http::{Reply, Request};
pub(crate) use self::media::{Picture, cid};
pub(crate) use self::server::Fake;

/// The secrets of the imitations; they must never be seen in logs, output or the database.
pub(crate) const TOKEN: &str = "token-e8f2c1-hidden";
pub(crate) const PASSWORD: &str = "password-5a41-hidden";
pub(crate) const SECRET: &str = "whsec_aGlkZGVuLWhpZGRlbi1oaWRkZW4taGlkZGVu";

/// What a network does with a request.
pub(crate) trait Service: Send + 'static {
    /// Whether the request asks for something that readers can see.
    fn is_post(&self, request: &Request) -> bool;
    /// The key by which the network would know a repeat.
    fn key(&self, request: &Request) -> Option<String>;
    /// Does what is asked.
    fn answer(&mut self, request: &Request) -> Reply;
    /// What readers see.
    fn public(&self) -> Vec<Public>;
}

/// One post that readers see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Public {
    pub(crate) remote_id: String,
    /// The address of the article that it is about.
    pub(crate) article: String,
}

/// One request to post something, as the invariants see it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) key: Option<String>,
    pub(crate) body: String,
}

/// What invariants ask of a network.
pub(crate) trait World: Sync {
    fn channel(&self) -> &str;
    fn public(&self) -> Vec<Public>;
    fn posts(&self) -> Vec<Seen>;
    /// What went wrong at the server itself.
    fn complaints(&self) -> Vec<String> {
        Vec::new()
    }
}
