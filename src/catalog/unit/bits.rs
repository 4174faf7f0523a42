//! Rates in bits per second, which are refused: the API counts bytes.

use super::{LETTERS, split};

/// The units of the API that a rate is suggested in, and their bytes.
const SUGGESTED: [(&str, i128); 3] = [("GB/s", 1 << 30), ("MB/s", 1 << 20), ("KB/s", 1 << 10)];

/// What is wrong with a rate in bits, and the same in bytes: `100Mbps`, `100 Mbit/s` and
/// `100mb/s`. A lower-case `b` is a bit, an upper-case `B` a byte.
pub(super) fn refused(text: &str) -> Option<String> {
    let ((digits, scale), name) = split(text)?;
    let prefix = prefix_of_bits(name)?;
    let mut letters = prefix.chars();
    let power = match letters.next() {
        None => 0,
        Some(first) => {
            let at = LETTERS
                .iter()
                .position(|known| *known == first.to_ascii_uppercase())?;
            u32::try_from(at + 1).ok()?
        }
    };
    let (base, prefix) = match letters.as_str() {
        "i" => (1024_i128, prefix.to_owned()),
        "" if power == 1 => (1000, "k".to_owned()),
        "" => (1000, prefix.to_ascii_uppercase()),
        _ => return None,
    };
    let bytes = digits.checked_mul(base.checked_pow(power)?)? / scale / 8;
    let fits = |(_, unit): &&(&str, i128)| bytes >= 10 * unit;
    let (unit, size) = SUGGESTED.iter().find(fits).unwrap_or(&SUGGESTED[2]);
    let number = text[..text.len() - name.len()].trim_end();
    let amount = ((bytes + size / 2) / size).max(1);
    Some(format!(
        "is in bytes per second, and bits are not accepted: {number} {prefix}bit/s is about `{amount}{unit}`"
    ))
}

/// What stands before the `bit` in the name of a unit: `M` in `Mbps`.
fn prefix_of_bits(name: &str) -> Option<&str> {
    let ends = ["/s", "ps", "/sec", ""];
    let mut names = ends.iter().filter_map(|end| name.strip_suffix(end));
    names.find_map(|name| {
        let bits = ["bits", "bit", "Bits", "Bit", "b"];
        bits.iter().find_map(|bit| name.strip_suffix(bit))
    })
}
