//! The server's version and status, live connections, and what a default installation does not have.

use data_encoding::HEXLOWER_PERMISSIVE;
use serde_json::Value;

use super::call::Call;
use super::reply::{self, Outcome, Refusal};
use super::world::World;
use crate::practice::go::quote::quoted;
use crate::practice::reply::Reply;

const VERSION: &str = r#"{"version":"2.7.5","build_date":"","commit_hash":"","features":["+metrics","-azblob","-gcs","-s3","-bolt","-mysql","-pgsql","+sqlite","-unixcrypt","+portable"]}"#;

const STATUS: &str = r#"{"ssh":{"is_active":true,"bindings":[{"address":"127.0.0.1","port":12023,"apply_proxy_config":true}],"ssh_commands":["md5sum","sha1sum","sha256sum","cd","pwd","scp"],"host_keys":[{"path":"id_rsa","fingerprint":"SHA256:dv4pc6ubjn+KOGIXczpw18E0v14/JZs2RLAdBAejavk","algorithms":["rsa-sha2-256","rsa-sha2-512"]},{"path":"id_ecdsa","fingerprint":"SHA256:EX4TnbBvbecgsFrovUe0/Ib0iYak4gsinR5Rz2fi5k0","algorithms":["ecdsa-sha2-nistp256"]},{"path":"id_ed25519","fingerprint":"SHA256:hc4MrppllXkazOLo5JVoYQ8DAOxxOyu6WO4nZjVr39Y","algorithms":["ssh-ed25519"]}],"authentications":["password","publickey","keyboard-interactive","publickey+password","publickey+keyboard-interactive"],"macs":["hmac-sha2-256-etm@openssh.com","hmac-sha2-256"],"kex_algorithms":["mlkem768x25519-sha256","curve25519-sha256","curve25519-sha256@libssh.org","ecdh-sha2-nistp256","ecdh-sha2-nistp384","ecdh-sha2-nistp521","diffie-hellman-group14-sha256","diffie-hellman-group16-sha512","diffie-hellman-group-exchange-sha256"],"ciphers":["aes128-gcm@openssh.com","aes256-gcm@openssh.com","chacha20-poly1305@openssh.com","aes128-ctr","aes192-ctr","aes256-ctr"],"public_key_algorithms":["ssh-ed25519","sk-ssh-ed25519@openssh.com","sk-ecdsa-sha2-nistp256@openssh.com","ecdsa-sha2-nistp256","ecdsa-sha2-nistp384","ecdsa-sha2-nistp521","rsa-sha2-256","rsa-sha2-512"]},"ftp":{"is_active":false,"bindings":null,"passive_port_range":{"start":0,"end":0}},"webdav":{"is_active":false,"bindings":null},"data_provider":{"driver":"sqlite","is_active":true,"error":""},"defender":{"is_active":false},"mfa":{"is_active":true,"totp_configs":[{"name":"Default","issuer":"SFTPGo","algo":"sha1"}]},"allow_list":{"is_active":false},"rate_limiters":{"is_active":false,"protocols":null}}"#;

/// The part of the API's description that has its version.
const DESCRIPTION: &str = "openapi: 3.0.3\ninfo:\n  title: SFTPGo\n  version: v2.7.5\n";

fn recorded(text: &str) -> Reply {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    reply::value(200, |json| json.value(&value))
}

pub(super) fn version(_: &World, _: &Call<'_>) -> Reply {
    recorded(VERSION)
}

pub(super) fn status(_: &World, _: &Call<'_>) -> Reply {
    recorded(STATUS)
}

/// The front page is for people.
pub(super) fn front(_: &World, _: &Call<'_>) -> Reply {
    let login = "/web/client/login";
    let mut page = reply::text(
        "text/html; charset=utf-8",
        &format!("<a href=\"{login}\">Found</a>.\n\n"),
    );
    page.status = 302;
    reply::with_header(page, "Location", login)
}

pub(super) fn health(_: &World, _: &Call<'_>) -> Reply {
    reply::text("text/plain; charset=utf-8", "ok")
}

