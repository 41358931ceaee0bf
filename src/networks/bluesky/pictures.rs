//! Pictures in a record: their address is the hash of their bytes, so the whole record is known before anything is
//! uploaded.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::domain::picture::Fitted;
use crate::networks::wire::unreadable;
use crate::networks::{Effect, Halt, Request, Upload, Wire};

/// A blob that was uploaded longer ago is uploaded again: a server throws away what no record uses.
const FRESH: SignedDuration = SignedDuration::from_mins(30);
const UPLOADS: usize = 3;

/// A blob as a record names it (`{"$type":"blob",…}`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Blob {
    #[serde(rename = "$type")]
    kind: String,
    #[serde(rename = "ref")]
    link: Ref,
    #[serde(rename = "mimeType")]
    mime: String,
    size: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Ref {
    #[serde(rename = "$link")]
    cid: String,
}

impl Blob {
    /// `None` where the hash is no SHA-256.
    pub(super) fn of(picture: &Fitted) -> Option<Self> {
        Some(Self {
            kind: "blob".to_owned(),
            link: Ref {
                cid: cid(&picture.hash)?,
            },
            mime: picture.mime.clone(),
            size: picture.bytes,
        })
    }

    /// SHA-256 of the bytes, in hexadecimal, as the address says.
    fn hash(&self) -> Option<String> {
        let bytes = base32(self.link.cid.strip_prefix('b')?)?;
        let digest = bytes.strip_prefix(&PREFIX[..])?;
        Some(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// CID version 1, raw bytes, SHA-256 of 32 bytes.
const PREFIX: [u8; 4] = [0x01, 0x55, 0x12, 0x20];
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The address of bytes with this hash (multiformats: `b`, then base32 of RFC 4648 in small letters, without padding).
fn cid(hash: &str) -> Option<String> {
    if hash.len() != 64 {
        return None;
    }
    let mut bytes = PREFIX.to_vec();
    for at in (0..64).step_by(2) {
        bytes.push(u8::from_str_radix(hash.get(at..at + 2)?, 16).ok()?);
    }
    let mut out = String::from("b");
    let (mut held, mut bits) = (0_u32, 0);
    for byte in bytes {
        held = (held << 8) | u32::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(ALPHABET[(held >> bits & 31) as usize]));
        }
    }
    if bits > 0 {
        out.push(char::from(ALPHABET[(held << (5 - bits) & 31) as usize]));
    }
    Some(out)
}

fn base32(text: &str) -> Option<Vec<u8>> {
    let (mut out, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == byte)?;
        held = (held << 5) | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 255).ok()?);
        }
    }
    Some(out)
}

/// Uploads a blob; nobody sees it before a record names it.
pub(super) fn upload(base: &str, no: usize, blob: &Blob, wire: &mut Wire<'_>) -> Result<(), Halt> {
    let upload = Upload {
        hash: blob.hash().unwrap_or_default(),
        mime: blob.mime.clone(),
        form: None,
    };
    let request = Request::post_picture(format!("{base}/xrpc/com.atproto.repo.uploadBlob"), upload).signed();
    let mut answer = wire.call(&format!("picture-{no}"), Effect::Repeatable, request.clone())?;
    for again in 1..=UPLOADS {
        if wire.is_younger(&answer, FRESH) {
            break;
        }
        answer = wire.call(&format!("picture-{no}-{again}"), Effect::Repeatable, request.clone())?;
    }
    if answer.json()["blob"]["ref"]["$link"].as_str() != Some(blob.link.cid.as_str()) {
        return Err(unreadable(&answer, "named other bytes than those that were sent"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `sha256("")` and its CID, as every IPFS tool gives it.
    const EMPTY: (&str, &str) = (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
    );

    #[test]
    fn a_hash_and_its_address_lead_to_each_other() {
        let picture = Fitted {
            hash: EMPTY.0.to_owned(),
            mime: "image/png".to_owned(),
            width: 1,
            height: 1,
            bytes: 0,
            alt: None,
        };
        let blob = Blob::of(&picture).unwrap();
        assert_eq!(blob.link.cid, EMPTY.1);
        assert_eq!(blob.hash().as_deref(), Some(EMPTY.0));
        assert_eq!(cid("ab"), None);
        assert_eq!(base32("1"), None);
    }
}
