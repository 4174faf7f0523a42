//! The data of the server, and what each request does to it.

use super::live::{Connection, Scans};
use super::sample_data;
use super::store::{Order, Store};
use super::user::{USER, check, keep_usage, write};
use crate::practice::go::decode::decode;
use crate::practice::go::escape;
use crate::practice::go::shape::{Object, int, keep, text};
use crate::practice::options::Data;
use crate::practice::reply::Reply;

const BIG_SCAN_TAKES: i64 = 60_000;
const SCAN_TAKES: i64 = 4_000;

pub(in crate::practice) struct World {
    data: Data,
    store: Store,
    connection: Option<Connection>,
    scans: Scans,
}

impl World {
    pub(in crate::practice) fn new(data: Data, now: i64) -> Self {
        let (store, connection) = match data {
            Data::Sample => (sample_data::store(now), Some(Connection::new(now))),
            Data::Empty => (Store::new(1), None),
        };
        let mut scans = Scans::default();
        if data == Data::Sample {
            scans.start(sample_data::BIG_USER, now, BIG_SCAN_TAKES);
        }
        Self {
            data,
            store,
            connection,
            scans,
        }
    }

    /// Applies what has changed until the time of a request.
    pub(super) fn advance(&mut self, now: i64) {
        self.scans.settle(&mut self.store, now);
        self.connection
            .take_if(|connection| connection.is_gone(now));
    }

    pub(super) fn users(&self, query: &str) -> Reply {
        match Page::of(query) {
            Ok(page) => Reply::value(|json| {
                json.list(page.users(&self.store), write);
            }),
            Err(error) => Reply::error(400, error),
        }
    }

    pub(super) fn user(&self, id: &str) -> Reply {
        match self.find(id) {
            Ok(user) => Reply::value(|json| write(json, user)),
            Err(reply) => reply,
        }
    }

    pub(super) fn add_user(&mut self, body: &[u8]) -> Reply {
        let mut user = USER.zero();
        if let Err(error) = decode(body, &USER, &mut user).and_then(|()| check(&user)) {
            return Reply::error(400, &error);
        }
        keep_usage(&mut user, &USER.zero());
        match self.store.add(user) {
            Some(user) => Reply::value(|json| write(json, user)),
            // The database detects a duplicate name, so the server reports an internal error.
            None => Reply::error(500, "UNIQUE constraint failed: users.username"),
        }
    }

    pub(super) fn update_user(&mut self, id: &str, body: &[u8]) -> Reply {
        let stored = match self.find(id) {
            Ok(user) => user,
            Err(reply) => return reply,
        };
        let mut user = stored.clone();
        if let Err(error) = decode(body, &USER, &mut user) {
            return Reply::error(400, &error);
        }
        if int(&user, "id") != int(stored, "id") {
            let message = "user ID in request body does not match user ID in path parameter";
            return Reply::message(400, message);
        }
        if let Err(error) = check(&user) {
            return Reply::error(400, &error);
        }
        // Contract: "rename by update".
        keep(&mut user, stored, &["username"]);
        keep_usage(&mut user, stored);
        self.store.replace(user);
        Reply::message(200, "User updated")
    }

    pub(super) fn delete_user(&mut self, id: &str) -> Reply {
        match self.find(id).map(|user| int(user, "id")) {
            Ok(id) => {
                self.store.remove(id);
                Reply::message(200, "User deleted")
            }
            Err(reply) => reply,
        }
    }

    pub(super) fn connections(&self, now: i64) -> Reply {
        Reply::value(|json| {
            json.list(&self.connection, |json, connection| {
                connection.write(json, now);
            });
        })
    }

    pub(super) fn close_connection(&mut self, id: &str, now: i64) -> Reply {
        match &mut self.connection {
            Some(connection) if id == Connection::ID => {
                connection.close(now);
                Reply::message(200, "Connection closed")
            }
            _ => Reply::message(404, "Not Found"),
        }
    }

    pub(super) fn scans(&self) -> Reply {
        Reply::value(|json| self.scans.write(json))
    }

    /// The body is a user, of which only the name matters.
    pub(super) fn start_scan(&mut self, body: &[u8], now: i64) -> Reply {
        let mut user = USER.zero();
        if let Err(error) = decode(body, &USER, &mut user) {
            return Reply::error(400, &error);
        }
        let name = text(&user, "username");
        if self.store.named(name).is_none() {
            return no_rows();
        }
        // On an empty server no home directory exists, so a scan finishes at once and finds nothing
        // (contract: "home absent, nothing counted").
        if self.data == Data::Sample && !self.scans.start(name, now, SCAN_TAKES) {
            return Reply::message(409, "Another scan is already in progress");
        }
        Reply::message(201, "Scan started")
    }

    fn find(&self, id: &str) -> Result<&Object, Reply> {
        match id.parse() {
            Ok(id) => self.store.get(id).ok_or_else(no_rows),
            Err(_) => Err(Reply::error(400, "Invalid userID")),
        }
    }
}

fn no_rows() -> Reply {
    Reply::error(404, "sql: no rows in result set")
}

/// Which users a list contains.
struct Page {
    limit: usize,
    offset: usize,
    order: Order,
    username: String,
}

impl Page {
    /// Checks the parameters in the order of the server; contract: "limit 0" to `order=FOO`.
    fn of(query: &str) -> Result<Self, &'static str> {
        let number = |name, default| match escape::parameter(query, name) {
            Some(text) => text.parse::<i64>(),
            None => Ok(default),
        };
        let limit = number("limit", 100).map_err(|_| "Invalid limit")?.min(500);
        let offset = number("offset", 0).map_err(|_| "Invalid offset")?;
        let order = match escape::parameter(query, "order").as_deref() {
            None | Some("ASC") => Order::Ascending,
            Some("DESC") => Order::Descending,
            Some(_) => return Err("Invalid order"),
        };
        Ok(Self {
            // For SQLite a negative limit means no limit.
            limit: limit.try_into().unwrap_or(usize::MAX),
            offset: offset.try_into().unwrap_or(0),
            order,
            username: escape::parameter(query, "username").unwrap_or_default(),
        })
    }

    fn users<'a>(&'a self, store: &'a Store) -> impl Iterator<Item = &'a Object> {
        let users: Box<dyn Iterator<Item = &Object>> = if self.username.is_empty() {
            store.sorted(self.order)
        } else {
            Box::new(store.named(&self.username).into_iter())
        };
        users.skip(self.offset).take(self.limit)
    }
}
