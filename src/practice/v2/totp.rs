//! One-time passcodes as authenticator apps compute them: RFC 6238 with SHA-1, six digits, thirty
//! seconds.

use data_encoding::{BASE32_NOPAD, BASE32_NOPAD_NOCASE};
use ring::hmac;

const STEP: i64 = 30_000;

/// The digits of a passcode.
pub(super) const DIGITS: usize = 6;

/// The passcode of a secret in base 32 at a time in milliseconds.
pub(super) fn passcode(secret: &str, now: i64) -> Option<String> {
    code_of_step(&decode(secret)?, now.div_euclid(STEP))
}

/// Whether it is the passcode of this time, or of the step before or after.
pub(super) fn is_valid(secret: &str, code: &str, now: i64) -> bool {
    let Some(secret) = decode(secret) else {
        return false;
    };
    let step = now.div_euclid(STEP);
    let mut near = step - 1..=step + 1;
    near.any(|step| code_of_step(&secret, step).as_deref() == Some(code))
}

/// The bytes that a new secret has at least.
const LEAST: usize = 20;

/// Checks that a new secret is in base 32, in capitals and without padding, and long enough.
pub(super) fn check(secret: &str) -> Result<(), String> {
    let secret = secret.trim();
    let mut base32 = BASE32_NOPAD.specification();
    base32.check_trailing_bits = false;
    let Ok(base32) = base32.encoding() else {
        return Ok(());
    };
    match base32.decode(secret.as_bytes()) {
        Ok(bytes) if bytes.len() < LEAST => {
            Err(format!("totp: secret must be at least {LEAST} bytes long"))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(format!(
            "totp: invalid secret encoding: illegal base32 data at input byte {}",
            error.position
        )),
    }
}

/// Encodes these bytes as a secret in base 32.
pub(super) fn encode(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes)
}

/// Decodes a secret in either case, with or without padding. As in Go, the unused bits at the end
/// can have any value.
fn decode(secret: &str) -> Option<Vec<u8>> {
    let mut base32 = BASE32_NOPAD_NOCASE.specification();
    base32.check_trailing_bits = false;
    let secret = secret.trim_end_matches('=');
    base32.encoding().ok()?.decode(secret.as_bytes()).ok()
}

fn code_of_step(secret: &[u8], step: i64) -> Option<String> {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let mac = tag.as_ref();
    let at = usize::from(mac.last()? & 0xf);
    let word = u32::from_be_bytes(*mac.get(at..)?.first_chunk()?);
    Some(format!("{:06}", (word & 0x7fff_ffff) % 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_6238() {
        let secret = encode(b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(passcode(&secret, seconds * 1000).as_deref(), Some(code));
            assert!(is_valid(&secret, code, seconds * 1000 + STEP));
            assert!(!is_valid(&secret, code, seconds * 1000 + 2 * STEP));
        }
    }

    #[test]
    fn new_secrets() {
        assert_eq!(check(&encode(&[7; 20])), Ok(()));
        for (secret, reason) in [
            (
                "short",
                "invalid secret encoding: illegal base32 data at input byte 0",
            ),
            (
                "JBSWY3DP0HPK3PXP",
                "invalid secret encoding: illegal base32 data at input byte 8",
            ),
            ("JBSWY3DPEHPK3PXP", "secret must be at least 20 bytes long"),
        ] {
            assert_eq!(check(secret), Err(format!("totp: {reason}")));
        }
    }

    #[test]
    fn base_32_there_and_back() {
        for bytes in [&b""[..], b"f", b"fo", b"foo", b"foob", b"fooba"] {
            assert_eq!(decode(&encode(bytes)).as_deref(), Some(bytes));
        }
        assert_eq!(encode(b"foobar"), "MZXW6YTBOI");
        for secret in ["MZXW6YTBOI======", "mzxw6ytboi", "MZXW6YTBOJ"] {
            assert_eq!(decode(secret).as_deref(), Some(&b"foobar"[..]));
        }
        assert_eq!(decode("not base 32!"), None);
    }
}
