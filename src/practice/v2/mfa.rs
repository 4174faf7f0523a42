//! The second factor of the caller, and recovery codes.

use serde_json::{Value, json};

use super::call::Call;
use super::check::known;
use super::opaque::{self, Bytes};
use super::profile::own;
use super::reply::{self, Outcome, Refusal};
use super::secrets::{self, Safe};
use super::session::has_totp;
use super::shapes::{ADMIN_TOTP, PASSCODE, TOTP_REQUEST};
use super::totp;
use super::world::World;
use crate::practice::go::decode::decode;
use crate::practice::go::quote::quoted;
use crate::practice::go::shape::{Object, is_on, list, object_mut, set, text, texts};
use crate::practice::reply::Reply;

/// The only configuration of a default installation.
const CONFIG: &str = "Default";

/// A picture of one pixel.
const PICTURE: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEANl9ngAAAAABJRU5ErkJggg==";

pub(super) fn configs(_: &World, _: &Call<'_>) -> Reply {
    let configs = json!([{"name": CONFIG, "issuer": "SFTPGo", "algo": "sha1"}]);
    reply::value(200, |json| json.value(&configs))
}

pub(super) fn generate(world: &mut World, call: &Call<'_>) -> Outcome {
    let request = call.decode(&TOTP_REQUEST, TOTP_REQUEST.zero())?;
    check_config(text(&request, "config_name"), "")?;
    let seed = format!("totp {} {}", call.caller.username, world.next_number());
    let secret = totp::encode(&Bytes::of(&seed).take(20));
    let account = format!("Admin%20%22{}%22", call.caller.username);
    let url = format!(
        "otpauth://totp/SFTPGo:{account}?algorithm=SHA1&digits=6&issuer=SFTPGo&period=30&secret={secret}"
    );
    Ok(reply::value(200, |json| {
        json.object(|json| {
            json.key("config_name").text(CONFIG);
            json.key("issuer").text("SFTPGo");
            json.key("secret").text(&secret);
            json.key("url").text(&url);
            json.key("qr_code").text(PICTURE);
        });
    }))
}

pub(super) fn validate(_: &mut World, call: &Call<'_>) -> Outcome {
    let request = call.decode(&PASSCODE, PASSCODE.zero())?;
    check_config(text(&request, "config_name"), "Invalid passcode")?;
    if text(&request, "passcode").len() != totp::DIGITS {
        let error = "Input length unexpected".to_owned();
        return Err(Refusal::Note(400, error, "Invalid passcode".to_owned()));
    }
    if totp::is_valid(
        text(&request, "secret"),
        text(&request, "passcode"),
        call.now,
    ) {
        Ok(reply::message(200, "Passcode successfully validated"))
    } else {
        Err(Refusal::message(400, "Invalid passcode"))
    }
}

fn check_config(name: &str, message: &str) -> Result<(), Refusal> {
    if name == CONFIG {
        return Ok(());
    }
    let error = format!("totp: no configuration {}", quoted(name));
    Err(Refusal::Note(400, error, message.to_owned()))
}

pub(super) fn save(world: &mut World, call: &Call<'_>) -> Outcome {
    let body = call.body()?;
    let name = call.caller.username.as_str();
    let stored = own(world, call)?;
    let filters = object_mut(stored, "filters");
    let mut config = object_mut(filters, "totp_config").clone();
    let secret = config.insert("secret".to_owned(), Value::Null);
    decode(body, &ADMIN_TOTP, &mut config)
        .map_err(|error| Refusal::invalid(format!("unable to decode JSON body: {error}")))?;
    if !secrets::has_status(&config["secret"], "Plain") {
        set(&mut config, "secret", secret.unwrap_or_default());
    } else if is_on(&config, "enabled") {
        let plain = config["secret"]["payload"].as_str().unwrap_or_default();
        totp::check(plain).map_err(Refusal::invalid)?;
    }
    let is_enabled = is_on(&config, "enabled");
    if !is_enabled && is_on(filters, "require_two_factor") {
        return Err(Refusal::invalid(
            "two-factor authentication must be enabled",
        ));
    }
    let left = list(filters, "recovery_codes");
    let left = left.iter().filter(|code| code["used"] != true).count();
    let mut changed = filters.clone();
    set(&mut changed, "totp_config", config);
    if !is_enabled {
        set(&mut changed, "recovery_codes", Value::Null);
    } else if left < FEW_CODES {
        set(&mut changed, "recovery_codes", new_codes(world, name).1);
    }
    check(&mut changed, name, &mut world.safe)?;
    set(own(world, call)?, "filters", changed);
    Ok(reply::message(200, "TOTP configuration saved"))
}

