//! Points in time, as typed and as shown.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ZonedDateTime};

/// What is never reached: the API's 0.
const NEVER: &str = "never";

/// The current time and the time zone of the person.
#[derive(Clone, Debug)]
pub struct Clock {
    pub now: Timestamp,
    pub zone: TimeZone,
}

impl Clock {
    /// The time and zone of this machine.
    pub fn system() -> Self {
        Self {
            now: Timestamp::now(),
            zone: TimeZone::system(),
        }
    }

    /// The milliseconds since 1970 of a date, a date with a time, or a time from now:
    /// `+90d`, `-2h`. A date begins at midnight.
    pub(super) fn read(&self, text: &str) -> Option<i64> {
        let now = || self.now.to_zoned_datetime(self.zone.clone());
        let time = match text {
            NEVER => return Some(0),
            "now" => now(),
            "today" => now().start_of_day().ok()?,
            "tomorrow" => now().tomorrow().ok()?.start_of_day().ok()?,
            "yesterday" => now().yesterday().ok()?.start_of_day().ok()?,
            _ if text.starts_with(['+', '-']) => now().checked_add(from_now(text)?).ok()?,
            _ => return self.absolute(text).map(Timestamp::as_millisecond),
        };
        // Nobody types milliseconds.
        Some(time.timestamp().as_second() * 1000)
    }

    fn absolute(&self, text: &str) -> Option<Timestamp> {
        // With an offset or `Z`.
        if let Ok(time) = text.parse::<Timestamp>() {
            return Some(time);
        }
        let civil = match text.parse::<Date>() {
            // The parser of dates also accepts a time, and drops it.
            Ok(date) if !text.contains(['T', 't', ' ', ':']) => date.to_datetime(Time::midnight()),
            _ => text.parse::<DateTime>().ok()?,
        };
        let zoned: ZonedDateTime = civil.to_zoned_datetime(self.zone.clone()).ok()?;
        Some(zoned.timestamp())
    }

    /// A time for a person, as it can be typed: `2027-01-31 18:00`; 0 is never.
    pub(super) fn show(&self, millis: i64) -> String {
        if millis == 0 {
            return NEVER.to_owned();
        }
        // What lies before 1970 was never meant as a date.
        let Some(time) = self.zoned(millis).filter(|_| millis > 0) else {
            return millis.to_string();
        };
        time.strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// How far a time is from now: `in 90 days`, `2 min ago`.
    pub fn distance(&self, millis: i64) -> String {
        // No date that there is: the number says more than a distance.
        if self.zoned(millis).is_none() || millis < 0 {
            return millis.to_string();
        }
        let away = i128::from(millis) - i128::from(self.now.as_millisecond());
        let minutes = (away.abs() + 30_000) / 60_000;
        let (count, unit) = match minutes {
            0 => return "now".to_owned(),
            1..=89 => (minutes, "min"),
            90..=2_159 => ((minutes + 30) / 60, "h"),
            _ => ((minutes + 720) / 1_440, "days"),
        };
        if away < 0 {
            format!("{count} {unit} ago")
        } else {
            format!("in {count} {unit}")
        }
    }

    fn zoned(&self, millis: i64) -> Option<ZonedDateTime> {
        let time = Timestamp::from_millisecond(millis).ok()?;
        Some(time.to_zoned_datetime(self.zone.clone()))
    }
}

/// `+90d`: days and longer follow the calendar.
fn from_now(text: &str) -> Option<Span> {
    let number = text.strip_prefix('+').unwrap_or(text);
    let end = number.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (number, unit) = number.split_at(end);
    // One sign is enough.
    let digits = text.strip_prefix(['+', '-'])?.strip_suffix(unit)?;
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number: i64 = number.parse().ok()?;
    match unit {
        "s" => Span::new().try_seconds(number),
        "m" => Span::new().try_minutes(number),
        "h" => Span::new().try_hours(number),
        "d" => Span::new().try_days(number),
        "w" => Span::new().try_weeks(number),
        "mo" => Span::new().try_months(number),
        "y" => Span::new().try_years(number),
        _ => return None,
    }
    .ok()
}
