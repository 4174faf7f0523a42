//! Exact numbers: those of answers are whole, those of conditions may have decimals.

use crate::catalog::Unit;
use serde_json::Value as Json;
use std::cmp::Ordering;

/// The maximum number of digits: whole numbers of the API have 19.
const DIGITS: usize = 24;

/// A fraction with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number {
    num: i128,
    den: i128,
}

impl Number {
    pub(super) const ONE: Self = Self { num: 1, den: 1 };

    /// The number that a text such as `12`, `-0.5` or `1e3` stands for.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (text, exponent) = match text.split_once(['e', 'E']) {
            Some((text, exponent)) => (text, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all = whole.len() + part.len();
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || all > DIGITS || !is_digits(whole) || !is_digits(part) {
            return None;
        }
        let digits: i128 = format!("{whole}{part}").parse().ok()?;
        let power = exponent - i32::try_from(part.len()).ok()?;
        let scale = 10_i128.checked_pow(power.unsigned_abs())?;
        Some(if power < 0 {
            Self {
                num: sign * digits,
                den: scale,
            }
        } else {
            Self::whole((sign * digits).checked_mul(scale)?)
        })
    }

    pub(super) const fn whole(num: i128) -> Self {
        Self { num, den: 1 }
    }

    /// The number of a JSON value, 0 if there is none.
    pub(super) fn of(value: Option<&Json>) -> Option<Self> {
        match value {
            None | Some(Json::Null) => Some(Self::whole(0)),
            Some(Json::Number(number)) => match number.as_i64() {
                Some(whole) => Some(Self::whole(whole.into())),
                None => Self::read(&number.to_string()),
            },
            Some(_) => None,
        }
    }

    pub(super) const fn is_zero(self) -> bool {
        self.num == 0
    }

    /// The product, unless it has too many digits.
    pub(super) fn times(self, other: Self) -> Option<Self> {
        Self {
            num: self.num.checked_mul(other.num)?,
            den: self.den.checked_mul(other.den)?,
        }
        .reduced()
    }

    /// The quotient, unless it has too many digits.
    pub(super) fn over(self, other: Self) -> Option<Self> {
        if other.num == 0 {
            return None;
        }
        let sign = other.num.signum();
        self.times(Self {
            num: other.den * sign,
            den: other.num.checked_abs()?,
        })
    }

    fn reduced(self) -> Option<Self> {
        let (mut a, mut b) = (self.num.checked_abs()?, self.den);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let divisor = a.max(1);
        Some(Self {
            num: self.num / divisor,
            den: self.den / divisor,
        })
    }

    /// Whether it is less, equal or greater.
    pub(super) fn compare(self, other: Self) -> Ordering {
        let exact = || {
            let left = self.num.checked_mul(other.den)?;
            Some(left.cmp(&other.num.checked_mul(self.den)?))
        };
        exact().unwrap_or_else(|| self.near().total_cmp(&other.near()))
    }

    /// The nearest float, for products that have too many digits.
    #[allow(clippy::cast_precision_loss, reason = "that is what it is for")]
    fn near(self) -> f64 {
        self.num as f64 / self.den as f64
    }
}

/// What a number of a unit measures, and how many of the smallest unit of that it is.
/// Numbers of the same measure can be compared.
pub(super) const fn measure(unit: Option<Unit>) -> (Measure, i128) {
    match unit {
        None => (Measure::Count, 1),
        Some(Unit::Bytes) => (Measure::Size, 1),
        Some(Unit::Megabytes) => (Measure::Size, 1 << 20),
        Some(Unit::Rate) => (Measure::Rate, 1),
        Some(Unit::Time) => (Measure::Time, 1_000_000),
        Some(Unit::Nanoseconds) => (Measure::Time, 1),
        Some(Unit::Millis) => (Measure::Duration, 1),
        Some(Unit::Seconds) => (Measure::Duration, 1000),
        Some(Unit::Hours) => (Measure::Duration, 3_600_000),
        Some(Unit::Days) => (Measure::Duration, 86_400_000),
    }
}

/// What a number measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Count,
    Size,
    Rate,
    Time,
    Duration,
}

impl Measure {
    /// What it is, for messages.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Count => "a count",
            Self::Size => "a size",
            Self::Rate => "a rate",
            Self::Time => "a time",
            Self::Duration => "a duration",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_exact() {
        let read = |text| Number::read(text).expect(text);
        for (one, other) in [("0.1", "1e-1"), ("10", "1e1"), ("-2.50", "-2.5")] {
            assert_eq!(read(one).compare(read(other)), Ordering::Equal, "{one}");
        }
        let product = read("0.9").times(Number::whole(i64::MAX.into())).unwrap();
        assert_eq!(
            product.compare(read("8301034833169298226.3")),
            Ordering::Equal
        );
        assert_eq!(
            product.compare(read("8301034833169298226.4")),
            Ordering::Less
        );
        let third = read("1").over(read("-3")).unwrap();
        assert_eq!(third.times(read("6")), Some(read("-2")));
        assert_eq!(read("1").over(read("0")), None);
        for text in [
            "",
            "-",
            ".5",
            "1.x",
            "1e400",
            "1e",
            "0x1",
            "+1",
            "1 ",
            "9999999999999999999999999",
        ] {
            assert_eq!(Number::read(text), None, "{text}");
        }
    }
}