/// With fewer recovery codes, there are new ones.
const FEW_CODES: usize = 5;

/// Checks the second factor in the filters of an account, and seals its secrets.
pub(super) fn check(filters: &mut Object, owner: &str, safe: &mut Safe) -> Result<(), Refusal> {
    let config = object_mut(filters, "totp_config");
    if is_on(config, "enabled") {
        let given = text(config, "config_name");
        if given.is_empty() {
            return Err(Refusal::invalid("totp: config name is mandatory"));
        }
        if given != CONFIG {
            let reason = format!("totp: config name {} not found", quoted(given));
            return Err(Refusal::invalid(reason));
        }
        if !secrets::is_set(&config["secret"]) {
            return Err(Refusal::invalid("totp: secret is mandatory"));
        }
        safe.seal(&mut config["secret"], owner);
        check_protocols(config)?;
    } else {
        for (name, value) in config {
            *value = match name.as_str() {
                "enabled" => false.into(),
                "config_name" => "".into(),
                _ => Value::Null,
            };
        }
    }
    let codes = filters["recovery_codes"].as_array_mut();
    for code in codes.into_iter().flatten() {
        if !secrets::is_set(&code["secret"]) {
            return Err(Refusal::invalid("mfa: recovery code cannot be empty"));
        }
        safe.seal(&mut code["secret"], owner);
    }
    Ok(())
}

/// Users, not admins, say where they want to be asked for a passcode.
fn check_protocols(config: &Object) -> Result<(), Refusal> {
    if !config.contains_key("protocols") {
        return Ok(());
    }
    if list(config, "protocols").is_empty() {
        return Err(Refusal::invalid("totp: specify at least one protocol"));
    }
    known(
        texts(config, "protocols"),
        &["HTTP", "SSH", "FTP"],
        "totp: invalid protocol ",
    )
}

/// The recovery codes.
pub(super) fn codes(world: &mut World, call: &Call<'_>) -> Outcome {
    let filters = object_mut(with_totp(world, call)?, "filters").clone();
    let stored = filters["recovery_codes"].as_array();
    let codes = stored.into_iter().flatten().map(|code| {
        let plain = world.safe.open(&code["secret"]).unwrap_or_default();
        json!({"code": plain, "used": code["used"] == true})
    });
    let codes: Vec<Value> = codes.collect();
    Ok(reply::value(200, |json| json.value(&codes.into())))
}

/// Replaces the recovery codes.
pub(super) fn make_codes(world: &mut World, call: &Call<'_>) -> Outcome {
    with_totp(world, call)?;
    let (plain, sealed) = new_codes(world, &call.caller.username);
    set(
        object_mut(own(world, call)?, "filters"),
        "recovery_codes",
        sealed,
    );
    Ok(reply::value(200, |json| json.value(&plain.into())))
}

fn new_codes(world: &mut World, name: &str) -> (Vec<String>, Value) {
    let seed = format!("codes {name} {}", world.next_number());
    let plain: Vec<String> = (0..12)
        .map(|number| {
            format!(
                "RC-{}",
                opaque::id(&format!("{seed} {number}")).to_uppercase()
            )
        })
        .collect();
    let sealed = plain.iter().map(|code| {
        let mut secret = secrets::plain(code);
        world.safe.seal(&mut secret, name);
        json!({"secret": secret, "used": false})
    });
    let sealed: Vec<Value> = sealed.collect();
    (plain, sealed.into())
}

fn with_totp<'a>(world: &'a mut World, call: &Call<'_>) -> Result<&'a mut Object, Refusal> {
    let admin = own(world, call)?;
    if has_totp(admin) {
        return Ok(admin);
    }
    let error = "recovery codes are not available with two-factor authentication disabled";
    Err(Refusal::error(403, error))
}
