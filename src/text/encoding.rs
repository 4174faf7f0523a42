//! The encoding of files.

use super::words::position;

/// The error for a file in UTF-16, as some editors on Windows save it.
pub const UTF_16: &str = "the file is UTF-16";

/// The beginning of the error for a file in another encoding.
const NOT_UTF_8: &str = "the file is not UTF-8";

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
    check(&bytes)?;
    String::from_utf8(bytes).map_err(|_| NOT_UTF_8.to_owned())
}

/// Whether a file is UTF-8; the error says why not, and where.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    if is_utf16(bytes) {
        return Err(UTF_16.to_owned());
    }
    std::str::from_utf8(bytes).map(drop).map_err(|why| {
        let (before, rest) = bytes.split_at(why.valid_up_to());
        let (line, column) = position(&String::from_utf8_lossy(before));
        let byte = rest.first().copied().unwrap_or_default();
        format!("{NOT_UTF_8}: byte {byte:#04x} in line {line}, column {column}")
    })
}

/// Whether an error of [`check`] is about the encoding.
pub fn is_about_encoding(why: &str) -> bool {
    why == UTF_16 || why.starts_with(NOT_UTF_8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_file_is_not_utf_8() {
        assert_eq!(check("{\"é\": 1}".as_bytes()), Ok(()));
        for (bytes, said) in [
            (
                &b"{\"\xe4\"}"[..],
                "the file is not UTF-8: byte 0xe4 in line 1, column 3",
            ),
            (
                b"{\n\n \xff",
                "the file is not UTF-8: byte 0xff in line 3, column 2",
            ),
            (b"\xff\xfe{\0", "the file is UTF-16"),
        ] {
            assert_eq!(check(bytes), Err(said.to_owned()));
            assert!(is_about_encoding(said));
        }
    }

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
