//! Spans of time as they are typed: `90s`, `12h`, `30d`, `8w`.

use crate::error::Error;
use crate::line::call::Call;
use crate::settings;
use crate::text::words::this_is;
use std::time::Duration;

/// The span that a parameter holds.
pub(super) fn of(call: &Call, name: &str) -> Result<Duration, Error> {
    let typed = call.text(name);
    read(typed).ok_or_else(|| {
        Error::typed(format!(
            "`--{name}` takes a time as `90s`, `10m`, `12h`, `30d` or `8w`; {}",
            this_is(typed)
        ))
        .at(call.place(name))
    })
}

fn read(text: &str) -> Option<Duration> {
    const DAY: f64 = 86_400.0;
    let long = [('d', DAY), ('w', 7.0 * DAY)];
    for (unit, seconds) in long {
        if let Some(number) = text.strip_suffix(unit) {
            let plain = number.chars().all(|c| c.is_ascii_digit() || c == '.');
            let number: f64 = number.parse().ok().filter(|_| plain)?;
            return Duration::try_from_secs_f64(number * seconds).ok();
        }
    }
    settings::duration(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_weeks_too() {
        for (text, seconds) in [
            ("90s", Some(90)),
            ("10m", Some(600)),
            ("1.5d", Some(129_600)),
            ("2w", Some(1_209_600)),
            ("0", Some(0)),
            ("d", None),
            ("-1d", None),
            ("1y", None),
            ("infd", None),
            ("99999999999999999999w", None),
        ] {
            assert_eq!(read(text).map(|span| span.as_secs()), seconds, "{text}");
        }
    }
}
