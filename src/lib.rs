//! Handbill posts short summaries of articles to every network that an organisation uses: once, at their time, or
//! someone is told why not.
//!
//! ```text
//!                  cli   daemon         talk to people and the clock
//!                    \     |
//!                       app             one file a use case: load, decide, save
//!                  /     |      \
//!          storage     domain     networks
//! ```
//! `storage` and `networks` never see each other; `domain` uses nothing of ours, and no I/O, async, clock or database.
//! ARCHITECTURE.md has one page about it.

pub mod app;
pub mod article;
pub mod cli;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod domain;
pub mod fetch;
pub mod http;
pub mod media;
pub mod networks;
pub mod report;
pub mod sources;
pub mod storage;
#[cfg(test)]
mod tests;
pub mod writer;
pub mod zones;
