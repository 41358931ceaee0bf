//! A site on this machine: pages as people write them, and answers by which a server could do harm. Whatever has no
//! end ends here after a while, also if nobody goes away.

use std::collections::HashMap;
use std::io::Write as _;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::http::{self, Reply, Request};

/// The most that an answer without an end sends.
const ENDLESS: usize = 64 << 20;
/// What a bomb unpacks to; more than anybody should read.
const UNPACKED: usize = 40 << 20;
/// The most bytes of an answer that comes one a second.
const DROPS: usize = 90;

/// What stands at an address.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// A page.
    Html(String),
    /// A file, by its media type.
    File(&'static str, Vec<u8>),
    /// Something else.
    Other(Reply),
    /// A redirect.
    To(String),
    /// Nothing, until the caller goes away.
    Silence,
    /// A page, one byte a second.
    Drip,
    /// A page without an end.
    Endless,
    /// A small packed page, which is a large one unpacked.
    Bomb,
    /// The first once, then the second.
    Then(Box<Answer>, Box<Answer>),
}

/// The running site; it has no article but those that are put there.
pub(crate) struct Pages {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    answers: Mutex<HashMap<String, Answer>>,
    asked: Mutex<Vec<Request>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Pages {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let shared = Arc::new(Shared::default());
        let this = Self {
            address: listener.local_addr().unwrap(),
            shared: shared.clone(),
        };
        // The thread lives as long as the test program; a listener costs nothing.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = shared.clone();
                std::thread::spawn(move || shared.serve(&stream));
            }
        });
        this
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Puts an answer at a path, and gives its address.
    pub(crate) fn put(&self, path: &str, answer: Answer) -> String {
        locked(&self.shared.answers).insert(path.to_owned(), answer);
        self.url(path)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        locked(&self.shared.asked).clone()
    }

    /// The paths that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.path).collect()
    }
}

impl Shared {
    fn serve(&self, stream: &TcpStream) {
        let Some(request) = Request::read(stream) else { return };
        let path = request.path.clone();
        locked(&self.asked).push(request);
        let answer = {
            let mut answers = locked(&self.answers);
            match answers.get(&path).cloned() {
                Some(Answer::Then(first, second)) => {
                    answers.insert(path, *second);
                    Some(*first)
                }
                other => other,
            }
        };
        match answer {
            Some(answer) => give(stream, answer),
            None => Reply::empty(404).write(stream),
        }
        let _ = stream.shutdown(Shutdown::Both);
    }
}

fn give(stream: &TcpStream, answer: Answer) {
    match answer {
        Answer::Html(body) => Reply::html(200, body).write(stream),
        Answer::File(mime, bytes) => file(stream, mime, &bytes),
        Answer::Other(reply) => reply.write(stream),
        Answer::To(url) => Reply::empty(302).header("location", url).write(stream),
        Answer::Silence => http::hang(stream),
        Answer::Drip => drip(stream),
        Answer::Endless => endless(stream),
        Answer::Bomb => bomb(stream),
        Answer::Then(first, _) => give(stream, *first),
    }
}

/// Whether the caller still listens.
fn says(mut stream: &TcpStream, bytes: &[u8]) -> bool {
    stream.write_all(bytes).and_then(|()| stream.flush()).is_ok()
}

const HEAD: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/html; charset=utf-8\r\n";

fn file(stream: &TcpStream, mime: &str, bytes: &[u8]) {
    let length = bytes.len();
    let head =
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: {mime}\r\ncontent-length: {length}\r\n\r\n");
    let _ = says(stream, head.as_bytes()) && says(stream, bytes);
}

fn drip(stream: &TcpStream) {
    let mut listens = says(stream, format!("{HEAD}\r\n").as_bytes());
    for byte in b"<title>Slow</title>".iter().cycle().take(DROPS) {
        listens = listens && says(stream, &[*byte]);
        if !listens {
            return;
        }
        std::thread::sleep(Duration::from_secs(1));
    }
}

fn endless(stream: &TcpStream) {
    let piece = "<p>And so it goes on and on, without an end in sight.</p>\n".repeat(1_000);
    let mut listens = says(stream, format!("{HEAD}\r\n<title>Endless</title>").as_bytes());
    for _ in 0..ENDLESS / piece.len() {
        listens = listens && says(stream, piece.as_bytes());
    }
}

fn bomb(stream: &TcpStream) {
    let packed = packed(b'a', UNPACKED);
    let head = format!(
        "{HEAD}content-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        packed.len()
    );
    let _ = says(stream, head.as_bytes()) && says(stream, &packed);
}

/// One letter, so many times, as gzip (RFC 1952) of one block with fixed codes (RFC 1951, section 3.2.6): the letter,
/// then again and again "258 times what was last". The sum at the end is wrong; nobody should come so far.
fn packed(letter: u8, count: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0b1, 1);
    bits.put(0b01, 2);
    // Literals below 144 have eight bits from 0011_0000 on, codes with their first bit first.
    bits.code(0x30 + u32::from(letter), 8);
    for _ in 0..count / 258 {
        bits.code(0b1100_0101, 8);
        bits.code(0, 5);
    }
    bits.code(0, 7);
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    out.extend(bits.bytes);
    out.extend([0; 8]);
    out
}

/// Bits from the lowest of each byte on.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn put(&mut self, value: u32, count: u32) {
        for at in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            if (value >> at) & 1 == 1
                && let Some(last) = self.bytes.last_mut()
            {
                *last |= 1 << (self.used % 8);
            }
            self.used += 1;
        }
    }

    fn code(&mut self, code: u32, length: u32) {
        self.put(code.reverse_bits() >> (32 - length), length);
    }
}
