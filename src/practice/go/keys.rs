//! Public keys in the form of an `authorized_keys` file.
//!
//! Go's `ssh` package uses the first line that contains a key, with or without options before it. It
//! ignores the name of the type before the key: only the encoded data matters.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// Whether any line of `text` contains a public key.
pub(in crate::practice) fn is_valid(text: &str) -> bool {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .any(|line| is_key(line) || is_key(after_options(line)))
}

/// `TYPE BASE64 [COMMENT]`
fn is_key(line: &str) -> bool {
    let encoded = line.split_ascii_whitespace().nth(1);
    encoded.and_then(base64).is_some_and(|blob| is_blob(&blob))
}

/// What follows the options, `from="a b",no-pty `: they end at the first space outside quotes.
fn after_options(line: &str) -> &str {
    let mut in_quotes = false;
    let mut before = None;
    let end = line.find(|letter| {
        if letter == '"' && before != Some('\\') {
            in_quotes = !in_quotes;
        }
        before = Some(letter);
        !in_quotes && (letter == ' ' || letter == '\t')
    });
    end.map_or("", |end| line[end..].trim_start())
}

/// Whether the bytes are the name of a key type and exactly the parts of such a key.
fn is_blob(blob: &[u8]) -> bool {
    let Some(parts) = parts(blob) else {
        return false;
    };
    let sizes: Vec<usize> = parts.iter().skip(1).map(|part| part.len()).collect();
    match (parts.first().copied().unwrap_or_default(), sizes.as_slice()) {
        (b"ssh-ed25519", [size]) => *size == 32,
        (b"ssh-rsa", sizes) => sizes.len() == 2,
        (b"ssh-dss", sizes) => sizes.len() == 4,
        (b"ecdsa-sha2-nistp256", [_, point]) => *point == 65,
        (b"ecdsa-sha2-nistp384", [_, point]) => *point == 97,
        (b"ecdsa-sha2-nistp521", [_, point]) => *point == 133,
        _ => false,
    }
}

/// Splits the blob into its parts, each with a length of four bytes before it.
fn parts(mut blob: &[u8]) -> Option<Vec<&[u8]>> {
    let mut parts = Vec::new();
    while !blob.is_empty() {
        let (length, rest) = blob.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (part, rest) = rest.split_at_checked(length)?;
        parts.push(part);
        blob = rest;
    }
    Some(parts)
}

/// Base64 as Go decodes it: padding is required, the unused bits at the end can have any value.
pub(in crate::practice) fn base64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    const GO: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
    GO.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the contract's "good public key".
    const KEY: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIEMVHdMFLVVQmvCbKQsJzW4sZLmZ5XhLvkZmQXkDqfWN";

    #[test]
    fn keys_with_type_comment_options_and_lines() {
        for line in [
            format!("ssh-ed25519 {KEY}"),
            format!("ssh-ed25519 {KEY} a comment"),
            format!("anything {KEY}"),
            format!("no-pty,from=\"a b\" ssh-ed25519 {KEY}"),
            format!("# a comment\n\nssh-ed25519 {KEY}\n"),
        ] {
            assert!(is_valid(&line), "{line}");
        }
    }

    #[test]
    fn what_is_not_a_key() {
        for line in [
            String::new(),
            "bad".to_owned(),
            KEY.to_owned(),
            format!("# ssh-ed25519 {KEY}"),
            format!("ssh-ed25519 {}", &KEY[..KEY.len() - 4]),
            format!("ssh-ed25519 {KEY}AAAA"),
            format!("ssh-ed25519 {KEY}!"),
            "ssh-ed25519 AAAA".to_owned(),
            "ssh-ed25519 ====".to_owned(),
            format!("from=\"a ssh-ed25519 {}", &KEY[..8]),
        ] {
            assert!(!is_valid(&line), "{line}");
        }
    }

    #[test]
    fn base64_is_as_strict_as_in_go() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            ("Zg==", Some(b"f")),
            // Bits that no encoder sets.
            ("Zh==", Some(b"f")),
            ("Zm9v", Some(b"foo")),
            ("Zg", None),
            ("Zg=", None),
            ("Z===", None),
            ("====", None),
            ("Zg==Zg==", None),
            ("Zm_v", None),
        ] {
            assert_eq!(base64(text).as_deref(), bytes, "{text}");
        }
    }
}
