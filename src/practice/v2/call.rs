//! A request on its way to the function that handles it.

use super::render::View;
use super::reply::Refusal;
use super::session::Caller;
use crate::practice::go::decode::decode;
use crate::practice::go::escape;
use crate::practice::go::shape::{Object, Shape};

/// The longest body, apart from that of a dump.
const MAX_BODY: usize = 1 << 20;

/// The longest dump.
pub(in crate::practice) const MAX_DUMP: usize = 20 << 20;

/// A request as its handler gets it.
pub(super) struct Call<'a> {
    /// The variable segments of the path, decoded.
    pub(super) args: Vec<String>,
    pub(super) query: &'a str,
    pub(super) body: Option<&'a [u8]>,
    pub(super) now: i64,
    pub(super) caller: Caller,
}

impl Call<'_> {
    pub(super) fn arg(&self, number: usize) -> &str {
        self.args.get(number).map_or("", String::as_str)
    }

    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        escape::parameter(self.query, name)
    }

    /// The body, if it is not too long.
    pub(super) fn body(&self) -> Result<&[u8], Refusal> {
        let body = self.body.filter(|body| body.len() <= MAX_BODY);
        body.ok_or_else(|| Refusal::error(400, "http: request body too large"))
    }

    /// The body decoded onto an object of this shape.
    pub(super) fn decode(
        &self,
        shape: &'static Shape,
        mut object: Object,
    ) -> Result<Object, Refusal> {
        decode(self.body()?, shape, &mut object).map_err(|error| Refusal::error(400, error))?;
        Ok(object)
    }

    /// What the response shows: everything if the request asks for it and the caller has all permissions.
    pub(super) fn view(&self) -> View {
        let is_asked = self.parameter("confidential_data").as_deref() == Some("1");
        if is_asked && self.caller.may("*") {
            View::Confidential
        } else {
            View::Usual
        }
    }
}
