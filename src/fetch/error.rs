//! Why a page could not be had, in words: what happened, with which host, and what to do.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

/// A rule that a URL or the address behind it breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Neither http nor https.
    Scheme(String),
    /// A user name or password in the URL.
    Login,
    /// A name of this machine or this network.
    LocalName,
    /// An address that is not public, and what it is.
    Address(IpAddr, &'static str),
    /// A port where no website is.
    Port(u16),
    /// A URL of thousands of characters.
    TooLong,
}

/// What sort of trouble it is: the answer to "shall I ask again later?".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A rule forbids it; asking again changes nothing.
    Refused,
    /// The network or the host cannot be reached, or the answer did not arrive whole. It may pass.
    Unreachable,
    /// The server answered, but not with something that can be used.
    Answer,
}

/// Why there is no page. Hosts are named, paths and queries are not: they may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchError {
    /// The text is no URL with a host.
    NotUrl,
    /// `from` is the host whose redirect led there.
    Refused {
        host: String,
        from: Option<String>,
        rule: Rule,
    },
    /// The name has no address.
    UnknownHost { host: String, why: String },
    /// No connection came about.
    NoConnection { host: String, why: String },
    /// The server could not be trusted, or does not speak TLS.
    Tls { host: String, why: String },
    /// The time was up, counted from the first look-up to the last byte.
    Deadline { host: String, after: Duration },
    /// The connection broke, or what came is no HTTP.
    Broken { host: String, why: String },
    /// More than `max` bytes, unpacked.
    TooLarge { host: String, max: usize },
    /// Redirects lead back to where they have been.
    Loop { host: String },
    /// More redirects than are followed.
    TooManyRedirects { host: String, last: String },
    /// A redirect that does not say where to.
    LostRedirect { host: String },
    /// Packed in a way that was not asked for.
    Packing { host: String, name: String },
    /// Damaged packing.
    Damaged { host: String },
    /// A status other than success, where only success helps ([`super::Page::success`]).
    Status {
        host: String,
        status: u16,
        retry_after: Option<Duration>,
    },
    /// This machine cannot make calls at all.
    Setup { why: String },
}

impl FetchError {
    pub(super) fn refused(host: &str, rule: Rule) -> Self {
        Self::Refused {
            host: host.to_owned(),
            from: None,
            rule,
        }
    }

    /// The same, reached by a redirect from a host.
    pub(super) fn led_from(self, origin: &str) -> Self {
        match self {
            Self::Refused { host, rule, .. } => Self::Refused {
                host,
                rule,
                from: Some(origin.to_owned()),
            },
            other => other,
        }
    }

    /// One word that stays as it is when the sentence changes.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotUrl => "not_a_url",
            Self::Refused { .. } => "refused",
            Self::UnknownHost { .. } => "unknown_host",
            Self::NoConnection { .. } => "no_connection",
            Self::Tls { .. } => "tls",
            Self::Deadline { .. } => "deadline",
            Self::Broken { .. } => "broken",
            Self::TooLarge { .. } => "too_large",
            Self::Loop { .. } | Self::TooManyRedirects { .. } | Self::LostRedirect { .. } => "redirect",
            Self::Packing { .. } | Self::Damaged { .. } => "encoding",
            Self::Status { .. } => "status",
            Self::Setup { .. } => "setup",
        }
    }

    #[must_use]
    pub fn class(&self) -> Class {
        match self {
            Self::NotUrl | Self::Refused { .. } => Class::Refused,
            Self::UnknownHost { .. }
            | Self::NoConnection { .. }
            | Self::Tls { .. }
            | Self::Deadline { .. }
            | Self::Broken { .. }
            | Self::Setup { .. } => Class::Unreachable,
            Self::TooLarge { .. }
            | Self::Loop { .. }
            | Self::TooManyRedirects { .. }
            | Self::LostRedirect { .. }
            | Self::Packing { .. }
            | Self::Damaged { .. }
            | Self::Status { .. } => Class::Answer,
        }
    }
}

