//! Numbers without a unit, as people type them: what cannot be meant is refused.

use super::Unit;
use jiff::civil::Date;

/// The beginning of the year 2000, in milliseconds since 1970: SFTPGo and its users are
/// younger, so a number before it is a year, a date, or a time in seconds.
const YEAR_2000: i64 = 946_684_800_000;
const YEAR_2100: i64 = 4_102_444_800_000;

impl Unit {
    /// Checks a number that was typed without a unit. The error says what to type.
    pub fn check_bare(self, number: i64) -> Result<(), String> {
        match self.millis(number) {
            Some(millis) if number != 0 && millis < YEAR_2000 => Err(format!(
                "must be {} or a date, such as {}",
                self.name(),
                self.meant(number)
            )),
            _ => Ok(()),
        }
    }

    /// Whether it is an amount of bytes.
    pub(in crate::catalog) const fn is_amount(self) -> bool {
        matches!(self, Self::Bytes | Self::Rate | Self::Megabytes)
    }

    /// What a number that is too small for a time may have been meant as: a year, a date
    /// without hyphens, or a time in larger units.
    fn meant(self, number: i64) -> String {
        let part = |unit: i64| i16::try_from(number / unit).ok();
        let two = |unit: i64| i8::try_from(number / unit % 100).ok();
        let date = || Date::new(part(10_000)?, two(100)?, two(1)?).ok();
        if (2000..2100).contains(&number) {
            return format!("`{number}-12-31`");
        }
        if let Some(date) = date().filter(|date| (2000..2100).contains(&date.year())) {
            return format!("`{date}`");
        }
        let larger = [1_000, 1_000_000, 1_000_000_000].iter();
        let mut times = larger.filter_map(|factor| number.checked_mul(*factor));
        let is_time = |time: &i64| {
            let millis = self.millis(*time);
            millis.is_some_and(|millis| (YEAR_2000..YEAR_2100).contains(&millis))
        };
        match times.find(is_time) {
            Some(time) => format!("`{time}`"),
            None => self.examples().to_owned(),
        }
    }
}
