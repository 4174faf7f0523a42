//! A list of live connections: the fields that show one, and the commands that end one.
//! They are found in the table by what they do.

use super::Live;
use super::build::STATUS;
use super::param::Param;
use super::row::{Command, Method, Remember};
use super::v2::users::DISCONNECT;
use super::{Api, Kind, commands};

/// The fields of a connection in an answer; all releases have these names.
pub mod field {
    /// Its id.
    pub const ID: &str = "connection_id";
    /// The name of its user; empty before the login.
    pub const USER: &str = "username";
    /// The address of the client.
    pub const FROM: &str = "remote_address";
    pub const PROTOCOL: &str = "protocol";
    /// When it was opened, in milliseconds since 1970.
    pub const SINCE: &str = "connection_time";
    /// When it was last used.
    pub const ACTIVE: &str = "last_activity";
    /// The time of the server, if it says so.
    pub const NOW: &str = "current_time";
    /// Its transfers.
    pub const TRANSFERS: &str = "active_transfers";
    /// Of a transfer: its direction.
    pub const DIRECTION: &str = "operation_type";
    /// The direction of a transfer to the server.
    pub const UPLOAD: &str = "upload";
    pub const PATH: &str = "path";
    pub const BEGAN: &str = "start_time";
    /// The bytes transferred so far.
    pub const SIZE: &str = "size";
}

/// How a user is disabled.
#[derive(Clone, Copy, Debug)]
pub struct Disabling {
    /// The command that changes a user of this name.
    pub command: &'static Command,
    /// Its flags, with their values.
    pub flags: [(&'static str, &'static str); 2],
}

/// Whether a command lists live connections.
pub fn lists_connections(command: &Command) -> bool {
    command
        .route()
        .is_some_and(|route| route.remember == Remember::Connections)
}

/// The command that closes a connection.
pub fn closing(api: &'static Api) -> Option<&'static Command> {
    commands(api).find(|command| names(command, api, Method::Delete, Live::ConnectionId))
}

/// The command that disables a user, by name, and closes its connections.
pub fn disabling(api: &'static Api) -> Option<Disabling> {
    let disabled = |command: &'static Command| {
        let params = || command.params_in(api.release);
        let is_status =
            |param: &Param| matches!(param.kind, Kind::Named(names) if *names == STATUS);
        let status = params().find(|param| is_status(param))?;
        let ends = params().find(|param| param.name == DISCONNECT.name)?;
        let flags = [(status.name, STATUS.words[0]), (ends.name, "on")];
        Some(Disabling { command, flags })
    };
    commands(api)
        .filter(|command| names(command, api, Method::Put, Live::Username))
        .find_map(disabled)
}

/// Whether a command sends this method to the path of one such object, which the line names.
fn names(command: &Command, api: &'static Api, method: Method, live: Live) -> bool {
    let mut in_path = command
        .params_in(api.release)
        .filter(|param| param.place.in_path());
    let named = in_path.next();
    command.route().is_some_and(|route| route.method == method)
        && named.is_some_and(|param| param.completes == Some(live))
        && in_path.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{APIS, Release, at, schema};

    #[test]
    fn its_fields_are_those_of_the_schema() {
        for (object, names) in [
            (
                "Connection",
                &[
                    field::ID,
                    field::USER,
                    field::FROM,
                    field::PROTOCOL,
                    field::SINCE,
                    field::ACTIVE,
                    field::TRANSFERS,
                ][..],
            ),
            (
                "Transfer",
                &[field::DIRECTION, field::PATH, field::BEGAN, field::SIZE],
            ),
        ] {
            let schema = schema::schema(object).unwrap();
            for name in names {
                assert!(schema.own(name).is_some(), "{object} {name}");
            }
        }
        let transfer = schema::schema("Transfer").unwrap();
        let direction = transfer.own(field::DIRECTION).unwrap();
        assert!(direction.words(None).any(|word| word == field::UPLOAD));
    }

    #[test]
    fn each_api_has_its_commands() {
        let found = |api: &'static Api| {
            let lists = commands(api).filter(|command| lists_connections(command));
            let lists: Vec<&str> = lists.map(|command| command.name).collect();
            let disabling = disabling(api).map(|how| (how.command.name, how.flags));
            (lists, closing(api).map(|command| command.name), disabling)
        };
        let disable = Some((
            "update_user",
            [("status", "disabled"), ("disconnect", "on")],
        ));
        for (api, list, close, expected) in [
            (
                &APIS[0],
                "get_sftp_connections",
                "close_sftp_connection",
                None,
            ),
            (&APIS[1], "get_connections", "close_connection", None),
            (&APIS[2], "get_connections", "close_connection", disable),
            (
                at("v2", Release::new(2, 0, 4)),
                "get_connections",
                "close_connection",
                disable,
            ),
        ] {
            assert_eq!(
                found(api),
                (vec![list], Some(close), expected),
                "{}",
                api.name
            );
        }
    }
}
