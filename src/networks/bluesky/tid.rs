//! Record keys of AT Protocol: TIDs (atproto.com/specs/tid). 64 bits: a zero, 53 bits of microseconds since 1970, 10
//! bits of clock id; written in 13 characters that sort as the numbers do.

use jiff::Timestamp;

const ALPHABET: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";

/// The TID of an instant and a clock id (its low 10 bits).
pub(super) fn tid(micros: i64, clock: u16) -> String {
    let micros = u64::try_from(micros).unwrap_or(0) & ((1 << 53) - 1);
    let number = (micros << 10) | u64::from(clock & 0x3ff);
    (0..13)
        .rev()
        .map(|place| char::from(ALPHABET[usize::try_from((number >> (place * 5)) & 31).unwrap_or(0)]))
        .collect()
}

/// The instant of a TID; `None` where the text is no TID.
pub(super) fn instant(tid: &str) -> Option<Timestamp> {
    if tid.len() != 13 {
        return None;
    }
    let mut number: u64 = 0;
    for (place, byte) in tid.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|b| *b == byte)?;
        // 13 characters hold 65 bits; of those the first is no bit of the number, and must be zero.
        if place == 0 && digit > 15 {
            return None;
        }
        number = (number << 5) | u64::try_from(digit).ok()?;
    }
    Timestamp::from_microsecond(i64::try_from(number >> 10).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vectors(name: &str) -> Option<Vec<String>> {
        let path = format!(
            "{}/../shared/conformance/atproto-interop-tests/syntax/{name}",
            env!("CARGO_MANIFEST_DIR")
        );
        let Ok(text) = std::fs::read_to_string(&path) else {
            eprintln!("skipped: {path} is not there");
            return None;
        };
        Some(
            text.lines()
                .filter(|l| !l.is_empty() && !l.starts_with('#'))
                .map(str::to_owned)
                .collect(),
        )
    }

    #[test]
    fn the_interop_vectors() {
        for tid in vectors("tid_syntax_valid.txt").unwrap_or_default() {
            assert!(instant(&tid).is_some(), "{tid}");
        }
        for tid in vectors("tid_syntax_invalid.txt").unwrap_or_default() {
            assert!(instant(&tid).is_none(), "{tid}");
        }
    }

    #[test]
    fn there_and_back_and_in_order() {
        let at: Timestamp = "2026-12-01T09:00:00.123456Z".parse().unwrap();
        let key = tid(at.as_microsecond(), 0x155);
        assert_eq!(instant(&key), Some(at));
        assert!(key < tid(at.as_microsecond(), 0x156) && key < tid(at.as_microsecond() + 1, 0));
        assert_eq!(tid(0, 0), "2222222222222");
        assert_eq!(tid(-5, u16::MAX), tid(0, 0x3ff));
        assert!(instant(&tid(i64::MAX, u16::MAX)).is_some());
    }
}
