//! Looking names up. Addresses that must not be connected to are dropped here, at the only place that the client gets
//! addresses from, so a name cannot show one address to a check and another to the connection.
//!
//! Of a mixed answer the public addresses are used. There is no cache: each connection asks anew and is checked anew.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::Gate;

/// Addresses of one name that are tried; the time to connect is shared out among them.
const TRIED_MAX: usize = 8;

pub(super) type LookUp = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Where names are looked up.
pub(super) trait Names: Send + Sync {
    fn look_up(&self, host: &str) -> LookUp;
}

/// As the system does it: its files, its name servers.
pub(super) struct System;

impl Names for System {
    fn look_up(&self, host: &str) -> LookUp {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A name all of whose addresses are refused.
#[derive(Debug)]
pub(super) struct Inside {
    pub(super) ip: IpAddr,
    pub(super) what: &'static str,
}

impl fmt::Display for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is {}", self.ip, self.what)
    }
}

impl std::error::Error for Inside {}

/// The resolver of the client.
pub(super) struct Resolver {
    pub(super) gate: Gate,
    pub(super) names: Arc<dyn Names>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let gate = self.gate;
        let looking = self.names.look_up(name.as_str());
        Box::pin(async move {
            let found = looking.await?;
            let usable: Vec<SocketAddr> = usable(&found, gate)?;
            Ok(Box::new(usable.into_iter()) as Addrs)
        })
    }
}

/// The addresses that may be connected to; an error when there were some, but none of them may.
pub(super) fn usable(found: &[IpAddr], gate: Gate) -> Result<Vec<SocketAddr>, Inside> {
    let mut inside = None;
    let mut list = Vec::new();
    for &ip in found {
        match gate.refuses(ip) {
            Some(what) => inside = inside.or(Some(Inside { ip, what })),
            // The client puts the URL's port in the place of 0.
            None => list.push(SocketAddr::new(ip, 0)),
        }
    }
    list.truncate(TRIED_MAX);
    match inside {
        Some(inside) if list.is_empty() => Err(inside),
        _ => Ok(list),
    }
}
