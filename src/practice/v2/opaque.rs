//! Texts that look random: tokens, ids, hashes, sealed secrets.
//!
//! They are not secure and need not be: the server is on loopback and has sample data. The same
//! requests give the same texts, so that transcripts can be compared.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// An endless sequence of bytes that depends on a seed (FNV-1a, then splitmix64).
pub(super) struct Bytes {
    state: u64,
}

impl Bytes {
    pub(super) fn of(seed: &str) -> Self {
        let state = seed.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self { state }
    }

    pub(super) fn take(&mut self, count: usize) -> Vec<u8> {
        std::iter::repeat_with(|| self.next()).take(count).collect()
    }

    fn next(&mut self) -> u8 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed >> 56).to_be_bytes()[7]
    }
}

/// An id of 22 letters and digits, like the ids of API keys.
pub(super) fn id(seed: &str) -> String {
    let letters = Bytes::of(seed).take(22);
    letters
        .iter()
        .map(|byte| char::from(BASE58[usize::from(*byte) % BASE58.len()]))
        .collect()
}

/// A hash of a password, in the form of bcrypt.
pub(super) fn hash(password: &str) -> String {
    let text = STANDARD.encode(Bytes::of(&format!("password {password}")).take(40));
    let text: String = text.chars().take(53).collect();
    format!("$2a$10${}", text.replace('+', "."))
}

/// Whether the server treats a password as a hash and stores it unchanged.
pub(super) fn is_hash(password: &str) -> bool {
    const PREFIXES: [&str; 12] = [
        "$pbkdf2-sha1$",
        "$pbkdf2-sha256$",
        "$pbkdf2-sha512$",
        "$pbkdf2-b64salt-sha256$",
        "$1$",
        "$apr1$",
        "{MD5}",
        "{SHA256}",
        "{SHA512}",
        "$5$",
        "$6$",
        "$y$",
    ];
    is_own_hash(password) || PREFIXES.iter().any(|prefix| password.starts_with(prefix))
}

/// Whether it is a hash that the server makes itself: of admins, it takes no others.
pub(super) fn is_own_hash(password: &str) -> bool {
    ["$argon2id$", "$2a$"]
        .iter()
        .any(|prefix| password.starts_with(prefix))
}

/// The hash of a password that is not too long.
pub(super) fn hashed(password: &str) -> Result<String, &'static str> {
    if password.len() > 72 {
        return Err("bcrypt: password length exceeds 72 bytes");
    }
    Ok(hash(password))
}

/// The stored form of an admin's password.
pub(super) fn stored(password: &str) -> Result<String, &'static str> {
    if is_own_hash(password) {
        Ok(password.to_owned())
    } else {
        hashed(password)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_depend_on_their_seeds() {
        assert_eq!(id("a"), id("a"));
        assert_ne!(id("a"), id("b"));
        assert_eq!(id("a").len(), 22);
        assert_eq!(hash("p").len(), 60);
        assert_eq!(stored("p"), Ok(hash("p")));
        assert_eq!(stored(&hash("p")), Ok(hash("p")));
        assert!(stored(&"p".repeat(73)).is_err());
    }
}
