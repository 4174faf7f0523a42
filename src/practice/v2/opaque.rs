//! Texts that look as if they were random: tokens, ids, hashes, sealed secrets.
//!
//! Nothing here is secure, and nothing has to be: the server is on loopback and its data are made up.
//! What counts is that the same requests give the same texts, so that transcripts can be compared.

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// An endless row of bytes that follows from a seed (FNV-1a, then splitmix64).
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

/// An id of 22 letters and digits, such as the server gives to API keys.
pub(super) fn id(seed: &str) -> String {
    let letters = Bytes::of(seed).take(22);
    letters
        .iter()
        .map(|byte| char::from(BASE58[usize::from(*byte) % BASE58.len()]))
        .collect()
}

/// A hash of a password, in the form that bcrypt's have.
pub(super) fn hash(password: &str) -> String {
    let text = base64(&Bytes::of(&format!("password {password}")).take(40));
    let text: String = text.chars().take(53).collect();
    format!("$2a$10${}", text.replace('+', "."))
}

/// Whether a password is one that the server takes for a hash and stores as it is.
pub(super) fn is_hash(password: &str) -> bool {
    const PREFIXES: [&str; 9] = [
        "$argon2id$",
        "$2a$",
        "$2b$",
        "$2x$",
        "$2y$",
        "$pbkdf2-",
        "$6$",
        "$1$",
        "$apr1$",
    ];
    PREFIXES.iter().any(|prefix| password.starts_with(prefix))
}

/// What a password is stored as.
pub(super) fn stored(password: &str) -> String {
    if is_hash(password) {
        password.to_owned()
    } else {
        hash(password)
    }
}

/// Base64 with padding.
pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            if digit <= group.len() {
                let index = (bits >> (18 - 6 * digit)) & 0x3f;
                text.push(char::from(BASE64[index as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

/// Base64 as tokens have it: without padding, safe in a URL.
pub(super) fn base64_url(bytes: &[u8]) -> String {
    let text = base64(bytes);
    text.trim_end_matches('=')
        .replace('+', "-")
        .replace('/', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_each_length() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
        ] {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
        assert_eq!(base64_url(&[0xff, 0xef, 0xfe]), "_-_-");
    }

    #[test]
    fn texts_follow_from_their_seeds() {
        assert_eq!(id("a"), id("a"));
        assert_ne!(id("a"), id("b"));
        assert_eq!(id("a").len(), 22);
        assert_eq!(hash("p").len(), 60);
        assert_eq!(stored("p"), hash("p"));
        assert_eq!(stored(&hash("p")), hash("p"));
    }
}
