//! `unban`: lifts the defender's ban on an address.

use super::RecipeResult;
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::shell::Shell;
use crate::shell::recipe_step::{first_of, named};
use crate::text::clean;
use serde_json::{Value as Json, json};
use std::net::IpAddr;

/// The commands of the releases that list the hosts.
const LIST: &str = "get_defender_hosts";
const LIFT: &str = "delete_defender_host_by_id";
/// The command of the releases before.
const LIFT_BY_ADDRESS: &str = "unban_host";

/// A host, as it was named.
enum Named<'a> {
    Address(IpAddr),
    /// The id that Tab inserts.
    Id(&'a str),
}

impl<'a> Named<'a> {
    fn of(call: &'a Call) -> Result<Self, Error> {
        let text = call.text("address");
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Address(address.to_canonical()));
        }
        if text.len() > 4 && text.chars().all(|c| c.is_ascii_hexdigit()) {
            return Ok(Self::Id(text));
        }
        Err(
            Error::typed(format!("`{}` is not an IP address", clean::line(text)))
                .hint("the defender bans single addresses, such as `192.0.2.1` or `2001:db8::1`")
                .at(call.place("address")),
        )
    }

    fn is(&self, host: &Json) -> bool {
        let text = |key: &str| host.get(key).and_then(Json::as_str);
        match self {
            Self::Id(id) => text("id") == Some(*id),
            Self::Address(address) => {
                let ip = text("ip").and_then(|ip| ip.parse::<IpAddr>().ok());
                ip.is_some_and(|ip| ip.to_canonical() == *address)
            }
        }
    }
}

pub(super) fn check(call: &Call) -> Result<(), Error> {
    Named::of(call).map(drop)
}

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<RecipeResult, Error> {
    let named_host = Named::of(call)?;
    shell.learn_release()?;
    let api = shell.session.settings.api;
    let text = call.text("address");
    if first_of(api, &[LIFT, LIFT_BY_ADDRESS])? == LIFT_BY_ADDRESS {
        shell.part(&[LIFT_BY_ADDRESS], &[text])?;
        return Ok(json!({"address": text}).into());
    }
    let hosts = shell.part_list(LIST)?;
    let Some(host) = hosts.iter().find(|host| named_host.is(host)) else {
        return Err(not_banned(text, "the defender does not list it"));
    };
    let id = named(LIST, host, "id")?;
    // A host that was only noticed has a score, and no end of a ban.
    let end = host.get("ban_time").and_then(Json::as_str);
    let Some(end) = end.filter(|end| !end.is_empty()) else {
        let score = host.get("score").and_then(Json::as_i64).unwrap_or(0);
        let clear = format!("`{LIFT} {}` clears its score", clean::line(id));
        return Err(not_banned(text, &format!("its score is {score}")).hint(clear));
    };
    shell.part(&[LIFT], &[id])?;
    let address = host.get("ip").and_then(Json::as_str).unwrap_or(text);
    Ok(json!({"address": address, "banned_until": end}).into())
}

fn not_banned(address: &str, why: &str) -> Error {
    let address = clean::line(address);
    let message = format!("`{address}` is not banned: {why}; nothing was changed");
    Error::new(Fault::Local, message)
}
