//! `expiring`: users whose accounts expire soon.

use super::groups::{Groups, primary};
use super::{RecipeResult, pages, span};
use crate::catalog::inherit::{DAY, days_from};
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::shell::Shell;
use jiff::Timestamp;
use serde_json::{Value as Json, json};

pub(super) fn check(call: &Call) -> Result<(), Error> {
    span::of(call, "within").map(drop)
}

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<RecipeResult, Error> {
    let within = span::of(call, "within")?;
    let now = Timestamp::now().as_millisecond();
    let last =
        i64::try_from(within.as_millis()).map_or(i64::MAX, |within| now.saturating_add(within));
    let (mut ends, mut of_groups) = (Vec::new(), Vec::new());
    pages::each(shell, "get_users", "username", |user| {
        let end = number(&user, "expiration_date");
        if end > 0 {
            ends.push(Expiry::new(&user, end, None));
        } else if primary(&user).is_some() {
            of_groups.push(user);
        }
    })?;
    let (mut groups, mut incomplete) = (Groups::default(), None);
    for (known, user) in of_groups.iter().enumerate() {
        let settings = match groups.settings_of(shell, user) {
            // An admin who cannot see one group cannot see any.
            Err(error) if error.fault == Fault::Refused(403) => {
                incomplete = Some(not_known(error, of_groups.len() - known));
                break;
            }
            settings => settings?,
        };
        let days = settings.map_or(0, |settings| number(settings, "expires_in"));
        if days > 0 {
            let end = days_from(number(user, "created_at"), days);
            ends.push(Expiry::new(user, end, primary(user)));
        }
    }
    let ended = call.is_on("ended");
    ends.retain(|end| end.at <= last && (ended || end.at > now));
    ends.sort_by(|one, other| (one.at, &one.username).cmp(&(other.at, &other.username)));
    let result = ends.iter().map(|end| end.to_json(now)).collect();
    Ok(RecipeResult::new(result, incomplete))
}

/// The list is incomplete.
fn not_known(error: Error, users: usize) -> Error {
    let of = match users {
        1 => "the group's expiry could not be determined for 1 user".to_owned(),
        users => format!("the groups' expiry could not be determined for {users} users"),
    };
    Error {
        message: format!("{of}: {}", error.message),
        ..error
    }
}

/// The expiry of a user's account.
struct Expiry {
    username: String,
    at: i64,
    enabled: bool,
    /// The group that sets it; `None` if it is the user's own.
    group: Option<String>,
}

impl Expiry {
    fn new(user: &Json, at: i64, group: Option<&str>) -> Self {
        let username = user.get("username").and_then(Json::as_str);
        Self {
            username: username.unwrap_or_default().to_owned(),
            at,
            enabled: number(user, "status") == 1,
            group: group.map(str::to_owned),
        }
    }

    fn to_json(&self, now: i64) -> Json {
        let day = Timestamp::from_millisecond(self.at);
        json!({
            "username": self.username,
            "expiration_date": self.at,
            "expires": day.map_or(Json::Null, |day| day.to_string().into()),
            "days_left": self.at.saturating_sub(now).div_euclid(DAY),
            "ended": self.at <= now,
            "enabled": self.enabled,
            "from_group": self.group,
        })
    }
}

fn number(object: &Json, key: &str) -> i64 {
    object.get(key).and_then(Json::as_i64).unwrap_or(0)
}
