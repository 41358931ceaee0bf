//! Errors in plain words.

use rustls::{AlertDescription, CertificateError, Error as Tls};

use super::*;
use crate::fetch::reason::tls_words;

#[tokio::test]
async fn a_port_where_nobody_listens_is_told() {
    let port = TcpListener::bind((PRIVATE, 0))
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = refusal(&open(), &format!("http://127.0.0.1:{port}/secret?token=secret")).await;
    assert_eq!((error.kind(), error.class()), ("no_connection", Class::Unreachable));
    let said = error.to_string();
    assert!(
        said.contains(&format!("127.0.0.1:{port}")) && said.contains("does not take calls"),
        "{said}"
    );
    assert!(!format!("{said} {error:?}").contains("secret"), "{said}");
}

#[tokio::test]
async fn plain_http_behind_an_https_address_is_told() {
    let plain = TcpListener::bind((PRIVATE, 0)).await.unwrap();
    let port = plain.local_addr().unwrap().port();
    let server = tokio::spawn(async move {
        let (mut stream, _) = plain.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        while stream.read_u8().await.is_ok() {}
    });
    let error = refusal(&open(), &format!("https://127.0.0.1:{port}/")).await;
    assert_eq!((error.kind(), error.class()), ("tls", Class::Unreachable));
    assert!(error.to_string().contains("does not speak TLS"), "{error}");
    server.await.unwrap();
}

#[test]
fn faults_of_certificates_have_words() {
    for (fault, word) in [
        (CertificateError::Expired, "expired"),
        (CertificateError::NotValidYet, "not valid yet"),
        (CertificateError::NotValidForName, "another name"),
        (CertificateError::UnknownIssuer, "authority"),
        (CertificateError::Revoked, "revoked"),
        (CertificateError::BadSignature, "not valid"),
    ] {
        let said = tls_words(&Tls::InvalidCertificate(fault.clone()));
        assert!(said.contains(word), "{fault:?}: {said}");
    }
    let said = tls_words(&Tls::AlertReceived(AlertDescription::HandshakeFailure));
    assert!(said.contains("declined"), "{said}");
    let said = tls_words(&Tls::AlertReceived(AlertDescription::ProtocolVersion));
    assert!(said.contains("outdated"), "{said}");
}

#[test]
fn a_refusal_says_what_and_how_to_allow_it() {
    let refused = |text: &str| target::parse(text, Gate::new(false)).unwrap_err().to_string();
    let said = refused("http://10.1.2.3:8080/a");
    assert!(
        said.starts_with("10.1.2.3, a private address") && said.contains("[fetch]"),
        "{said}"
    );
    let said = refused("http://[::1]/");
    assert!(said.starts_with("::1, an address of this machine"), "{said}");
    let error = FetchError::refused(
        "10.0.0.1.example",
        Rule::Address("10.0.0.1".parse().unwrap(), "a private address"),
    );
    let said = error.led_from("a.example").to_string();
    assert!(
        said.contains("a.example redirects") && said.contains("10.0.0.1.example leads to 10.0.0.1"),
        "{said}"
    );
}
