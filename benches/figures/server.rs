//! A small HTTP server on this machine, on a thread of its own. It notes when the first byte of each call came, waits
//! as long as it is told, and answers as a webhook's receiver or as Mastodon does.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::Outcome;

/// One call that was answered.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) first_byte: SystemTime,
    pub(crate) answered: SystemTime,
    pub(crate) body: String,
}

/// See the module's text.
pub(crate) struct Server {
    /// `http://127.0.0.1:PORT`
    pub(crate) address: String,
    /// The number of its thread.
    pub(crate) thread: u32,
    posts: Arc<Mutex<Vec<Call>>>,
    _stop: oneshot::Sender<()>,
}

impl Server {
    /// Starts a server that takes `delay` for each answer.
    pub(crate) fn start(delay: Duration) -> Outcome<Self> {
        let listener = std::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        listener.set_nonblocking(true)?;
        let address = format!("http://{}", listener.local_addr()?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let posts = Arc::new(Mutex::new(Vec::new()));
        let noted = posts.clone();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let _ = tell.send(rustix::thread::gettid());
            runtime.block_on(async {
                tokio::select! {
                    _ = serve(listener, delay, noted) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self {
            address,
            thread: u32::try_from(told.recv()?.as_raw_nonzero().get())?,
            posts,
            _stop: stop,
        })
    }

    fn posts(&self) -> std::sync::MutexGuard<'_, Vec<Call>> {
        self.posts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many posts were answered.
    pub(crate) fn count(&self) -> usize {
        self.posts().len()
    }

    /// Waits until so many posts were answered, and takes them.
    pub(crate) fn wait(&self, count: usize, most: Duration) -> Outcome<Vec<Call>> {
        let until = SystemTime::now() + most;
        while self.count() < count {
            if SystemTime::now() > until {
                return Err(format!("{} of {count} posts came within {} s", self.count(), most.as_secs()).into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(std::mem::take(&mut *self.posts()))
    }
}

async fn serve(listener: std::net::TcpListener, delay: Duration, posts: Arc<Mutex<Vec<Call>>>) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let posts = posts.clone();
        // A caller that breaks off is its own affair.
        tokio::spawn(async move { converse(stream, delay, &posts).await });
    }
}

/// Answers the calls of one connection until it is closed.
async fn converse(stream: TcpStream, delay: Duration, posts: &Mutex<Vec<Call>>) -> std::io::Result<()> {
    let mut buffer = Vec::new();
    while let Some((first_byte, head, body)) = read(&stream, &mut buffer).await? {
        let is_post = head.starts_with("POST");
        if is_post && !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let number = posts.lock().unwrap_or_else(PoisonError::into_inner).len();
        let text = answer(&head, number);
        let length = text.len();
        write(
            &stream,
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{text}")
                .as_bytes(),
        )
        .await?;
        if is_post {
            let call = Call {
                first_byte,
                answered: SystemTime::now(),
                body,
            };
            posts.lock().unwrap_or_else(PoisonError::into_inner).push(call);
        }
    }
    Ok(())
}

fn answer(head: &str, number: usize) -> String {
    let path = head.split(' ').nth(1).unwrap_or_default();
    match path {
        "/api/v2/instance" => {
            r#"{"domain":"figures.example","version":"4.5.0","configuration":{"statuses":{"max_characters":500,"characters_reserved_per_url":23}}}"#.to_owned()
        }
        "/api/v1/accounts/verify_credentials" => r#"{"id":"1","acct":"figures"}"#.to_owned(),
        "/api/v1/statuses" => format!(r#"{{"id":"{number}","url":"https://figures.example/@figures/{number}"}}"#),
        _ => "{}".to_owned(),
    }
}

/// Reads one request: when its first byte came, its head and its body. `None`: the connection was closed.
async fn read(stream: &TcpStream, buffer: &mut Vec<u8>) -> std::io::Result<Option<(SystemTime, String, String)>> {
    let mut first_byte = None;
    let mut chunk = [0u8; 16 * 1024];
    loop {
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
            let length = content_length(&head);
            if buffer.len() >= end + 4 + length {
                let body = String::from_utf8_lossy(&buffer[end + 4..end + 4 + length]).into_owned();
                buffer.drain(..end + 4 + length);
                return Ok(Some((first_byte.unwrap_or_else(SystemTime::now), head, body)));
            }
        }
        stream.readable().await?;
        match stream.try_read(&mut chunk) {
            Ok(0) => return Ok(None),
            Ok(read) => {
                first_byte.get_or_insert_with(SystemTime::now);
                buffer.extend_from_slice(&chunk[..read]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

fn content_length(head: &str) -> usize {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse().ok())
        .unwrap_or(0)
}

async fn write(stream: &TcpStream, mut bytes: &[u8]) -> std::io::Result<()> {
    while !bytes.is_empty() {
        stream.writable().await?;
        match stream.try_write(bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
