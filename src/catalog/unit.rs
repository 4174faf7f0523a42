//! The units of numbers: how a value is typed and shown. `20GiB` is a size, `2MB/s` a
//! rate, `2027-01-31` and `+90d` are times.
//!
//! A bare number always means what the API means by it.

mod bare;
mod bits;
mod time;

pub use time::Clock;

use std::num::IntErrorKind;
use std::time::Duration;

/// The unit of a whole number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// A rate in KB/s; the server's KB has 1024 bytes (`common/transfer.go`).
    Rate,
    /// An amount in MB; the server's MB has 1024 KB (`dataprovider/user.go`).
    Megabytes,
    /// A time, in milliseconds since 1970.
    Time,
    /// A time, in nanoseconds since 1970.
    Nanoseconds,
    /// A duration in milliseconds.
    Millis,
    /// A duration in seconds.
    Seconds,
    /// A duration in hours.
    Hours,
    /// A duration in days.
    Days,
}

/// The letters of multiples of 1024, from the smallest.
const LETTERS: [char; 6] = ['K', 'M', 'G', 'T', 'P', 'E'];

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The units of durations, in milliseconds.
const DURATIONS: [(&str, i64); 6] = [
    ("ms", 1),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
    ("d", DAY),
    ("w", 7 * DAY),
];

impl Unit {
    /// The unit of this name in the schema.
    pub(super) fn named(name: &str) -> Self {
        match name {
            "bytes" => Self::Bytes,
            "KB/s" => Self::Rate,
            "MB" => Self::Megabytes,
            "time" => Self::Time,
            "time-ns" => Self::Nanoseconds,
            "ms" => Self::Millis,
            "s" => Self::Seconds,
            "h" => Self::Hours,
            "d" => Self::Days,
            _ => unreachable!("a unit of the table: tested"),
        }
    }

    /// What a value is, for help: `whole number of bytes`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Rate => "KB/s",
            Self::Megabytes => "MB",
            Self::Time => "milliseconds since 1970",
            Self::Nanoseconds => "nanoseconds since 1970",
            Self::Millis => "milliseconds",
            Self::Seconds => "seconds",
            Self::Hours => "hours",
            Self::Days => "days",
        }
    }

    /// Examples of how a value is typed.
    pub const fn examples(self) -> &'static str {
        match self {
            Self::Bytes => "`500M`, `20GiB`",
            Self::Rate => "`512KB/s`, `2MB/s`",
            Self::Megabytes => "`500MB`, `20GB`",
            Self::Time | Self::Nanoseconds => "`2027-01-31`, `2027-01-31T18:00`, `+90d`",
            Self::Millis => "`500ms`, `2s`",
            Self::Seconds => "`90s`, `10m`, `2h`",
            Self::Hours => "`12h`, `30d`",
            Self::Days => "`30d`, `8w`",
        }
    }

    /// Whether it is a point in time.
    pub const fn is_time(self) -> bool {
        matches!(self, Self::Time | Self::Nanoseconds)
    }

    /// The milliseconds since 1970, if it is a point in time.
    pub const fn millis(self, value: i64) -> Option<i64> {
        match self {
            Self::Time => Some(value),
            Self::Nanoseconds => Some(value.div_euclid(1_000_000)),
            _ => None,
        }
    }

    /// The number that a text with a unit stands for; a bare number is the number. The
    /// error says what is expected.
    pub fn read(self, text: &str, clock: &Clock) -> Result<i64, String> {
        match text.parse::<i64>() {
            Ok(number) => return Ok(number),
            // It may have a unit.
            Err(why) if *why.kind() == IntErrorKind::PosOverflow && ends_in_digit(text) => {
                return Err(self.too_large());
            }
            Err(_) => {}
        }
        let text = text.trim();
        if let Some(why) = bits::refused(text).filter(|_| self == Self::Rate) {
            return Err(why);
        }
        let number = match self {
            Self::Bytes => size(text, 1),
            Self::Rate => size(without_second(text), 1024),
            Self::Megabytes => size(text, 1024 * 1024),
            Self::Time => clock.read(text).map(i128::from),
            Self::Nanoseconds => clock.read(text).map(|ms| i128::from(ms) * 1_000_000),
            Self::Millis => in_units(text, 1),
            Self::Seconds => in_units(text, SECOND),
            Self::Hours => in_units(text, HOUR),
            Self::Days => in_units(text, DAY),
        };
        let number = number.ok_or_else(|| self.expected())?;
        i64::try_from(number).map_err(|_| self.too_large())
    }

    fn too_large(self) -> String {
        format!("is too large: the most is {} {}", i64::MAX, self.name())
    }

    /// What a value must be.
    pub fn expected(self) -> String {
        format!(
            "must be a whole number of {}, or for example {}",
            self.name(),
            self.examples()
        )
    }

    /// A value in its largest fitting unit, with at most three digits: `9.6 MiB`.
    pub fn show(self, value: i64, clock: &Clock) -> String {
        match self {
            Self::Bytes => scaled(value.into(), &BINARY),
            Self::Rate => scaled(i128::from(value) * 1024, &RATES),
            Self::Megabytes => scaled(i128::from(value) * 1024 * 1024, &DECIMAL_NAMES),
            Self::Time => clock.show(value),
            Self::Nanoseconds => clock.show(value.div_euclid(1_000_000)),
            Self::Millis => lasting(value, 1),
            Self::Seconds => lasting(value, SECOND),
            Self::Hours => lasting(value, HOUR),
            Self::Days => lasting(value, DAY),
        }
    }
}

