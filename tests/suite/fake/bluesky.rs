//! A Bluesky server (PDS), answering as the real one was measured to answer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sha2::Digest as _;

use super::{PASSWORD, Public, Reply, Request, Service};

const DID: &str = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
const HANDLE: &str = "idhdp.example";
const COLLECTION: &str = "app.bsky.feed.post";

pub(crate) struct Bluesky {
    /// Whether our password is good.
    pub(crate) knows_password: bool,
    access: BTreeSet<String>,
    refresh: BTreeSet<String>,
    expired: BTreeSet<String>,
    tokens_made: u32,
    records: BTreeMap<String, Value>,
    /// What was uploaded, by its address: media type and bytes.
    pub(crate) blobs: BTreeMap<String, (String, Vec<u8>)>,
}

fn error(status: u16, name: &str, message: &str) -> Reply {
    Reply::json(status, &json!({"error": name, "message": message}))
}

impl Bluesky {
    pub(crate) fn new() -> Self {
        Self {
            knows_password: true,
            access: BTreeSet::new(),
            refresh: BTreeSet::new(),
            expired: BTreeSet::new(),
            tokens_made: 0,
            records: BTreeMap::new(),
            blobs: BTreeMap::new(),
        }
    }

    /// Two hours have passed for every session.
    pub(crate) fn expire_tokens(&mut self) {
        self.expired.append(&mut self.access);
    }

    /// What readers see, oldest first: each record with its address and hash.
    pub(crate) fn shown(&self) -> Vec<(String, String, Value)> {
        let shown = |(rkey, record): (&String, &Value)| (uri(rkey), cid(record), record.clone());
        self.records.iter().map(shown).collect()
    }

    fn tokens(&mut self) -> Reply {
        self.tokens_made += 1;
        let (access, refresh) = (
            format!("access-{}", self.tokens_made),
            format!("refresh-{}", self.tokens_made),
        );
        self.access.insert(access.clone());
        self.refresh.insert(refresh.clone());
        Reply::json(
            200,
            &json!({"accessJwt": access, "refreshJwt": refresh, "did": DID, "handle": HANDLE, "active": true}),
        )
    }

    fn create_session(&mut self, request: &Request) -> Reply {
        let told = request.json();
        let ours = told["identifier"] == HANDLE || told["identifier"] == DID;
        if ours && told["password"] == PASSWORD && self.knows_password {
            self.tokens()
        } else {
            error(401, "AuthenticationRequired", "Invalid identifier or password")
        }
    }

    fn refresh_session(&mut self, request: &Request) -> Reply {
        match request.bearer() {
            Some(token) if self.refresh.contains(token) => self.tokens(),
            Some(_) => error(400, "InvalidToken", "Token could not be verified"),
            None => error(401, "AuthMissing", "Authentication Required"),
        }
    }

    fn authorised(&self, request: &Request) -> Result<(), Reply> {
        match request.bearer() {
            None => Err(error(401, "AuthMissing", "Authentication Required")),
            Some(token) if self.access.contains(token) => Ok(()),
            Some(token) if self.expired.contains(token) => Err(error(400, "ExpiredToken", "Token has expired")),
            Some(_) => Err(error(400, "InvalidToken", "Token could not be verified")),
        }
    }

    fn put(&mut self, request: &Request) -> Reply {
        if let Err(refusal) = self.authorised(request) {
            return refusal;
        }
        let told = request.json();
        let rkey = told["rkey"].as_str().unwrap_or_default().to_owned();
        if told["repo"] != DID || told["collection"] != COLLECTION {
            return error(400, "InvalidRequest", "Could not find repo");
        }
        if !is_tid(&rkey) {
            return error(
                400,
                "InvalidRequest",
                &format!("Invalid TID string (got \"{rkey}\") at $"),
            );
        }
        let record = told["record"].clone();
        if record["text"].as_str().is_none_or(|text| text.len() > 3000) {
            return error(400, "InvalidRequest", "string too big (maximum 3000) at $.record.text");
        }
        if let Some(refusal) = blobs_of(&record["embed"]).into_iter().find_map(|blob| self.lacks(blob)) {
            return refusal;
        }
        let (uri, cid) = (uri(&rkey), cid(&record));
        let only_if_absent = told
            .as_object()
            .is_some_and(|told| told.get("swapRecord") == Some(&Value::Null));
        match self.records.get(&rkey) {
            Some(old) if *old == record => {
                Reply::json(200, &json!({"uri": uri, "cid": cid, "validationStatus": "valid"}))
            }
            Some(old) if only_if_absent => {
                let message = format!("Record was at {}", self::cid(old));
                error(400, "InvalidSwap", &message)
            }
            _ => {
                self.records.insert(rkey, record);
                let commit = json!({"cid": "bafyreicommit", "rev": self.records.len().to_string()});
                Reply::json(
                    200,
                    &json!({"uri": uri, "cid": cid, "commit": commit, "validationStatus": "valid"}),
                )
            }
        }
    }

