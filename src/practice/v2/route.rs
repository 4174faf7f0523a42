//! Which function answers which method and path, and who may call it.

use hyper::Method;

use super::actions::{self, ACTIONS};
use super::admins::{self, ADMINS};
use super::api_keys::{self, API_KEYS};
use super::folders::{self, FOLDERS};
use super::groups::{self, GROUPS};
use super::reply::{self, Outcome};
use super::resource::Resource;
use super::roles::ROLES;
use super::rules::{self, RULES};
use super::users::{self, USERS};
use super::world::World;
use super::{Call, dump, ip_lists, mfa, profile, quotas, server};
use crate::practice::go::escape;
use crate::practice::reply::Reply;

/// What a caller has to have.
#[derive(Clone, Copy)]
pub(super) enum Needs {
    Nothing,
    /// A token or key of any admin.
    Token,
    /// The permission as well.
    Perm(&'static str),
    /// A token, not a key, and the permission unless it is empty.
    NoKey(&'static str),
}

pub(super) enum Run {
    Login,
    Logout,
    ChangePassword,
    /// Answers whatever happens.
    Tell(fn(&World, &Call<'_>) -> Reply),
    Do(fn(&mut World, &Call<'_>) -> Outcome),
    List(&'static Resource),
    Get(&'static Resource),
    Add(&'static Resource),
    Put(&'static Resource),
    Delete(&'static Resource),
}

pub(super) struct Route {
    method: &'static str,
    /// An open segment is `*`.
    path: &'static str,
    pub(super) needs: Needs,
    pub(super) run: Run,
}

const fn route(method: &'static str, path: &'static str, needs: Needs, run: Run) -> Route {
    Route {
        method,
        path,
        needs,
        run,
    }
}

use Needs::{NoKey, Nothing, Perm, Token};
use Run::{Add, Delete, Do, Get, List, Put, Tell};

const ALL: Needs = Perm("*");
const KEYS: Needs = NoKey("*");
const FOLDER: Needs = Perm("manage_folders");
const GROUP: Needs = Perm("manage_groups");
const SCAN: Needs = Perm("quota_scans");
const EDIT: Needs = Perm("edit_users");
const EVENTS: Needs = Perm("view_events");

static ROUTES: &[Route] = &[
    route("GET", "/healthz", Nothing, Tell(server::health)),
    route(
        "GET",
        "/openapi/openapi.yaml",
        Nothing,
        Tell(server::description),
    ),
    route("GET", "/api/v2/token", Nothing, Run::Login),
    route("GET", "/api/v2/logout", NoKey(""), Run::Logout),
    route("GET", "/api/v2/version", Token, Tell(server::version)),
    route(
        "GET",
        "/api/v2/status",
        Perm("view_status"),
        Tell(server::status),
    ),
    route("GET", "/api/v2/users", Perm("view_users"), List(&USERS)),
    route("POST", "/api/v2/users", Perm("add_users"), Do(users::add)),
    route("GET", "/api/v2/users/*", Perm("view_users"), Get(&USERS)),
    route("PUT", "/api/v2/users/*", EDIT, Do(users::put)),
    route(
        "DELETE",
        "/api/v2/users/*",
        Perm("del_users"),
        Delete(&USERS),
    ),
    route(
        "PUT",
        "/api/v2/users/*/2fa/disable",
        Perm("disable_mfa"),
        Do(users::disable_totp),
    ),
    route(
        "POST",
        "/api/v2/users/*/forgot-password",
        Nothing,
        Tell(users::forgot_password),
    ),
    route(
        "POST",
        "/api/v2/users/*/reset-password",
        Nothing,
        Do(users::reset_password),
    ),
    route("GET", "/api/v2/groups", GROUP, List(&GROUPS)),
    route("POST", "/api/v2/groups", GROUP, Add(&GROUPS)),
    route("GET", "/api/v2/groups/*", GROUP, Get(&GROUPS)),
    route("PUT", "/api/v2/groups/*", GROUP, Do(groups::put)),
    route("DELETE", "/api/v2/groups/*", GROUP, Delete(&GROUPS)),
    route("GET", "/api/v2/folders", FOLDER, List(&FOLDERS)),
    route("POST", "/api/v2/folders", FOLDER, Add(&FOLDERS)),
    route("GET", "/api/v2/folders/*", FOLDER, Get(&FOLDERS)),
    route("PUT", "/api/v2/folders/*", FOLDER, Do(folders::put)),
    route("DELETE", "/api/v2/folders/*", FOLDER, Delete(&FOLDERS)),
    route("GET", "/api/v2/roles", ALL, List(&ROLES)),
    route("POST", "/api/v2/roles", ALL, Add(&ROLES)),
    route("GET", "/api/v2/roles/*", ALL, Get(&ROLES)),
    route("PUT", "/api/v2/roles/*", ALL, Put(&ROLES)),
    route("DELETE", "/api/v2/roles/*", ALL, Delete(&ROLES)),
    route("GET", "/api/v2/admins", ALL, List(&ADMINS)),
    route("POST", "/api/v2/admins", ALL, Add(&ADMINS)),
    route("GET", "/api/v2/admins/*", ALL, Get(&ADMINS)),
    route("PUT", "/api/v2/admins/*", ALL, Do(admins::put)),
    route("DELETE", "/api/v2/admins/*", ALL, Do(admins::delete)),
    route(
        "PUT",
        "/api/v2/admins/*/2fa/disable",
        ALL,
        Do(admins::disable_totp),
    ),
    route(
        "POST",
        "/api/v2/admins/*/forgot-password",
        Nothing,
        Tell(users::forgot_password),
    ),
    route(
        "POST",
        "/api/v2/admins/*/reset-password",
        Nothing,
        Do(users::reset_password),
    ),
    route("GET", "/api/v2/admin/profile", NoKey(""), Do(profile::get)),
    route("PUT", "/api/v2/admin/profile", NoKey(""), Do(profile::put)),
    route(
        "PUT",
        "/api/v2/admin/changepwd",
        NoKey(""),
        Run::ChangePassword,
    ),
    route(
        "GET",
        "/api/v2/admin/totp/configs",
        NoKey(""),
        Tell(mfa::configs),
    ),
    route(
        "POST",
        "/api/v2/admin/totp/generate",
        NoKey(""),
        Do(mfa::generate),
    ),
    route(
        "POST",
        "/api/v2/admin/totp/validate",
        NoKey(""),
        Do(mfa::validate),
    ),
    route("POST", "/api/v2/admin/totp/save", NoKey(""), Do(mfa::save)),
    route(
        "GET",
        "/api/v2/admin/2fa/recoverycodes",
        NoKey(""),
        Do(mfa::codes),
    ),
    route(
        "POST",
        "/api/v2/admin/2fa/recoverycodes",
        NoKey(""),
        Do(mfa::make_codes),
    ),
    route("GET", "/api/v2/apikeys", KEYS, List(&API_KEYS)),
    route("POST", "/api/v2/apikeys", KEYS, Do(api_keys::add)),
    route("GET", "/api/v2/apikeys/*", KEYS, Get(&API_KEYS)),
    route("PUT", "/api/v2/apikeys/*", KEYS, Put(&API_KEYS)),
    route("DELETE", "/api/v2/apikeys/*", KEYS, Delete(&API_KEYS)),
    route(
        "GET",
        "/api/v2/connections",
        Perm("view_conns"),
        Tell(server::connections),
    ),
    route(
        "DELETE",
        "/api/v2/connections/*",
        Perm("close_conns"),
        Do(server::close_connection),
    ),
    route(
        "GET",
        "/api/v2/quotas/users/scans",
        SCAN,
        Tell(quotas::user_scans),
    ),
    route(
        "POST",
        "/api/v2/quotas/users/*/scan",
        SCAN,
        Do(quotas::scan_user),
    ),
    route(
        "PUT",
        "/api/v2/quotas/users/*/usage",
        EDIT,
        Do(quotas::set_user),
    ),
    route(
        "PUT",
        "/api/v2/quotas/users/*/transfer-usage",
        EDIT,
        Do(quotas::set_transfer),
    ),
    route(
        "GET",
        "/api/v2/quotas/folders/scans",
        SCAN,
        Tell(quotas::folder_scans),
    ),
    route(
        "POST",
        "/api/v2/quotas/folders/*/scan",
        SCAN,
        Do(quotas::scan_folder),
    ),
    route(
        "PUT",
        "/api/v2/quotas/folders/*/usage",
        FOLDER,
        Do(quotas::set_folder),
    ),
    route("GET", "/api/v2/iplists/*", ALL, Do(ip_lists::get_all)),
    route("POST", "/api/v2/iplists/*", ALL, Do(ip_lists::add)),
    route("GET", "/api/v2/iplists/*/*", ALL, Do(ip_lists::get)),
    route("PUT", "/api/v2/iplists/*/*", ALL, Do(ip_lists::put)),
    route("DELETE", "/api/v2/iplists/*/*", ALL, Do(ip_lists::delete)),
    route("GET", "/api/v2/eventactions", ALL, List(&ACTIONS)),
    route("POST", "/api/v2/eventactions", ALL, Add(&ACTIONS)),
    route("GET", "/api/v2/eventactions/*", ALL, Get(&ACTIONS)),
    route("PUT", "/api/v2/eventactions/*", ALL, Do(actions::put)),
    route("DELETE", "/api/v2/eventactions/*", ALL, Delete(&ACTIONS)),
    route("GET", "/api/v2/eventrules", ALL, List(&RULES)),
    route("POST", "/api/v2/eventrules", ALL, Add(&RULES)),
    route("POST", "/api/v2/eventrules/run/*", ALL, Do(rules::run)),
    route("GET", "/api/v2/eventrules/*", ALL, Get(&RULES)),
    route("PUT", "/api/v2/eventrules/*", ALL, Put(&RULES)),
    route("DELETE", "/api/v2/eventrules/*", ALL, Delete(&RULES)),
    route("GET", "/api/v2/dumpdata", ALL, Do(dump::dump)),
    route("GET", "/api/v2/loaddata", ALL, Do(dump::load_file)),
    route("POST", "/api/v2/loaddata", ALL, Do(dump::load)),
    route(
        "GET",
        "/api/v2/retention/users/checks",
        ALL,
        Tell(server::none),
    ),
    route(
        "GET",
        "/api/v2/defender/hosts",
        Perm("view_defender"),
        Tell(server::none),
    ),
    route(
        "GET",
        "/api/v2/defender/hosts/*",
        Perm("view_defender"),
        Do(server::defender_host),
    ),
    route(
        "DELETE",
        "/api/v2/defender/hosts/*",
        Perm("manage_defender"),
        Do(server::delete_defender_host),
    ),
    route("GET", "/api/v2/events/fs", EVENTS, Do(server::events)),
    route("GET", "/api/v2/events/provider", EVENTS, Do(server::events)),
    route("GET", "/api/v2/events/logs", EVENTS, Do(server::events)),
];

/// The route of a request, and what its open segments say. What no route has is not found whoever
/// asks; what another method has is not allowed.
pub(super) fn find(method: &Method, path: &str) -> Result<(&'static Route, Vec<String>), Reply> {
    // One slash at the end makes no difference, and HEAD is a GET without its body.
    let path = path.strip_suffix('/').unwrap_or(path);
    let method = if method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    let fitting = ROUTES
        .iter()
        .filter_map(|route| Some((route, arguments(route.path, path)?)));
    let mut allowed: Vec<&str> = Vec::new();
    for (route, arguments) in fitting {
        if route.method == method {
            return Ok((route, arguments));
        }
        allowed.push(route.method);
    }
    if allowed.is_empty() {
        return Err(reply::said(404, "Not Found"));
    }
    Err(reply::with(reply::bare(405), "Allow", allowed.join(", ")))
}

/// What the open segments of a pattern are in a path, decoded after it was split.
fn arguments(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut arguments = Vec::new();
    let mut segments = path.split('/');
    for part in pattern.split('/') {
        let segment = segments.next()?;
        if part == "*" && !segment.is_empty() {
            arguments.push(escape::decode(segment).unwrap_or_else(|| segment.to_owned()));
        } else if part != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(arguments)
}
