//! One-time passcodes (RFC 6238 with SHA-1, six digits, thirty seconds), so that an authenticator's
//! codes are the right ones.

const STEP: i64 = 30_000;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The passcode of a secret, given in base 32, at a time in milliseconds.
pub(super) fn passcode(secret: &str, now: i64) -> Option<String> {
    code_of_step(&decode(secret)?, now.div_euclid(STEP))
}

/// Whether it is a passcode of now, or of the step before or after.
pub(super) fn is_valid(secret: &str, code: &str, now: i64) -> bool {
    let Some(secret) = decode(secret) else {
        return false;
    };
    let step = now.div_euclid(STEP);
    let mut near = step - 1..=step + 1;
    near.any(|step| code_of_step(&secret, step).as_deref() == Some(code))
}

/// A secret in base 32 of these bytes.
pub(super) fn encode(bytes: &[u8]) -> String {
    let bits = bytes
        .iter()
        .flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1));
    let bits: Vec<u8> = bits.collect();
    let digit = |bits: &[u8]| {
        bits.iter()
            .fold(0, |digit, bit| digit << 1 | usize::from(*bit))
    };
    bits.chunks(5)
        .map(|bits| char::from(BASE32[digit(bits) << (5 - bits.len())]))
        .collect()
}

fn decode(secret: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0u32, 0);
    for letter in secret.trim_end_matches('=').bytes() {
        let letter = letter.to_ascii_uppercase();
        let digit = BASE32.iter().position(|digit| *digit == letter)?;
        held = held << 5 | u32::try_from(digit).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits).to_be_bytes()[3]);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

fn code_of_step(secret: &[u8], step: i64) -> Option<String> {
    let mac = hmac(secret, &step.to_be_bytes());
    let at = usize::from(mac[19] & 0xf);
    let word = u32::from_be_bytes(*mac[at..].first_chunk()?);
    Some(format!("{:06}", (word & 0x7fff_ffff) % 1_000_000))
}

fn hmac(key: &[u8], message: &[u8]) -> [u8; 20] {
    let mut block = [0; 64];
    if key.len() > block.len() {
        block[..20].copy_from_slice(&sha1(key));
    } else {
        block[..key.len()].copy_from_slice(key);
    }
    let inner = sha1(&[&block.map(|byte| byte ^ 0x36)[..], message].concat());
    sha1(&[&block.map(|byte| byte ^ 0x5c)[..], &inner].concat())
}

fn sha1(message: &[u8]) -> [u8; 20] {
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    let mut state: [u32; 5] = [
        0x6745_2301,
        0xefcd_ab89,
        0x98ba_dcfe,
        0x1032_5476,
        0xc3d2_e1f0,
    ];
    for block in padded.chunks_exact(64) {
        mix(&mut state, block);
    }
    let mut digest = [0; 20];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
    digest
}

fn mix(state: &mut [u32; 5], block: &[u8]) {
    let mut words = [0u32; 80];
    for (word, bytes) in words.iter_mut().zip(block.chunks_exact(4)) {
        *word = bytes
            .iter()
            .fold(0, |word, byte| word << 8 | u32::from(*byte));
    }
    for at in 16..80 {
        let word = words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16];
        words[at] = word.rotate_left(1);
    }
    let mut now = *state;
    for (at, word) in words.iter().enumerate() {
        let [first, second, third, fourth, fifth] = now;
        let (chosen, constant) = match at / 20 {
            0 => (second & third | !second & fourth, 0x5a82_7999),
            1 => (second ^ third ^ fourth, 0x6ed9_eba1),
            2 => (
                second & third | second & fourth | third & fourth,
                0x8f1b_bcdc,
            ),
            _ => (second ^ third ^ fourth, 0xca62_c1d6_u32),
        };
        let next = first
            .rotate_left(5)
            .wrapping_add(chosen)
            .wrapping_add(fifth)
            .wrapping_add(constant)
            .wrapping_add(*word);
        now = [next, first, second.rotate_left(30), third, fourth];
    }
    for (sum, part) in state.iter_mut().zip(now) {
        *sum = sum.wrapping_add(part);
    }
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
    fn base_32_there_and_back() {
        for bytes in [&b""[..], b"f", b"fo", b"foo", b"foob", b"fooba"] {
            assert_eq!(decode(&encode(bytes)).as_deref(), Some(bytes));
        }
        assert_eq!(encode(b"foobar"), "MZXW6YTBOI");
        assert_eq!(decode("not base 32!"), None);
    }
}
