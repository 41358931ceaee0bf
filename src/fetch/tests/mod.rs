//! Servers on loopback that do what servers should not. 127.0.0.2 plays the public internet where private addresses
//! are refused; names come from a script.

mod addresses;
mod answers;
mod bodies;
mod names;
mod redirects;
mod targets;
mod words;

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::resolve::LookUp;
use super::*;

const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
const PRIVATE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// What a server does with a call.
enum Reply {
    /// These bytes, and the end.
    Whole(Vec<u8>),
    /// A beginning, and then the same bytes until nobody listens.
    Endless(Vec<u8>, Vec<u8>),
    /// A beginning, and then one byte a second until nobody listens.
    Slow(Vec<u8>),
    /// Not a word until the caller leaves.
    Silent,
}

/// A server; it ends with the test.
struct Server {
    at: String,
    port: u16,
    calls: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// `reply` gets the head of the call, whose first line is like `GET /path HTTP/1.1`.
    async fn new(ip: IpAddr, reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        Self::on(listener, reply)
    }

    fn on(listener: TcpListener, reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let address = listener.local_addr().unwrap();
        let calls = Arc::new(Mutex::new(Vec::new()));
        let reply = Arc::new(reply);
        let seen = Arc::clone(&calls);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (reply, seen) = (Arc::clone(&reply), Arc::clone(&seen));
                tokio::spawn(async move {
                    // The caller may leave in the middle; that is what many tests are about.
                    let _ = serve(stream, &*reply, &seen).await;
                });
            }
        });
        Self {
            at: format!("http://{address}"),
            port: address.port(),
            calls,
            task,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.at)
    }

    fn calls(&self) -> Vec<String> {
        self.calls.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(mut stream: TcpStream, reply: &impl Fn(&str) -> Reply, seen: &Mutex<Vec<String>>) -> io::Result<()> {
    // Noted before a byte is read: a connection alone is too much where none should be made.
    let mut head = Vec::new();
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(String::new());
        seen.len() - 1
    };
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    seen.lock().unwrap()[number].clone_from(&head);
    match reply(&head) {
        Reply::Whole(bytes) => stream.write_all(&bytes).await?,
        Reply::Endless(start, more) => {
            stream.write_all(&start).await?;
            loop {
                stream.write_all(&more).await?;
            }
        }
        Reply::Slow(start) => {
            stream.write_all(&start).await?;
            loop {
                stream.write_all(b"x").await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
        Reply::Silent => while stream.read_u8().await.is_ok() {},
    }
    stream.shutdown().await
}

/// An answer in full: status line, headers, length, body.
fn answer(status: u16, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let mut bytes = head(status, headers).into_bytes();
    bytes.truncate(bytes.len() - 2);
    bytes.extend(format!("content-length: {}\r\n\r\n", body.len()).bytes());
    bytes.extend(body);
    Reply::Whole(bytes)
}

/// The head of an answer; without a length, the body ends with the connection.
fn head(status: u16, headers: &[(&str, &str)]) -> String {
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    format!("HTTP/1.1 {status} Something\r\nconnection: close\r\n{lines}\r\n")
}

fn redirect_to(place: &str) -> Reply {
    answer(302, &[("location", place)], b"elsewhere")
}

/// A server that answers each path with a redirect to where the table says, and any other with `here`.
async fn redirecting(ip: IpAddr, table: &[(&str, String)]) -> Server {
    let table: HashMap<String, String> = table
        .iter()
        .map(|(path, to)| ((*path).to_owned(), to.clone()))
        .collect();
    Server::new(ip, move |call| {
        let path = call.split(' ').nth(1).unwrap_or_default();
        match table.get(path) {
            Some(place) => redirect_to(place),
            None => answer(200, &[], b"here"),
        }
    })
    .await
}

/// Names by script: each look-up takes the next answer, and the last one stays.
struct Script(Mutex<HashMap<String, Vec<Vec<IpAddr>>>>);

impl Names for Script {
    fn look_up(&self, host: &str) -> LookUp {
        let mut script = self.0.lock().unwrap();
        let found = script.get_mut(host).map(|answers| {
            if answers.len() > 1 {
                answers.remove(0)
            } else {
                answers[0].clone()
            }
        });
        let missing = || io::Error::other("failed to lookup address information: Name or service not known");
        Box::pin(async move { found.ok_or_else(missing) })
    }
}

/// As in use, but for 127.0.0.2, which is public, and names by script.
fn strict(script: &[(&str, &[&[IpAddr]])]) -> Fetcher {
    let script = script.iter().map(|(host, answers)| {
        let answers = answers.iter().map(|answer| answer.to_vec()).collect();
        ((*host).to_owned(), answers)
    });
    Fetcher {
        gate: Gate {
            allow_private: false,
            as_public: Some(PUBLIC),
        },
        names: Arc::new(Script(Mutex::new(script.collect()))),
        ..Fetcher::new(None, false)
    }
}

/// With private addresses allowed.
fn open() -> Fetcher {
    Fetcher::new(Some("https://example.org"), true)
}

async fn get(fetcher: &Fetcher, url: &str) -> Result<Page, FetchError> {
    fetcher.get(&Ask::new(url, Kind::Page)).await
}

async fn refusal(fetcher: &Fetcher, url: &str) -> FetchError {
    get(fetcher, url).await.expect_err(url)
}
