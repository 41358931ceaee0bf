//! From the client's errors to ours: the reason that lies innermost, in plain words.

use std::error::Error;
use std::io;

use rustls::{AlertDescription, CertificateError};
use url::Url;

use super::error::{FetchError, Rule};
use super::resolve::Inside;
use super::target::host_of;

/// Why no answer came, or not all of it.
pub(super) fn sort(error: &reqwest::Error, url: &Url) -> FetchError {
    let host = host_of(url);
    if let Some(inside) = find::<Inside>(error) {
        return FetchError::refused(&host, Rule::Address(inside.ip, inside.what));
    }
    if let Some(tls) = find::<rustls::Error>(error) {
        return FetchError::Tls {
            host,
            why: tls_words(tls),
        };
    }
    let why = innermost(error);
    if error.is_dns() {
        let why = why.rsplit(": ").next().unwrap_or_default().to_owned();
        FetchError::UnknownHost { host, why }
    } else if error.is_connect() {
        let why = connect_words(error).map_or(why, str::to_owned);
        FetchError::NoConnection { host, why }
    } else {
        FetchError::Broken { host, why }
    }
}

/// The first error of a type in the chain. An `io::Error` hides the one that it wraps from `source`.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = wrapped.and_then(|inner| find::<T>(inner)) {
            return Some(found);
        }
        next = error.source();
    }
    None
}

pub(super) fn innermost(error: &reqwest::Error) -> String {
    let mut reason: &dyn Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    if std::ptr::addr_eq(reason, std::ptr::from_ref(error)) {
        "for no stated reason".to_owned()
    } else {
        reason.to_string()
    }
}

fn connect_words(error: &reqwest::Error) -> Option<&'static str> {
    use io::ErrorKind as Kind;
    if error.is_timeout() {
        return Some("it does not answer");
    }
    match find::<io::Error>(error)?.kind() {
        Kind::ConnectionRefused => Some("it does not take calls on this port"),
        Kind::ConnectionReset | Kind::ConnectionAborted | Kind::UnexpectedEof => Some("it hung up"),
        Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::NetworkDown => {
            Some("there is no way to it from this machine; is the network up?")
        }
        Kind::TimedOut => Some("it does not answer"),
        _ => None,
    }
}

/// What is wrong with the secure connection, for a person who runs neither server.
pub(super) fn tls_words(error: &rustls::Error) -> String {
    use rustls::Error as Tls;
    match error {
        Tls::InvalidCertificate(fault) => certificate_words(fault),
        Tls::PeerIncompatible(_) | Tls::AlertReceived(AlertDescription::ProtocolVersion) => {
            "the server offers only outdated encryption".to_owned()
        }
        Tls::AlertReceived(alert) => format!("the server declined it ({alert:?})"),
        Tls::InvalidMessage(_) => {
            "what answers there does not speak TLS; perhaps the address begins with http://".into()
        }
        other => format!("{other}"),
    }
}

fn certificate_words(fault: &CertificateError) -> String {
    use CertificateError as Fault;
    match fault {
        Fault::Expired | Fault::ExpiredContext { .. } => {
            "its certificate has expired, or this machine's clock is wrong".to_owned()
        }
        Fault::NotValidYet | Fault::NotValidYetContext { .. } => {
            "its certificate is not valid yet, or this machine's clock is wrong".to_owned()
        }
        Fault::NotValidForName | Fault::NotValidForNameContext { .. } => {
            "its certificate is for another name".to_owned()
        }
        Fault::UnknownIssuer => {
            "its certificate is not from an authority that this machine trusts; if others are refused too, renew \
             ca-certificates"
                .to_owned()
        }
        Fault::Revoked => "its certificate was revoked".to_owned(),
        other => format!("its certificate is not valid ({other})"),
    }
}
