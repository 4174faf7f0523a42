//! All that the server knows, and what each call of the API does to it.

use super::live::{Connection, Scans};
use super::store::{Order, Store};
use super::user::User;
use super::{go_json, made_up};
use crate::practice::Data;
use crate::practice::answer::Answer;
use crate::practice::escape;

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
            Data::MadeUp => (made_up::store(now), Some(Connection::new(now))),
            Data::Empty => (Store::new(1), None),
        };
        let mut scans = Scans::default();
        if data == Data::MadeUp {
            scans.start(made_up::BIG_USER, now, BIG_SCAN_TAKES);
        }
        Self {
            data,
            store,
            connection,
            scans,
        }
    }

    /// Brings the world to the time at which a request is answered.
    pub(super) fn advance(&mut self, now: i64) {
        self.scans.settle(&mut self.store, now);
        self.connection
            .take_if(|connection| connection.is_gone(now));
    }

    pub(super) fn users(&self, query: &str) -> Answer {
        match Page::of(query) {
            Ok(page) => Answer::value(|json| {
                json.list(page.users(&self.store), |json, user| user.write(json));
            }),
            Err(error) => Answer::refused(400, error),
        }
    }

    pub(super) fn user(&self, id: &str) -> Answer {
        match self.find(id) {
            Ok(user) => Answer::value(|json| user.write(json)),
            Err(answer) => answer,
        }
    }

    pub(super) fn add_user(&mut self, body: &[u8]) -> Answer {
        let mut user = User::default();
        if let Err(error) = go_json::decode(body, &mut user).and_then(|()| user.check()) {
            return Answer::refused(400, &error);
        }
        user.keep_usage(&User::default());
        match self.store.add(user) {
            Some(user) => Answer::value(|json| user.write(json)),
            // Two users of one name are the database's discovery, so no fault of the client's.
            None => Answer::refused(500, "UNIQUE constraint failed: users.username"),
        }
    }

    pub(super) fn update_user(&mut self, id: &str, body: &[u8]) -> Answer {
        let stored = match self.find(id) {
            Ok(user) => user,
            Err(answer) => return answer,
        };
        let mut user = stored.clone();
        if let Err(error) = go_json::decode(body, &mut user) {
            return Answer::refused(400, &error);
        }
        if user.id != stored.id {
            let message = "user ID in request body does not match user ID in path parameter";
            return Answer::said(400, message);
        }
        if let Err(error) = user.check() {
            return Answer::refused(400, &error);
        }
        // Contract: "rename by update".
        user.username.clone_from(&stored.username);
        user.keep_usage(stored);
        self.store.replace(user);
        Answer::said(200, "User updated")
    }

    pub(super) fn delete_user(&mut self, id: &str) -> Answer {
        match self.find(id).map(|user| user.id) {
            Ok(id) => {
                self.store.remove(id);
                Answer::said(200, "User deleted")
            }
            Err(answer) => answer,
        }
    }

    pub(super) fn connections(&self, now: i64) -> Answer {
        Answer::value(|json| {
            json.list(&self.connection, |json, connection| {
                connection.write(json, now);
            });
        })
    }

    pub(super) fn close_connection(&mut self, id: &str, now: i64) -> Answer {
        match &mut self.connection {
            Some(connection) if id == Connection::ID => {
                connection.close(now);
                Answer::said(200, "Connection closed")
            }
            _ => Answer::said(404, "Not Found"),
        }
    }

    pub(super) fn scans(&self) -> Answer {
        Answer::value(|json| self.scans.write(json))
    }

    /// The body is a whole user, of which only the name counts.
    pub(super) fn start_scan(&mut self, body: &[u8], now: i64) -> Answer {
        let mut user = User::default();
        if let Err(error) = go_json::decode(body, &mut user) {
            return Answer::refused(400, &error);
        }
        if self.store.named(&user.username).is_none() {
            return no_rows();
        }
        // On an empty server no home exists, so a scan is over at once and counts nothing
        // (contract: "home absent, nothing counted").
        if self.data == Data::MadeUp && !self.scans.start(&user.username, now, SCAN_TAKES) {
            return Answer::said(409, "Another scan is already in progress");
        }
        Answer::said(201, "Scan started")
    }

    fn find(&self, id: &str) -> Result<&User, Answer> {
        match id.parse() {
            Ok(id) => self.store.get(id).ok_or_else(no_rows),
            Err(_) => Err(Answer::refused(400, "Invalid userID")),
        }
    }
}

fn no_rows() -> Answer {
    Answer::refused(404, "sql: no rows in result set")
}

/// Which users a list is to have.
struct Page {
    limit: usize,
    offset: usize,
    order: Order,
    username: String,
}

impl Page {
    /// In the order in which the server looks; contract: "limit 0" to `order=FOO`.
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
            // SQLite takes a negative limit for none at all.
            limit: limit.try_into().unwrap_or(usize::MAX),
            offset: offset.try_into().unwrap_or(0),
            order,
            username: escape::parameter(query, "username").unwrap_or_default(),
        })
    }

    fn users<'a>(&'a self, store: &'a Store) -> impl Iterator<Item = &'a User> {
        let users: Box<dyn Iterator<Item = &User>> = if self.username.is_empty() {
            store.sorted(self.order)
        } else {
            Box::new(store.named(&self.username).into_iter())
        };
        users.skip(self.offset).take(self.limit)
    }
}
