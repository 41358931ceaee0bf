//! What may be asked for at all: the rules that a URL alone can break. They hold for what a user names and for every
//! redirect.
//!
//! Ports: of those below 1024 only 80 and 443, and above it none where something other than a website is known to
//! listen. So nobody can make this machine speak to mail servers, databases or displays, while sites on 8080 or
//! 8443 can be read.

use std::net::IpAddr;

use url::{Host, Url};

use super::address::Gate;
use super::error::{FetchError, Rule};

/// In bytes; longer ones occur in attacks, not in articles.
const LENGTH_MAX: usize = 8_000;

/// Ports from 1024 on that belong to services which are no websites.
const OTHER_PORTS: &[u16] = &[
    1433, 1521, 1719, 1720, 1723, 1883, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432,
    5672, 5900, 5984, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 8883, 9042, 9100, 9200, 9300,
    10080, 10250, 11211, 27017,
];

/// What a person typed or a page links to.
pub(super) fn parse(text: &str, gate: Gate) -> Result<Url, FetchError> {
    let text = text.trim();
    // Looked at before parsing, which would be slow for megabytes.
    if text.len() > LENGTH_MAX {
        return Err(FetchError::refused("", Rule::TooLong));
    }
    let url = Url::parse(text).map_err(|_| FetchError::NotUrl)?;
    check(&url, gate)?;
    Ok(url)
}

pub(super) fn check(url: &Url, gate: Gate) -> Result<(), FetchError> {
    let host = host_of(url);
    let broken = rule_broken(url, gate);
    broken.map_or(Ok(()), |rule| Err(FetchError::refused(&host, rule)))
}

fn rule_broken(url: &Url, gate: Gate) -> Option<Rule> {
    if url.as_str().len() > LENGTH_MAX {
        return Some(Rule::TooLong);
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Some(Rule::Scheme(url.scheme().to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some(Rule::Login);
    }
    let address = |ip: IpAddr| gate.refuses(ip).map(|what| Rule::Address(ip, what));
    let host = match url.host()? {
        Host::Ipv4(ip) => address(ip.into()),
        Host::Ipv6(ip) => address(ip.into()),
        Host::Domain(name) => (!gate.allow_private && is_local(name)).then_some(Rule::LocalName),
    };
    let port = url.port_or_known_default().unwrap_or_default();
    host.or_else(|| (!is_web_port(port)).then_some(Rule::Port(port)))
}

/// Names that mean this machine or this network whatever a name server says (RFC 6761, RFC 6762, ICANN's `internal`).
fn is_local(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let last = name.rsplit('.').next().unwrap_or_default();
    matches!(last, "localhost" | "localdomain" | "local" | "internal")
        || matches!(name, "ip6-localhost" | "ip6-loopback" | "localhost4" | "localhost6")
}

fn is_web_port(port: u16) -> bool {
    matches!(port, 80 | 443) || port >= 1024 && !OTHER_PORTS.contains(&port)
}

/// The host as a person reads it, with the port where it is not the usual one. Never more of the URL: the rest may
/// hold a secret.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}