/// A number of bytes: `9.6 MiB`.
pub fn size_of(bytes: u64) -> String {
    scaled(bytes.into(), &BINARY)
}

/// The same where there is little room: `640K`, `9.6M`.
pub fn short_size_of(bytes: u64) -> String {
    let whole = size_of(bytes);
    let short = whole.trim_end_matches('B').trim_end_matches('i');
    short.replace(' ', "")
}

/// A number of bytes per second: `512 KB/s`.
pub fn rate_of(bytes: u64) -> String {
    scaled(bytes.into(), &RATES)
}

const BINARY: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
/// As the API calls them: its KB and MB are multiples of 1024.
const RATES: [&str; 7] = ["B/s", "KB/s", "MB/s", "GB/s", "TB/s", "PB/s", "EB/s"];
const DECIMAL_NAMES: [&str; 7] = ["B", "KB", "MB", "GB", "TB", "PB", "EB"];

/// An amount of bytes in the largest unit in which it is at least 1.
fn scaled(bytes: i128, names: &[&str]) -> String {
    let mut unit: i128 = 1;
    let mut at = 0;
    // What would be rounded to 1024 is 1 of the next unit.
    while at + 1 < names.len() && rounded(bytes.abs(), unit) >= 10_240 {
        unit *= 1024;
        at += 1;
    }
    let tenths = rounded(bytes.abs(), unit);
    let sign = if bytes < 0 { "-" } else { "" };
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{sign}{whole} {}", names[at]),
        (whole, _) if whole >= 100 => format!("{sign}{} {}", (tenths + 5) / 10, names[at]),
        (whole, tenth) => format!("{sign}{whole}.{tenth} {}", names[at]),
    }
}

/// A number of tenths of a unit.
fn rounded(bytes: i128, unit: i128) -> i128 {
    (bytes * 10 + unit / 2) / unit
}

/// A duration in the largest unit in which it is whole.
fn lasting(value: i64, unit: i64) -> String {
    let millis = i128::from(value) * i128::from(unit);
    let names = DURATIONS.iter().filter(|(name, _)| *name != "w");
    let fits = |(_, unit): &&(&str, i64)| millis % i128::from(*unit) == 0;
    let (name, unit) = names.rev().find(fits).expect("milliseconds always fit");
    format!("{}{name}", millis / i128::from(*unit))
}

/// A rate without its `/s`.
fn without_second(text: &str) -> &str {
    let end = ["/s", "ps"].iter().find_map(|end| text.strip_suffix(end));
    end.unwrap_or(text)
}

/// An amount in units of `unit` bytes: `20G` and `20GiB` are multiples of 1024, `20GB` of
/// 1000. If the unit itself is one of the API's, `GB` is a multiple of 1024 as well.
fn size(text: &str, unit: i128) -> Option<i128> {
    let (number, name) = split(text)?;
    let name = name.to_ascii_uppercase();
    let factor = |letter: char| LETTERS.iter().position(|known| *known == letter);
    let mut letters = name.chars();
    let first = letters.next()?;
    let bytes: i128 = if name == "B" {
        1
    } else {
        let base: i128 = match letters.as_str() {
            "B" if unit == 1 => 1000,
            "" | "IB" | "I" | "B" => 1024,
            _ => return None,
        };
        base.pow(u32::try_from(factor(first)? + 1).ok()?)
    };
    let (digits, scale) = number;
    let Some(product) = digits.checked_mul(bytes) else {
        return Some(i128::MAX);
    };
    // Parts of a byte are dropped; parts of the API's units cannot be sent.
    let is_whole = unit == 1 || product % (scale * unit) == 0;
    is_whole.then_some(product / scale / unit)
}

/// A duration such as `500ms`, `10m`, `1.5d` or `10` (seconds).
pub fn duration(text: &str) -> Option<Duration> {
    let millis = if ends_in_digit(text) {
        in_units(&format!("{text}s"), 1)
    } else {
        in_units(text, 1)
    };
    u64::try_from(millis?).ok().map(Duration::from_millis)
}

fn ends_in_digit(text: &str) -> bool {
    text.ends_with(|c: char| c.is_ascii_digit())
}

/// A duration in units of this many milliseconds, if it is whole.
fn in_units(text: &str, unit: i64) -> Option<i128> {
    let ((digits, scale), name) = split(text)?;
    let (_, length) = DURATIONS.iter().find(|(known, _)| *known == name)?;
    let Some(product) = digits.checked_mul(i128::from(*length)) else {
        return Some(i128::MAX);
    };
    let unit = scale * i128::from(unit);
    (product % unit == 0).then_some(product / unit)
}

/// A number as its digits and the power of ten to divide them by, and the name after it.
fn split(text: &str) -> Option<((i128, i128), &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, name) = text.split_at(end);
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    // More digits than any number needs.
    if whole.is_empty() || whole.len() > 28 || part.len() > 9 || part.contains('.') {
        return None;
    }
    let digits = format!("{whole}{part}").parse().ok()?;
    let scale = 10_i128.pow(u32::try_from(part.len()).ok()?);
    Some(((digits, scale), name.trim_start()))
}

#[cfg(test)]
mod tests;