impl std::error::Error for FetchError {}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUrl => f.write_str("this is no web address; it begins with https:// and names a host"),
            Self::Refused { host, from, rule } => refusal(f, host, from.as_deref(), rule),
            Self::UnknownHost { host, why } => {
                write!(
                    f,
                    "{host} cannot be found ({why}); check how it is spelled, and this machine's network"
                )
            }
            Self::NoConnection { host, why } => write!(f, "no connection to {host}: {why}"),
            Self::Tls { host, why } => write!(f, "no secure connection to {host}: {why}"),
            Self::Deadline { host, after } => {
                write!(f, "{host} did not answer in full within {}", seconds(*after))
            }
            Self::Broken { host, why } => write!(f, "the answer of {host} is broken: {why}"),
            Self::TooLarge { host, max } => {
                write!(f, "{host} sends more than {} MB; that is more than is read", max >> 20)
            }
            Self::Loop { host } => write!(
                f,
                "{host} redirects in a circle; perhaps it wants cookies or a login, which are not sent"
            ),
            Self::TooManyRedirects { host, last } => write!(
                f,
                "{host} redirects more than {} times, last to {last}; name the page where it ends",
                super::REDIRECTS_MAX
            ),
            Self::LostRedirect { host } => write!(f, "{host} redirects without a usable address"),
            Self::Packing { host, name } => {
                write!(f, "{host} packs its answer as {name}, which was not asked for")
            }
            Self::Damaged { host } => write!(f, "{host} sends packed data that is damaged"),
            Self::Status {
                host,
                status,
                retry_after,
            } => {
                write!(f, "{host} answers {status} ({})", meaning(*status))?;
                match retry_after {
                    Some(wait) => write!(f, "; it asks to wait {}", seconds(*wait)),
                    None => Ok(()),
                }
            }
            Self::Setup { why } => write!(f, "no page can be fetched: {why}"),
        }
    }
}

fn refusal(f: &mut fmt::Formatter<'_>, host: &str, from: Option<&str>, rule: &Rule) -> fmt::Result {
    if let Some(from) = from {
        write!(f, "{from} redirects to an address that is not fetched: ")?;
    }
    match rule {
        Rule::Scheme(scheme) => write!(f, "{scheme}: addresses are not fetched, only https and http"),
        Rule::Login => write!(
            f,
            "the address for {host} holds a user name or password; name the page without it"
        ),
        Rule::LocalName => write!(
            f,
            "{host} is a name of this machine or this network; allow_private = true in [fetch] allows it"
        ),
        Rule::Address(ip, what) => {
            // The host of a URL has brackets around an IPv6 address, and may have a port.
            let rest = host.strip_prefix(&ip.to_string());
            let literal = host.starts_with('[') || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'));
            let name = if literal {
                String::new()
            } else {
                format!("{host} leads to ")
            };
            write!(
                f,
                "{name}{ip}, {what}: it is not public; allow_private = true in [fetch] allows it"
            )
        }
        Rule::Port(port) => write!(f, "{host}: port {port} is not one where websites are"),
        Rule::TooLong => f.write_str("the address is thousands of characters long"),
    }
}

fn seconds(time: Duration) -> String {
    if time.subsec_millis() == 0 {
        format!("{} s", time.as_secs())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

fn meaning(status: u16) -> &'static str {
    match status {
        304 => "not changed",
        300..=399 => "it is elsewhere",
        401 => "it wants a login",
        403 => "it does not let Handbill in",
        404 => "there is no such page",
        410 => "the page is gone for good",
        429 => "too many calls",
        451 => "not available for legal reasons",
        400..=499 => "it does not accept the call",
        503 => "it is out of service for now",
        500..=599 => "its server is in trouble",
        _ => "not a usual answer",
    }
}
