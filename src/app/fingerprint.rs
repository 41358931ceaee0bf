//! The fingerprint of bytes: SHA-256 in hexadecimal. What has the same fingerprint is the same.

use sha2::Digest as _;

/// The fingerprint of these bytes: 64 hexadecimal digits, lower case.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    sha2::Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    /// The first two vectors of FIPS 180-2.
    #[test]
    fn it_is_sha_256_in_hexadecimal() {
        assert_eq!(
            fingerprint(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            fingerprint(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
