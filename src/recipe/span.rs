//! Durations as typed: `90s`, `12h`, `30d`, `8w`.

use crate::catalog;
use crate::error::Error;
use crate::line::call::Call;
use crate::text::words::this_is;
use std::time::Duration;

/// The duration in a parameter.
pub(super) fn of(call: &Call, name: &str) -> Result<Duration, Error> {
    let typed = call.text(name);
    catalog::duration(typed).ok_or_else(|| {
        Error::typed(format!(
            "`--{name}` expects a duration such as `90s`, `10m`, `12h`, `30d` or `8w`; {}",
            this_is(typed)
        ))
        .at(call.place(name))
    })
}
