//! The second factor of the caller, and recovery codes.

use serde_json::{Value, json};

use super::call::Call;
use super::opaque::{self, Bytes};
use super::profile::own;
use super::reply::{self, Outcome, Refusal};
use super::secrets;
use super::session::has_totp;
use super::shapes::{ADMIN_TOTP, PASSCODE, TOTP_REQUEST};
use super::totp;
use super::world::World;
use crate::practice::go::decode::decode;
use crate::practice::go::shape::{Object, is_on, object_mut, set, text};
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
    let error = format!("totp: no configuration {name:?}");
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
    let has_codes = filters["recovery_codes"].is_array();
    if !secrets::has_status(&config["secret"], "Plain") {
        set(&mut config, "secret", secret.unwrap_or_default());
    }
    let mut codes = filters["recovery_codes"].clone();
    if is_on(&config, "enabled") {
        let given = text(&config, "config_name");
        if given.is_empty() {
            return Err(Refusal::invalid("totp: config name is mandatory"));
        }
        if given != CONFIG {
            let reason = format!("totp: config name {given:?} not found");
            return Err(Refusal::invalid(reason));
        }
        if !secrets::is_set(&config["secret"]) {
            return Err(Refusal::invalid("totp: secret is mandatory"));
        }
        world.safe.seal(&mut config["secret"], name);
        if !has_codes {
            codes = new_codes(world, name).1;
        }
    } else {
        config = ADMIN_TOTP.zero();
        codes = Value::Null;
    }
    let filters = object_mut(own(world, call)?, "filters");
    set(filters, "totp_config", config);
    set(filters, "recovery_codes", codes);
    Ok(reply::message(200, "TOTP configuration saved"))
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
