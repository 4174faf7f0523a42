//! The encoding of files.

/// The error for a file in UTF-16, as some editors on Windows save it.
pub const UTF_16: &str = "the file is UTF-16";

/// What to do about it.
pub const SAVE_AS_UTF_8: &str = "save it as UTF-8";

/// Whether a text is UTF-16: by its mark, or since every other byte of its beginning is zero.
pub fn is_utf16(bytes: &[u8]) -> bool {
    match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => true,
        [0, one, 0, other, ..] | [one, 0, other, 0, ..] => *one != 0 && *other != 0,
        [0, one] | [one, 0] => *one != 0,
        _ => false,
    }
}

/// The text of a file that must be UTF-8, or why it is not.
pub fn utf8(bytes: Vec<u8>) -> Result<String, String> {
    if is_utf16(&bytes) {
        return Err(UTF_16.to_owned());
    }
    String::from_utf8(bytes).map_err(|_| "stream did not contain valid utf-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_and_without_a_byte_order_mark() {
        for text in ["{}", "{\"users\": []}", "é{}"] {
            let units: Vec<u16> = text.encode_utf16().collect();
            let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            assert!(
                is_utf16(&[&[0xff, 0xfe], little.as_slice()].concat()),
                "{text}"
            );
            assert!(
                is_utf16(&[&[0xfe, 0xff], big.as_slice()].concat()),
                "{text}"
            );
            assert!(is_utf16(&little) && is_utf16(&big), "{text}");
            assert!(!is_utf16(text.as_bytes()), "{text}");
        }
        for other in [&b""[..], b"\0", b"\0\0\0\0", b"ab\0c"] {
            assert!(!is_utf16(other), "{other:?}");
        }
    }
}
