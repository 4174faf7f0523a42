//! Replies, and the form that the server of 2019 gives them.

use super::go::json::Json;

/// A response to the client.
pub(super) struct Reply {
    pub(super) status: u16,
    /// In the order in which they are sent; the length and the date follow.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// The content type of all responses of 2019.
const JSON_OF_2019: &str = "application/json; charset=utf-8";

impl Reply {
    /// 200 with a value.
    pub(super) fn value(write: impl FnOnce(&mut Json)) -> Self {
        Self::with(200, write)
    }

    /// A message of the server: something was done, or was not found.
    pub(super) fn message(status: u16, message: &str) -> Self {
        Self::note(status, "", message)
    }

    /// An error of the server.
    pub(super) fn error(status: u16, error: &str) -> Self {
        Self::note(status, error, "")
    }

    fn note(status: u16, error: &str, message: &str) -> Self {
        Self::with(status, |json| {
            json.object(|json| {
                json.key("error").text(error);
                json.key("message").text(message);
                json.key("status").int(status.into());
            });
        })
    }

    fn with(status: u16, write: impl FnOnce(&mut Json)) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", JSON_OF_2019.to_owned())],
            body: Json::line(write),
        }
    }
}