pub(super) fn description(_: &World, _: &Call<'_>) -> Reply {
    reply::text("application/x-yaml", DESCRIPTION)
}

pub(super) fn connections(world: &World, call: &Call<'_>) -> Reply {
    reply::value(200, |json| {
        json.list(&world.connections, |json, connection| {
            connection.write(json, call.now);
        });
    })
}

pub(super) fn close_connection(world: &mut World, call: &Call<'_>) -> Outcome {
    let before = world.connections.len();
    let is_other = |id: &str| id != call.arg(0);
    world
        .connections
        .retain(|connection| is_other(connection.id));
    if world.connections.len() == before {
        return Err(Refusal::message(404, "Not Found"));
    }
    Ok(reply::message(200, "Connection closed"))
}

/// An empty list: retention checks, and the hosts of the defender, which is disabled.
pub(super) fn none(_: &World, _: &Call<'_>) -> Reply {
    reply::value(200, |json| json.list([(); 0], |_, ()| {}))
}

/// The id of a host is its address in hexadecimal digits; the defender has no hosts.
pub(super) fn defender_host(_: &mut World, call: &Call<'_>) -> Outcome {
    check_host(call.arg(0))?;
    Err(Refusal::error(500, "defender is disabled"))
}

pub(super) fn delete_defender_host(_: &mut World, call: &Call<'_>) -> Outcome {
    check_host(call.arg(0))?;
    Err(Refusal::message(404, "Not found"))
}

fn check_host(id: &str) -> Result<(), Refusal> {
    let bytes = HEXLOWER_PERMISSIVE.decode(id.as_bytes()).ok();
    let address = bytes.filter(|bytes| !bytes.is_empty());
    let address = address.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let address = address.ok_or_else(|| Refusal::error(400, "invalid host id"))?;
    if address.parse::<std::net::IpAddr>().is_err() {
        let error = format!("ip address {} is not valid", quoted(&address));
        return Err(Refusal::error(400, error));
    }
    Ok(())
}

/// Searching events needs a plugin, which a default installation does not have.
pub(super) fn events(_: &mut World, call: &Call<'_>) -> Outcome {
    let number = |name: &str, function: &str| match call.parameter(name) {
        Some(text) => text.parse::<i64>().map(Some).map_err(|_| {
            let text = quoted(&text);
            Refusal::invalid(format!(
                "invalid {name}: strconv.{function}: parsing {text}: invalid syntax"
            ))
        }),
        None => Ok(None),
    };
    let limit = number("limit", "Atoi")?;
    if let Some(limit) = limit.filter(|limit| !(1..=1000).contains(limit)) {
        let reason = format!("limit is out of the 1-1000 range: {limit}");
        return Err(Refusal::invalid(reason));
    }
    if let Some(order) = call.parameter("order")
        && !["ASC", "DESC"].contains(&order.as_str())
    {
        let reason = format!("invalid order {}", quoted(&order));
        return Err(Refusal::invalid(reason));
    }
    number("start_timestamp", "ParseInt")?;
    number("end_timestamp", "ParseInt")?;
    Err(Refusal::error(501, "no events searcher plugin defined"))
}

/// The same for events of files, which have a provider and a status.
pub(super) fn file_events(world: &mut World, call: &Call<'_>) -> Outcome {
    let found = events(world, call);
    if let Err(Refusal::Note(400, ..)) = found {
        return found;
    }
    let statuses = call.parameter("statuses").unwrap_or_default();
    let statuses = statuses
        .split(',')
        .map(str::trim)
        .filter(|text| !text.is_empty());
    let provider = call.parameter("fs_provider");
    let given = provider.iter().map(|text| ("fs_provider", text.as_str()));
    for (name, text) in given.chain(statuses.map(|text| ("status", text))) {
        if text.parse::<i32>().is_err() {
            return Err(Refusal::invalid(format!("invalid {name}: {text}")));
        }
    }
    found
}
