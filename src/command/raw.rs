//! `get`, `post`, `put`, `patch` and `delete`: a request as it is typed.

use super::builtin::{Builtin, Check, Checking, Dry, OnServers, Runs};
use crate::catalog::{Method, Verb};
use crate::error::Error;
use crate::line::call::Call;
use crate::shell::raw;

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::Request,
    on_servers: |_| OnServers::ByLogin,
    ..Builtin::new(Verb::Raw(Method::Get), Runs::Request)
};

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    match call.command.verb() {
        Some(Verb::Raw(method)) if call.is_known() => raw::check(checking.settings, method, call),
        _ => raw::check_body(call),
    }
}
