//! Names that lead inside.

use super::*;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[tokio::test]
async fn names_with_inside_addresses_are_refused_without_a_connection() {
    let inside = Server::new(PRIVATE, |_| answer(200, &[], b"secret")).await;
    for address in [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "::1",
        "::",
        "0.0.0.0",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::1",
        "fd00:ec2::254",
        "fe80::1",
    ] {
        let fetcher = strict(&[("trap.example", &[&[ip(address)]])]);
        let url = format!("http://trap.example:{}/", inside.port);
        let error = refusal(&fetcher, &url).await;
        let FetchError::Refused {
            host,
            from: None,
            rule: Rule::Address(seen, _),
        } = &error
        else {
            panic!("{address}: {error:?}");
        };
        assert_eq!(*seen, ip(address));
        assert_eq!(*host, format!("trap.example:{}", inside.port));
        assert!(error.to_string().contains("trap.example"), "{error}");
        assert!(fetcher.check(&url, DEADLINE).await.is_err(), "{address}");
    }
    assert!(inside.calls().is_empty(), "{:?}", inside.calls());
}

/// Two servers with the same port: one plays the public internet, one is inside.
async fn both() -> (Server, Server) {
    let free = |_: &str| answer(200, &[], b"secret");
    loop {
        let inside = TcpListener::bind((PRIVATE, 0)).await.unwrap();
        let port = inside.local_addr().unwrap().port();
        // The other address may have that port in use; then the next one.
        if let Ok(outside) = TcpListener::bind((PUBLIC, port)).await {
            let outside = Server::on(outside, |call| {
                if call.starts_with("GET /first ") {
                    redirect_to("/second")
                } else {
                    answer(200, &[], b"public")
                }
            });
            return (outside, Server::on(inside, free));
        }
    }
}

#[tokio::test]
async fn a_name_that_turns_inside_between_two_calls_is_refused() {
    let (outside, inside) = both().await;
    let fetcher = strict(&[("turns.example", &[&[PUBLIC], &[PRIVATE]])]);
    let error = refusal(&fetcher, &format!("http://turns.example:{}/first", inside.port)).await;
    assert!(
        matches!(&error, FetchError::Refused { rule: Rule::Address(ip, _), from: Some(_), .. } if *ip == PRIVATE),
        "{error:?}"
    );
    assert_eq!(outside.calls().len(), 1);
    assert!(inside.calls().is_empty(), "{:?}", inside.calls());
}

#[tokio::test]
async fn of_a_mixed_answer_only_the_public_address_is_used() {
    let (outside, inside) = both().await;
    for answer in [
        &[PRIVATE, PUBLIC][..],
        &[PUBLIC, PRIVATE],
        &[ip("::ffff:127.0.0.1"), ip("::1"), PRIVATE, PUBLIC],
    ] {
        let fetcher = strict(&[("mixed.example", &[answer])]);
        let url = format!("http://mixed.example:{}/", inside.port);
        assert_eq!(get(&fetcher, &url).await.unwrap().body, b"public");
    }
    assert_eq!(outside.calls().len(), 3);
    assert!(inside.calls().is_empty(), "{:?}", inside.calls());
}

#[tokio::test]
async fn the_address_connected_to_is_looked_at_once_more() {
    // A resolver with a hole: it lets pass what the fetcher refuses.
    let inside = Server::new(PRIVATE, |_| answer(200, &[], b"secret")).await;
    let careless = strict(&[("hole.example", &[&[PRIVATE]])]);
    let careless = Fetcher {
        gate: Gate::new(true),
        ..careless
    };
    careless.client().unwrap();
    let fetcher = Fetcher {
        gate: Gate::new(false),
        ..careless
    };
    let error = refusal(&fetcher, &format!("http://hole.example:{}/", inside.port)).await;
    assert!(
        matches!(&error, FetchError::Refused { rule: Rule::Address(ip, _), .. } if *ip == PRIVATE),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_told() {
    let error = refusal(&strict(&[]), "https://nowhere.example/a/secret").await;
    assert_eq!((error.kind(), error.class()), ("unknown_host", Class::Unreachable));
    let said = error.to_string();
    assert!(
        said.contains("nowhere.example") && said.contains("Name or service not known"),
        "{said}"
    );
    assert!(!said.contains("secret"), "{said}");
    // A name without any address is no better.
    let error = refusal(&strict(&[("empty.example", &[&[]])]), "https://empty.example/").await;
    assert_eq!(error.class(), Class::Unreachable, "{error:?}");
}

#[tokio::test]
async fn real_names_of_this_machine_are_refused_too() {
    // With the system's own look-up: /etc/hosts alone is asked.
    let resolver = Resolver {
        gate: Gate::new(false),
        names: Arc::new(System),
    };
    let name = "localhost".parse().unwrap();
    assert!(reqwest::dns::Resolve::resolve(&resolver, name).await.is_err());
    let open = Resolver {
        gate: Gate::new(true),
        names: Arc::new(System),
    };
    let name = "localhost".parse().unwrap();
    assert!(reqwest::dns::Resolve::resolve(&open, name).await.unwrap().count() > 0);
}

#[test]
fn a_proxy_in_the_environment_is_not_used() {
    // A proxy would look the names up itself. Whoever used this one would get no answer.
    let here = module_path!().split_once("::").map_or("", |(_, path)| path);
    let test = here.replace("::names", "::answers::a_page_comes_with_what_is_needed_to_ask_again");
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", &test]);
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        again.env(name, "http://127.0.0.1:1");
    }
    for name in ["no_proxy", "NO_PROXY", "REQUEST_METHOD"] {
        again.env_remove(name);
    }
    let output = again.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
