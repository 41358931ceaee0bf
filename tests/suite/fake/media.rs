//! Pictures as servers take them: a file of a form, or bytes under the address of their hash.

use sha2::Digest as _;

use super::Request;

/// A picture that was uploaded as a form's file.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub(crate) id: String,
    pub(crate) mime: String,
    pub(crate) description: Option<String>,
    pub(crate) bytes: Vec<u8>,
    /// So many looks find it still in the works.
    pub(crate) in_works: u32,
}

/// A part of a form (RFC 7578).
struct Field<'a> {
    head: String,
    bytes: &'a [u8],
}

impl Field<'_> {
    /// A parameter of its disposition.
    fn word(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.head.split_once(&format!("; {name}=\""))?;
        rest.split_once('"').map(|(word, _)| word)
    }

    fn mime(&self) -> Option<&str> {
        let line = |line: &'_ str| line.to_ascii_lowercase().starts_with("content-type:");
        let found = self.head.lines().find(|text| line(text))?;
        Some(found.split_once(':')?.1.trim())
    }
}

fn split<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let found = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..found], &bytes[found + at.len()..]))
}

/// The parts of a form; `None` where it is not written as it must be, to the last byte.
fn fields(request: &Request) -> Option<Vec<Field<'_>>> {
    let boundary = request
        .header("content-type")?
        .strip_prefix("multipart/form-data; boundary=")?;
    let mut rest = request.bytes.strip_prefix(format!("--{boundary}").as_bytes())?;
    let mut list = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let (part, after) = split(part, format!("\r\n--{boundary}").as_bytes())?;
        let (head, bytes) = split(part, b"\r\n\r\n")?;
        let head = String::from_utf8(head.to_vec()).ok()?;
        list.push(Field { head, bytes });
        rest = after;
    }
    (rest == b"--\r\n").then_some(list)
}

impl Picture {
    /// What a form brings; `None` where there is no picture in it, or it is not of the kind that the form says.
    pub(super) fn of_form(request: &Request, id: String) -> Option<Self> {
        let fields = fields(request)?;
        let named = |name: &str| fields.iter().find(|field| field.word("name") == Some(name));
        let file = named("file")?;
        let mime = file.mime()?.to_owned();
        let start: &[u8] = match mime.as_str() {
            "image/jpeg" => b"\xFF\xD8\xFF",
            "image/png" => b"\x89PNG",
            _ => return None,
        };
        file.word("filename").filter(|name| name.contains('.'))?;
        let description = named("description").map(|field| String::from_utf8(field.bytes.to_vec()).unwrap());
        file.bytes.starts_with(start).then(|| Self {
            id,
            mime,
            description,
            bytes: file.bytes.to_vec(),
            in_works: 0,
        })
    }
}

/// The address of bytes (CID version 1: raw, SHA-256, base32).
pub(crate) fn cid(bytes: &[u8]) -> String {
    let whole = [&[0x01, 0x55, 0x12, 0x20], &sha2::Sha256::digest(bytes)[..]].concat();
    let mut bits: String = whole.iter().map(|byte| format!("{byte:08b}")).collect();
    while !bits.len().is_multiple_of(5) {
        bits.push('0');
    }
    let letter = |five: &str| u8::from_str_radix(five, 2).unwrap();
    let letters = (0..bits.len()).step_by(5).map(|at| match letter(&bits[at..at + 5]) {
        value @ 0..=25 => char::from(b'a' + value),
        value => char::from(b'2' + value - 26),
    });
    std::iter::once('b').chain(letters).collect()
}

#[test]
fn the_address_of_nothing_is_the_known_one() {
    assert_eq!(cid(b""), "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");
}