    /// The refusal of a blob that was not uploaded, or is described as it is not.
    fn lacks(&self, blob: &Value) -> Option<Reply> {
        let cid = blob["ref"]["$link"].as_str().unwrap_or_default();
        let Some((mime, bytes)) = self.blobs.get(cid) else {
            return Some(error(400, "BlobNotFound", &format!("Could not find blob: {cid}")));
        };
        let same = blob["$type"] == "blob" && blob["mimeType"] == mime.as_str() && blob["size"] == bytes.len();
        (!same).then(|| {
            error(
                400,
                "InvalidMimeType",
                &format!("Referenced Mimetype does not match stored blob: {blob}"),
            )
        })
    }

    fn upload(&mut self, request: &Request) -> Reply {
        if let Err(refusal) = self.authorised(request) {
            return refusal;
        }
        let mime = request.header("content-type").unwrap_or_default().to_owned();
        let cid = super::cid(&request.bytes);
        let told = json!({"$type": "blob", "ref": {"$link": cid}, "mimeType": mime, "size": request.bytes.len()});
        self.blobs.insert(cid, (mime, request.bytes.clone()));
        Reply::json(200, &json!({ "blob": told }))
    }

    fn get(&self, request: &Request) -> Reply {
        let rkey = request.parameter("rkey").unwrap_or_default();
        match self.records.get(rkey) {
            Some(record) => Reply::json(200, &json!({"uri": uri(rkey), "cid": cid(record), "value": record})),
            None => error(
                400,
                "RecordNotFound",
                &format!("Could not locate record: {}", uri(rkey)),
            ),
        }
    }

    fn list(&self, request: &Request) -> Reply {
        let limit = request.parameter("limit").and_then(|n| n.parse().ok()).unwrap_or(50);
        let before = request.parameter("cursor").unwrap_or("zzzzzzzzzzzzzz");
        let older = self
            .records
            .iter()
            .rev()
            .filter(|(rkey, _)| rkey.as_str() < before)
            .take(limit);
        let page: Vec<(&String, &Value)> = older.collect();
        let records: Vec<Value> = page
            .iter()
            .map(|(rkey, record)| json!({"uri": uri(rkey), "cid": cid(record), "value": record}))
            .collect();
        let mut told = json!({ "records": records });
        if let Some((last, _)) = page.last() {
            told["cursor"] = Value::from(last.as_str());
        }
        Reply::json(200, &told)
    }
}

/// Every blob that an embed names.
fn blobs_of(embed: &Value) -> Vec<&Value> {
    let images = embed["images"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|image| &image["image"]);
    images.chain(embed["external"].get("thumb")).collect()
}

fn uri(rkey: &str) -> String {
    format!("at://{DID}/{COLLECTION}/{rkey}")
}

fn cid(record: &Value) -> String {
    let digest = sha2::Sha256::digest(record.to_string().as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("bafyrei{hex}")
}

fn is_tid(rkey: &str) -> bool {
    let fits = |c: char| matches!(c, '2'..='7' | 'a'..='z');
    rkey.len() == 13 && rkey.starts_with(|c| matches!(c, '2'..='7' | 'a'..='j')) && rkey.chars().all(fits)
}

impl Service for Bluesky {
    fn is_post(&self, request: &Request) -> bool {
        request.path.ends_with("/com.atproto.repo.putRecord")
            || request.path.ends_with("/com.atproto.repo.createRecord")
            || request.path.ends_with("/com.atproto.repo.applyWrites")
    }

    fn key(&self, request: &Request) -> Option<String> {
        request.json()["rkey"].as_str().map(str::to_owned)
    }

    fn answer(&mut self, request: &Request) -> Reply {
        match request.path.strip_prefix("/xrpc/com.atproto.").unwrap_or_default() {
            "server.describeServer" => Reply::json(
                200,
                &json!({"did": "did:web:pds.example", "availableUserDomains": [".example"]}),
            ),
            "server.createSession" => self.create_session(request),
            "server.refreshSession" => self.refresh_session(request),
            "server.getSession" => match self.authorised(request) {
                Ok(()) => Reply::json(200, &json!({"did": DID, "handle": HANDLE, "active": true})),
                Err(refusal) => refusal,
            },
            "identity.resolveHandle" => match request.parameter("handle") {
                Some(HANDLE) => Reply::json(200, &json!({"did": DID})),
                _ => error(400, "InvalidRequest", "Unable to resolve handle"),
            },
            "repo.uploadBlob" => self.upload(request),
            "repo.putRecord" => self.put(request),
            "repo.getRecord" => self.get(request),
            "repo.listRecords" => self.list(request),
            _ => error(501, "MethodNotImplemented", "Method Not Implemented"),
        }
    }

    fn public(&self) -> Vec<Public> {
        // Without an article the text itself, so that a second copy of it is known for one.
        let article = |record: &Value| {
            let link = record["embed"]["external"]["uri"].as_str();
            link.or(record["text"].as_str()).unwrap_or_default().to_owned()
        };
        let public = |(rkey, record): (&String, &Value)| Public {
            remote_id: uri(rkey),
            article: article(record),
        };
        self.records.iter().map(public).collect()
    }
}
