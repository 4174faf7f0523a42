//! Which function handles which method and path, and the permission for it.

use hyper::Method;

use super::actions::{self, ACTIONS};
use super::admins::{self, ADMINS};
use super::api_keys::{self, API_KEYS};
use super::call::Call;
use super::folders::{self, FOLDERS};
use super::groups::{self, GROUPS};
use super::reply::{self, Outcome};
use super::resource::Resource;
use super::roles::ROLES;
use super::rules::{self, RULES};
use super::users::{self, USERS};
use super::world::World;
use super::{dump, ip_lists, mfa, profile, quotas, status};
use crate::practice::go::escape;
use crate::practice::reply::Reply;

/// What a caller needs.
#[derive(Clone, Copy)]
pub(super) enum Needs {
    Nothing,
    /// A token or key of any admin.
    Token,
    /// A token or key, and this permission.
    Perm(&'static str),
    /// A token, not a key, and the permission unless it is empty.
    NoKey(&'static str),
}

pub(super) enum Run {
    Login,
    Logout,
    ChangePassword,
    /// Cannot fail.
    Show(fn(&World, &Call<'_>) -> Reply),
    Handle(fn(&mut World, &Call<'_>) -> Outcome),
    List(&'static Resource),
    Get(&'static Resource),
    Add(&'static Resource),
    Put(&'static Resource),
    Delete(&'static Resource),
}

pub(super) struct Route {
    method: &'static str,
    /// `*` is a variable segment.
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
use Run::{Add, Delete, Get, Handle, List, Put, Show};

const ALL: Needs = Perm("*");
const KEYS: Needs = NoKey("*");
const FOLDER: Needs = Perm("manage_folders");
const GROUP: Needs = Perm("manage_groups");
const SCAN: Needs = Perm("quota_scans");
const EDIT: Needs = Perm("edit_users");
const EVENTS: Needs = Perm("view_events");

static ROUTES: &[Route] = &[
    route("GET", "", Nothing, Show(status::front)),
    route("GET", "/healthz", Nothing, Show(status::health)),
    route(
        "GET",
        "/openapi/openapi.yaml",
        Nothing,
        Show(status::description),
    ),
    route("GET", "/api/v2/token", Nothing, Run::Login),
    route("GET", "/api/v2/logout", NoKey(""), Run::Logout),
    route("GET", "/api/v2/version", Token, Show(status::version)),
    route(
        "GET",
        "/api/v2/status",
        Perm("view_status"),
        Show(status::status),
    ),
    route("GET", "/api/v2/users", Perm("view_users"), List(&USERS)),
    route(
        "POST",
        "/api/v2/users",
        Perm("add_users"),
        Handle(users::add),
    ),
    route("GET", "/api/v2/users/*", Perm("view_users"), Get(&USERS)),
    route("PUT", "/api/v2/users/*", EDIT, Handle(users::put)),
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
        Handle(users::disable_totp),
    ),
    route(
        "POST",
        "/api/v2/users/*/forgot-password",
        Nothing,
        Show(users::forgot_password),
    ),
    route(
        "POST",
        "/api/v2/users/*/reset-password",
        Nothing,
        Handle(users::reset_password),
    ),
    route("GET", "/api/v2/groups", GROUP, List(&GROUPS)),
    route("POST", "/api/v2/groups", GROUP, Add(&GROUPS)),
    route("GET", "/api/v2/groups/*", GROUP, Get(&GROUPS)),
    route("PUT", "/api/v2/groups/*", GROUP, Handle(groups::put)),
    route("DELETE", "/api/v2/groups/*", GROUP, Delete(&GROUPS)),
    route("GET", "/api/v2/folders", FOLDER, List(&FOLDERS)),
    route("POST", "/api/v2/folders", FOLDER, Add(&FOLDERS)),
    route("GET", "/api/v2/folders/*", FOLDER, Get(&FOLDERS)),
    route("PUT", "/api/v2/folders/*", FOLDER, Handle(folders::put)),
    route("DELETE", "/api/v2/folders/*", FOLDER, Delete(&FOLDERS)),
    route("GET", "/api/v2/roles", ALL, List(&ROLES)),
    route("POST", "/api/v2/roles", ALL, Add(&ROLES)),
    route("GET", "/api/v2/roles/*", ALL, Get(&ROLES)),
    route("PUT", "/api/v2/roles/*", ALL, Put(&ROLES)),
    route("DELETE", "/api/v2/roles/*", ALL, Delete(&ROLES)),
    route("GET", "/api/v2/admins", ALL, List(&ADMINS)),
    route("POST", "/api/v2/admins", ALL, Add(&ADMINS)),
    route("GET", "/api/v2/admins/*", ALL, Get(&ADMINS)),
    route("PUT", "/api/v2/admins/*", ALL, Handle(admins::put)),
    route("DELETE", "/api/v2/admins/*", ALL, Handle(admins::delete)),
    route(
        "PUT",
        "/api/v2/admins/*/2fa/disable",
        ALL,
        Handle(admins::disable_totp),
    ),
    route(
        "POST",
        "/api/v2/admins/*/forgot-password",
        Nothing,
        Show(users::forgot_password),
    ),
    route(
        "POST",
        "/api/v2/admins/*/reset-password",
        Nothing,
        Handle(users::reset_password),
    ),
    route(
        "GET",
        "/api/v2/admin/profile",
        NoKey(""),
        Handle(profile::get),
    ),
    route(
        "PUT",
        "/api/v2/admin/profile",
        NoKey(""),
        Handle(profile::put),
    ),
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
        Show(mfa::configs),
    ),
    route(
        "POST",
        "/api/v2/admin/totp/generate",
        NoKey(""),
        Handle(mfa::generate),
    ),
    route(
        "POST",
        "/api/v2/admin/totp/validate",
        NoKey(""),
        Handle(mfa::validate),
    ),
    route(
        "POST",
        "/api/v2/admin/totp/save",
        NoKey(""),
        Handle(mfa::save),
    ),
    route(
        "GET",
        "/api/v2/admin/2fa/recoverycodes",
        NoKey(""),
        Handle(mfa::codes),
    ),
    route(
        "POST",
        "/api/v2/admin/2fa/recoverycodes",
        NoKey(""),
        Handle(mfa::make_codes),
    ),
    route("GET", "/api/v2/apikeys", KEYS, List(&API_KEYS)),
    route("POST", "/api/v2/apikeys", KEYS, Handle(api_keys::add)),
    route("GET", "/api/v2/apikeys/*", KEYS, Get(&API_KEYS)),
    route("PUT", "/api/v2/apikeys/*", KEYS, Put(&API_KEYS)),
    route("DELETE", "/api/v2/apikeys/*", KEYS, Delete(&API_KEYS)),
    route(
        "GET",
        "/api/v2/connections",
        Perm("view_conns"),
        Show(status::connections),
    ),
    route(
        "DELETE",
        "/api/v2/connections/*",
        Perm("close_conns"),
        Handle(status::close_connection),
    ),
    route(
        "GET",
        "/api/v2/quotas/users/scans",
        SCAN,
        Show(quotas::user_scans),
    ),
    route(
        "POST",
        "/api/v2/quotas/users/*/scan",
        SCAN,
        Handle(quotas::scan_user),
    ),
    route(
        "PUT",
        "/api/v2/quotas/users/*/usage",
        EDIT,
        Handle(quotas::set_user),
    ),
    route(
        "PUT",
        "/api/v2/quotas/users/*/transfer-usage",
        EDIT,
        Handle(quotas::set_transfer),
    ),
    route(
        "GET",
        "/api/v2/quotas/folders/scans",
        SCAN,
        Show(quotas::folder_scans),
    ),
    route(
        "POST",
        "/api/v2/quotas/folders/*/scan",
        SCAN,
        Handle(quotas::scan_folder),
    ),
    route(
        "PUT",
        "/api/v2/quotas/folders/*/usage",
        FOLDER,
        Handle(quotas::set_folder),
    ),
    route("GET", "/api/v2/iplists/*", ALL, Handle(ip_lists::get_all)),
    route("POST", "/api/v2/iplists/*", ALL, Handle(ip_lists::add)),
    route("GET", "/api/v2/iplists/*/*", ALL, Handle(ip_lists::get)),
    route("PUT", "/api/v2/iplists/*/*", ALL, Handle(ip_lists::put)),
    route(
        "DELETE",
        "/api/v2/iplists/*/*",
        ALL,
        Handle(ip_lists::delete),
    ),
    route("GET", "/api/v2/eventactions", ALL, List(&ACTIONS)),
    route("POST", "/api/v2/eventactions", ALL, Add(&ACTIONS)),
    route("GET", "/api/v2/eventactions/*", ALL, Get(&ACTIONS)),
    route("PUT", "/api/v2/eventactions/*", ALL, Handle(actions::put)),
    route("DELETE", "/api/v2/eventactions/*", ALL, Delete(&ACTIONS)),
    route("GET", "/api/v2/eventrules", ALL, List(&RULES)),
    route("POST", "/api/v2/eventrules", ALL, Add(&RULES)),
    route("POST", "/api/v2/eventrules/run/*", ALL, Handle(rules::run)),
    route("GET", "/api/v2/eventrules/*", ALL, Get(&RULES)),
    route("PUT", "/api/v2/eventrules/*", ALL, Put(&RULES)),
    route("DELETE", "/api/v2/eventrules/*", ALL, Delete(&RULES)),
    route("GET", "/api/v2/dumpdata", ALL, Handle(dump::dump)),
    route("GET", "/api/v2/loaddata", ALL, Handle(dump::load_file)),
    route("POST", "/api/v2/loaddata", ALL, Handle(dump::load)),
    route(
        "GET",
        "/api/v2/retention/users/checks",
        ALL,
        Show(status::none),
    ),
    route(
        "GET",
        "/api/v2/defender/hosts",
        Perm("view_defender"),
        Show(status::none),
    ),
    route(
        "GET",
        "/api/v2/defender/hosts/*",
        Perm("view_defender"),
        Handle(status::defender_host),
    ),
    route(
        "DELETE",
        "/api/v2/defender/hosts/*",
        Perm("manage_defender"),
        Handle(status::delete_defender_host),
    ),
    route(
        "GET",
        "/api/v2/events/fs",
        EVENTS,
        Handle(status::file_events),
    ),
    route(
        "GET",
        "/api/v2/events/provider",
        EVENTS,
        Handle(status::events),
    ),
    route("GET", "/api/v2/events/logs", EVENTS, Handle(status::events)),
];

/// The route of a request, and its variable segments. A path without a route is not found, whoever
/// the caller is; a path with other methods only gives "method not allowed".
pub(super) fn find(method: &Method, path: &str) -> Result<(&'static Route, Vec<String>), Reply> {
    // A trailing slash makes no difference, and HEAD is GET without the body.
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
        return Err(reply::message(404, "Not Found"));
    }
    Err(reply::with_header(
        reply::without_body(405),
        "Allow",
        allowed.join(", "),
    ))
}

/// The variable segments of a path, decoded after splitting. If the path is encoded as Go itself
/// would do it, the server splits the decoded path, and decodes once more.
fn arguments(pattern: &str, path: &str) -> Option<Vec<String>> {
    let decoded = escape::decode(path).filter(|decoded| escape::path(decoded) == path);
    let path = decoded.as_deref().unwrap_or(path);
    let mut arguments = Vec::new();
    let mut segments = path.split('/');
    for part in pattern.split('/') {
        let segment = segments.next()?;
        if part == "*" && (!segment.is_empty() || segments.clone().next().is_some()) {
            arguments.push(escape::decode(segment).unwrap_or_else(|| segment.to_owned()));
        } else if part != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(arguments)
}
