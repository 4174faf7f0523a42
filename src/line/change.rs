//! What a call sets in a body of the API v2: which fields, to what. Pure.
//!
//! `add_*` sends the change as it is; how the change of `update_*` is laid upon
//! what the server has is left to who sends it: [`Change::apply`].

use super::call::{Call, From};
use super::complaint::shortened;
use crate::catalog::schema::{self, Found, Path, Step, Type, Wrong};
use crate::catalog::{Kind, Param, Place, Release, Send, Value};
use crate::error::Error;
use serde_json::{Map, Value as Json};
use std::fmt;

/// The fields that a call sets, in the order in which they are set: defaults,
/// `--json`, flags, `--set`. Later ones win.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Each field and its value.
    pub set: Vec<(Path, Json)>,
    /// The whole body, where it is no object with fields.
    pub whole: Option<Json>,
}

/// Which words of a call name files: `--json @FILE`, `--set PATH=@FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileOf {
    /// The parameter.
    pub param: &'static str,
    /// The file; `-` is standard input.
    pub file: String,
}

impl fmt::Debug for Change {
    /// The paths alone: a value may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.set.iter().map(|(path, _)| path.to_string()))
            .finish()
    }
}

impl Change {
    /// Whether it sets nothing.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.whole.is_none()
    }

    /// Sets its fields in a body. Objects on the way are made, the items of
    /// lists are not, but for the one behind the last. The error is the path
    /// that is not there.
    pub fn apply(&self, body: &mut Json) -> Result<(), Error> {
        if let Some(whole) = &self.whole {
            *body = whole.clone();
        }
        self.set
            .iter()
            .try_for_each(|(path, value)| put(body, path, value))
    }

    /// The body that holds this change alone.
    pub fn body(&self) -> Json {
        let mut body = Json::Object(Map::new());
        // What is not there: shown only, with variables that are not known.
        let _ = self.apply(&mut body);
        body
    }
}

fn put(body: &mut Json, path: &Path, value: &Json) -> Result<(), Error> {
    let mut at = body;
    for (depth, step) in path.0.iter().enumerate() {
        let gone = || {
            let path = Path(path.0[..=depth].to_vec());
            Error::typed(format!("there is no `{path}`"))
                .hint("items are counted from 0 on; `[N]` behind the last adds one")
        };
        at = match step {
            Step::Key(key) => {
                if !at.is_object() {
                    *at = Json::Object(Map::new());
                }
                let members = at.as_object_mut().expect("just made");
                members.entry(key.as_str()).or_insert(Json::Null)
            }
            Step::Index(index) => {
                if at.is_null() {
                    *at = Json::Array(Vec::new());
                }
                let items = at.as_array_mut().ok_or_else(gone)?;
                if *index == items.len() {
                    items.push(Json::Null);
                }
                items.get_mut(*index).ok_or_else(gone)?
            }
        };
    }
    // An object without members changes none.
    let keeps = at.is_object() && value.as_object().is_some_and(Map::is_empty);
    if !keeps {
        *at = value.clone();
    }
    Ok(())
}

/// What a call sets. The error says what the release's body does not have, or
/// does not take. What a file holds, and variables without a value, are not
/// looked at: `load` and the run come later.
pub fn of(call: &Call, release: Option<Release>) -> Result<Change, (Option<String>, Error)> {
    read(call, release, &mut |word, wrong| {
        Err((word.map(str::to_owned), wrong.error()))
    })
}

/// What a call sets, where it is only shown: what is not known yet stands there
/// as it is typed.
pub fn shown(call: &Call) -> Change {
    read(call, None, &mut |_, _| Ok(())).unwrap_or_default()
}

type Bad<'a> = &'a mut dyn FnMut(Option<&str>, Wrong) -> Result<(), (Option<String>, Error)>;

fn read(
    call: &Call,
    release: Option<Release>,
    bad: Bad,
) -> Result<Change, (Option<String>, Error)> {
    let mut change = Change::default();
    let Some(body) = call.command.route().and_then(|route| route.body) else {
        return Ok(change);
    };
    let body = Type::read(body);
    let mut typed = Vec::new();
    for slot in call.slots.iter().filter(|slot| slot.param.place.in_body()) {
        let Some(value) = &slot.value else { continue };
        let is_typed = matches!(slot.from, From::Typed | From::Later | From::Ask);
        let sent = match slot.param.send {
            Send::Always => true,
            Send::NonEmpty => !value.is_empty(),
            Send::Typed | Send::On(_) => is_typed,
        };
        if !sent {
            continue;
        }
        let fields = flag(&body, slot.param, value, release).or_else(|wrong| {
            bad(None, wrong)?;
            Ok(vec![(
                Path(vec![Step::Key(slot.param.key.to_owned())]),
                value.to_json(),
            )])
        })?;
        if is_typed {
            typed.extend(fields);
        } else {
            change.set.extend(fields);
        }
    }
    let later = |name: &str| call.slot(name).is_some_and(|slot| slot.from == From::Later);
    if call.typed("json") && file_of_json(call.text("json")).is_none() {
        let text = call.text("json");
        let parsed = json(text).and_then(|json| {
            let root = Found::root(&body);
            let checked = schema::checked(&root, &json, release)?;
            if checked.is_null() {
                return Err(Wrong::new(format!(
                    "`--json` takes {}; this is `null`",
                    body.describe()
                )));
            }
            Ok(checked)
        });
        match parsed {
            Ok(json @ Json::Object(_)) if matches!(body, Type::Object(_)) => {
                fields_of(&body, &json, &Path::default(), &mut change.set);
            }
            Ok(json) => change.whole = Some(json),
            Err(wrong) => {
                bad(Some(text), wrong)?;
                change.whole = serde_json::from_str(text)
                    .ok()
                    .or_else(|| Some(text.into()));
            }
        }
    } else if call.typed("json") && !later("json") {
        // A file that was not read: shown as it is typed.
        change.set.push((
            Path(vec![Step::Key("--json".to_owned())]),
            call.text("json").into(),
        ));
    }
    change.set.extend(typed);
    let words = if later("set") {
        &[][..]
    } else {
        call.list("set")
    };
    for (at, word) in words.iter().enumerate() {
        match assignment(&body, word, release) {
            Ok(field) => change.set.push(field),
            Err(wrong) => {
                // Behind a secret it may be the rest of it, which lost its quotes.
                let is_secret = |word: &String| {
                    let path = word.split('=').next().unwrap_or_default();
                    schema::is_secret(path) != Some(false)
                };
                let path = word.split('=').next().unwrap_or_default();
                let unknown = schema::find(&body, path).is_err();
                let wrong = if unknown && words[..at].iter().any(is_secret) {
                    no_assignment()
                } else {
                    wrong
                };
                bad(Some(word), wrong)?;
                let (path, text) = word.split_once('=').unwrap_or((word, ""));
                let found = schema::find(&body, path);
                let path = found.map_or_else(
                    |_| Path(vec![Step::Key(path.to_owned())]),
                    |found| found.path,
                );
                change.set.push((path, text.into()));
            }
        }
    }
    Ok(change)
}

/// The fields that a flag sets.
fn flag(
    body: &Type,
    param: &Param,
    value: &Value,
    release: Option<Release>,
) -> Result<Vec<(Path, Json)>, Wrong> {
    let found = schema::find(body, param.key)?;
    let path = found.path.clone();
    // The flag is what was typed, not the path, nor the place in its list.
    let told = |wrong: Wrong| {
        let quoted = format!("`{path}");
        let said = wrong
            .message
            .split_once(&quoted)
            .and_then(|(before, rest)| {
                let (_, after) = rest.split_once('`')?;
                Some(format!("{before}`{}`{after}", param.shown()))
            });
        Wrong {
            message: said.unwrap_or(wrong.message),
            ..wrong
        }
    };
    match value {
        // Each folder by itself: those that are not named stay.
        Value::Map(map) => {
            let fields = map.iter().map(|(key, words)| {
                let kind = found.kind.values().unwrap_or(Type::Any);
                let found = found.inside(Step::Key(key.clone()), kind);
                let words = words.iter().map(String::as_str).collect::<Json>();
                let checked = schema::checked(&found, &words, release).map_err(told)?;
                Ok((found.path, checked))
            });
            fields.collect()
        }
        Value::Text(text) if param.kind == Kind::Secret => {
            let text = if found.kind == Type::Text {
                text.as_str().into()
            } else {
                schema::envelope(text)
            };
            Ok(vec![(found.path, text)])
        }
        value => {
            let checked = schema::checked(&found, &value.to_json(), release).map_err(told)?;
            Ok(vec![(found.path, checked)])
        }
    }
}

/// The field that a word `PATH=VALUE` sets.
fn assignment(body: &Type, word: &str, release: Option<Release>) -> Result<(Path, Json), Wrong> {
    let Some((path, text)) = word.split_once('=') else {
        // It may be half of a secret: only a path is shown.
        return Err(match schema::find(body, word) {
            Ok(found) => Wrong::new(format!("`{}` needs a value", found.path)).hint(if found.is_secret() {
                format!("`{word}=@FILE` takes it from a file, `{word}=$env.NAME` from the environment")
            } else {
                format!("write `--set {word}=VALUE`")
            }),
            Err(_) => no_assignment(),
        });
    };
    let found = schema::find(body, path)?;
    if file_of_value(&found, text).is_some() {
        // Its value is not known yet; its name and its release are.
        schema::from_text(&found, "null", release)?;
        return Ok((found.path, text.into()));
    }
    let value = schema::from_text(&found, text, release)?;
    Ok((found.path, value))
}

fn no_assignment() -> Wrong {
    Wrong::new("`--set` takes PATH=VALUE".to_owned()).hint(
        "a value with spaces in it goes in quotes: `--set 'description=all of it'`".to_owned(),
    )
}

fn json(text: &str) -> Result<Json, Wrong> {
    serde_json::from_str(text).map_err(|why| {
        // The text may hold a secret: only the place is told.
        Wrong::new(format!("`--json` takes JSON: {why}")).hint(
            "put single quotes around it: --json '{\"name\": \"value\"}'; `@FILE` reads a file"
                .to_owned(),
        )
    })
}

/// The fields of a JSON object, down to what is no object with known fields:
/// what the object does not name is left alone.
fn fields_of(kind: &Type, json: &Json, path: &Path, set: &mut Vec<(Path, Json)>) {
    match (kind, json) {
        (Type::Object(object), Json::Object(members))
            if *object != schema::ENVELOPE && (!members.is_empty() || path.0.is_empty()) =>
        {
            let fields = schema::schema(object);
            for (key, value) in members {
                let kind = fields
                    .and_then(|fields| fields.own(key))
                    .map_or(Type::Any, |field| field.kind.clone());
                fields_of(&kind, value, &path.then(Step::Key(key.clone())), set);
            }
        }
        _ => set.push((path.clone(), json.clone())),
    }
}

/// The file that `--json` names: `@FILE`, `-`, or a word that begins no JSON.
fn file_of_json(text: &str) -> Option<&str> {
    if let Some(file) = text.strip_prefix('@') {
        return Some(file);
    }
    let begins = text.trim_start().starts_with(['{', '[', '"']);
    let other = serde_json::from_str::<Json>(text).is_ok();
    (!begins && !other && !text.is_empty()).then_some(text)
}

/// The file that a value of `--set` names: `@FILE`, but for a plain text.
fn file_of_value<'a>(found: &Found, text: &'a str) -> Option<&'a str> {
    let takes = found.kind != Type::Text || found.is_secret();
    text.strip_prefix('@').filter(|_| takes)
}

/// The files that a call names.
pub fn files(call: &Call) -> Vec<FileOf> {
    let mut files = Vec::new();
    let mut copy = call.clone();
    let noted = load(&mut copy, &mut |param, file| {
        files.push(FileOf {
            param,
            file: file.to_owned(),
        });
        Ok("{}".to_owned())
    });
    let _ = noted;
    files
}

/// Puts what files hold where a call names them: `read` is given the parameter
/// and the file. What comes of it is checked by `of`.
pub fn load(
    call: &mut Call,
    read: &mut dyn FnMut(&'static str, &str) -> Result<String, String>,
) -> Result<(), Error> {
    let Some(body) = call.command.route().and_then(|route| route.body) else {
        return Ok(());
    };
    let body = Type::read(body);
    let span = call.span.clone();
    let unreadable = |file: &str, why: String| {
        Error::local(format!("cannot read `{}`: {why}", shortened(file))).at(span.clone())
    };
    for slot in &mut call.slots {
        match (&slot.param.kind, &mut slot.value) {
            (Kind::Json, Some(Value::Text(text))) => {
                let Some(file) = file_of_json(text) else {
                    continue;
                };
                let held = read("json", file).map_err(|why| unreadable(file, why))?;
                let held = held.trim_start_matches('\u{feff}').trim().to_owned();
                // A text that is no JSON must not be taken for a file again.
                json(&held).map_err(Wrong::error)?;
                *text = held;
            }
            (Kind::Sets, Some(Value::List(words))) => {
                for word in words {
                    let Some((path, text)) = word.split_once('=') else {
                        continue;
                    };
                    let Ok(found) = schema::find(&body, path) else {
                        continue;
                    };
                    let Some(file) = file_of_value(&found, text) else {
                        continue;
                    };
                    let held = read("set", file).map_err(|why| unreadable(file, why))?;
                    let value = if found.kind == Type::Object(schema::ENVELOPE) {
                        schema::envelope(one_line(&held)).to_string()
                    } else if found.is_secret() {
                        one_line(&held).to_owned()
                    } else {
                        // A text that is no JSON must not be taken for a file again.
                        json(&held).map_err(Wrong::error)?;
                        held
                    };
                    *word = format!("{path}={value}");
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// A text without the end of its line, if it has just one: that of a key stays.
fn one_line(text: &str) -> &str {
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains('\n') { text } else { line }
}

/// Whether a parameter is sent in the body, or makes it.
pub fn makes_body(param: &Param) -> bool {
    param.place.in_body()
        || param.place == Place::Shell && matches!(param.kind, Kind::Sets | Kind::Json)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{self, Api};
    use crate::line::call::What;
    use crate::line::lex::lex;
    use crate::line::parse::Parser;
    use crate::line::variables::Arg;
    use serde_json::json;

    fn parsed(line: &str, api: &'static Api) -> Result<Call, Error> {
        let words = lex(line).commands.remove(0);
        let args: Vec<Arg> = words.iter().map(Arg::from).collect();
        match Parser::default().parse(&args, api)?.what {
            What::Call(call) => Ok(call),
            _ => panic!("a call: {line}"),
        }
    }

    fn v2(minor: u32, patch: u32) -> &'static Api {
        catalog::at("v2", Release::new(2, minor, patch))
    }

    fn body(line: &str) -> Json {
        let call = parsed(line, v2(7, 5)).unwrap_or_else(|error| panic!("{line}: {error:?}"));
        of(&call, None).expect("it is checked").body()
    }

    fn wrong(line: &str, api: &'static Api) -> (String, String) {
        let error = parsed(line, api).expect_err(line);
        (error.message, error.hint.unwrap_or_default())
    }

    #[test]
    fn only_what_is_typed_is_sent() {
        let cases = [
            ("add_user bob", json!({"status": 1, "username": "bob"})),
            (
                "add_user bob --status disabled --uid 0 --email ''",
                json!({"status": 0, "username": "bob", "uid": 0, "email": ""}),
            ),
            ("update_user bob", json!({})),
            ("update_user bob --status 1", json!({"status": 1})),
            (
                "update_user bob --permissions list download /in=upload,list /out=",
                json!({"permissions": {"/": ["list", "download"], "/in": ["upload", "list"], "/out": []}}),
            ),
            (
                "add_group g --quota_size 5",
                json!({"name": "g", "user_settings": {"quota_size": 5}}),
            ),
            (
                "update_admin a --allow_api_key_auth=off --allow_list 10.0.0.0/8",
                json!({"filters": {"allow_list": ["10.0.0.0/8"], "allow_api_key_auth": false}}),
            ),
            (
                "add_ip_list_entry defender 10.0.0.0/8 --mode deny",
                json!({"type": 2, "ipornet": "10.0.0.0/8", "mode": 2}),
            ),
            (
                "user_quota_update_usage bob --used_quota_files 3",
                json!({"used_quota_size": 0, "used_quota_files": 3}),
            ),
            (
                "save_admin_totp_config --enabled --secret s",
                json!({"enabled": true, "secret": {"status": "Plain", "payload": "s"}}),
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(body(line), expected, "{line}");
        }
    }

    #[test]
    fn any_field_by_its_path() {
        let cases = [
            (
                r#"update_user b --set filters.allowed_ip='["192.0.2.0/24"]' filesystem.provider=s3"#,
                json!({"filters": {"allowed_ip": ["192.0.2.0/24"]}, "filesystem": {"provider": 1}}),
            ),
            (
                "update_user b --set description=5",
                json!({"description": "5"}),
            ),
            (
                "update_user b --set quota_size=5 --set=filters.is_anonymous=on",
                json!({"quota_size": 5, "filters": {"is_anonymous": true}}),
            ),
            (
                "update_user b --set filesystem.s3config.access_secret=x=y",
                json!({"filesystem": {"s3config": {"access_secret": {"status": "Plain", "payload": "x=y"}}}}),
            ),
            (
                r#"update_user b --set filesystem.s3config.access_secret='{"status":"Redacted"}'"#,
                json!({"filesystem": {"s3config": {"access_secret": {"status": "Redacted"}}}}),
            ),
            (
                r#"update_user b --set permissions./in.d='["list"]' permissions[/]='["*"]'"#,
                json!({"permissions": {"/in.d": ["list"], "/": ["*"]}}),
            ),
            (
                r#"update_user b --set groups='[{"name":"g","type":"primary"}]' virtual_folders[0].name=v"#,
                json!({"groups": [{"name": "g", "type": 1}], "virtual_folders": [{"name": "v"}]}),
            ),
            (
                "add_event_rule r --trigger schedule --set conditions.options.event_statuses='[\"ok\",2]'",
                json!({"status": 1, "name": "r", "trigger": 3, "conditions": {"options": {"event_statuses": [1, 2]}}}),
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(body(line), expected, "{line}");
        }
    }

    #[test]
    fn json_first_then_flags_then_paths() {
        let line = r#"add_user b --set uid=3 --uid 2 --gid 2 --json '{"status":0,"uid":1,"gid":1,"id":7,"filters":{"hooks":{},"web_client":[]}}'"#;
        let expected = json!({"status": 0, "uid": 3, "gid": 2, "id": 7, "filters": {"hooks": {}, "web_client": []}, "username": "b"});
        assert_eq!(body(line), expected);
        let line = r#"loaddata_from_request_body --json '{"users":[{"username":"x","any":1}],"version":17}'"#;
        assert_eq!(
            body(line),
            json!({"users": [{"username": "x", "any": 1}], "version": 17})
        );
        let line = r#"start_user_retention_check b --json '[{"path":"/","retention":5}]'"#;
        let call = parsed(line, v2(6, 6)).expect("it is right");
        assert_eq!(shown(&call).body(), json!([{"path": "/", "retention": 5}]));
    }

    #[test]
    fn what_the_server_would_drop_or_refuse_is_an_error() {
        let newest = v2(7, 5);
        let cases = [
            (
                "--set fitlers.hooks=1",
                "there is no field `fitlers`",
                "did you mean `filters`?",
            ),
            (
                "--set allowed_ip=1",
                "there is no field `allowed_ip`",
                "did you mean `filters.allowed_ip`?",
            ),
            (
                r#"--json '{"filters":{"hooks":{"x":1}}}'"#,
                "there is no field `filters.hooks.x`",
                "there are `filters.hooks.external_auth_disabled`, `filters.hooks.pre_login_disabled` and `filters.hooks.check_password_disabled`",
            ),
            (
                r#"--json '{"groups":[{"nam":1}]}'"#,
                "there is no field `groups[0].nam`",
                "did you mean `groups[0].name`?",
            ),
            ("--set uid=x", "`uid` takes a whole number; this is `x`", ""),
            (
                "--set uid=-1",
                "`uid` takes a whole number from 0 to 2147483647; this is `-1`",
                "",
            ),
            (
                "--set filesystem.provider=s4",
                "`filesystem.provider` takes `local`, `s3`, `gcs`, `azblob`, `crypt`, `sftp`, `http`; this is `s4`",
                "did you mean `s3`?",
            ),
            (
                "--set filters.allowed_ip=x",
                "`filters.allowed_ip` takes a JSON list of texts; this is `x`",
                r#"for example `filters.allowed_ip='["a","b"]'`"#,
            ),
            (
                r#"--json '{"public_keys":"x"}'"#,
                "`public_keys` takes a JSON list of texts; this is a text",
                r#"for example `public_keys='["a","b"]'`"#,
            ),
            (
                "--json '[]'",
                "`--json` takes a JSON object; this is a list",
                "",
            ),
            (
                "--json null",
                "`--json` takes a JSON object; this is `null`",
                "",
            ),
            (
                "--set used_quota_size=1",
                "`used_quota_size` is set by the server alone: it would be dropped",
                "",
            ),
            (
                "--set filesystem.s3config.access_secret",
                "`filesystem.s3config.access_secret` needs a value",
                "`filesystem.s3config.access_secret=@FILE` takes it from a file, `filesystem.s3config.access_secret=$env.NAME` from the environment",
            ),
            (
                "--set virtual_folders.name=x",
                "`virtual_folders` is a list",
                "`virtual_folders[0].name` is of its first item",
            ),
        ];
        for (flags, message, hint) in cases {
            let said = wrong(&format!("update_user bob {flags}"), newest);
            assert_eq!(
                said,
                (message.trim_end_matches("; ").to_owned(), hint.to_owned()),
                "{flags}"
            );
        }
        // Nothing of a secret.
        for flags in [
            r#"--json '{"filesystem":{"s3config":{"access_secret":"hunter2"}}}'"#,
            r#"--set filesystem.s3config='{"access_secret":"hunter2"}'"#,
            "--set filesystem.s3config.access_secret.status=hunter2 password=x",
            "--set password=x hunter2=x",
        ] {
            let (message, hint) = wrong(&format!("update_user bob {flags}"), newest);
            let status = flags.contains(".status=");
            assert!(
                status || !format!("{message}{hint}").contains("hunter2"),
                "{message} {hint}"
            );
        }
    }

    #[test]
    fn what_a_release_lacks_is_an_error() {
        let cases = [
            (
                "update_user b --set filters.tls_certs='[]'",
                "`filters.tls_certs` needs 2.6.0 or later; this is 2.3.6",
            ),
            (
                r#"update_user b --json '{"filters":{"tls_certs":[]}}'"#,
                "`filters.tls_certs` needs 2.6.0 or later; this is 2.3.6",
            ),
            (
                "update_user b --role x",
                "`--role` needs 2.5.0 or later; this is 2.3.6",
            ),
            (
                "update_user b --permissions copy",
                "`copy` of `--permissions` needs 2.6.0 or later; this is 2.3.6",
            ),
            (
                "get_roles",
                "`get_roles` needs 2.5.0 or later; this is 2.3.6",
            ),
        ];
        for (line, message) in cases {
            assert_eq!(wrong(line, v2(3, 6)).0, message, "{line}");
        }
        let gone = wrong("add_event_action a --type metadata_check", v2(7, 5)).0;
        assert_eq!(
            gone,
            "`metadata_check` of `--type` is in servers up to 2.5.6; this is 2.7.5"
        );
        assert!(parsed("add_admin a --permissions manage_admins", v2(6, 2)).is_ok());
        let gone = wrong("add_admin a --permissions manage_admins", v2(6, 3)).0;
        assert_eq!(
            gone,
            "`manage_admins` of `--permissions` is in servers up to 2.6.2; this is 2.6.3"
        );
    }

    #[test]
    fn files_are_named_and_then_read() {
        let line = "add_user b --json @u.json --set filesystem.sftpconfig.private_key=@key.pem filters.web_client=@w description=@home";
        let mut call = parsed(line, v2(7, 5)).expect("what is in files is not known");
        let named: Vec<_> = files(&call).into_iter().map(|file| file.file).collect();
        assert_eq!(named, ["key.pem", "w", "u.json"]);
        load(&mut call, &mut |_, file| {
            Ok(match file {
                "u.json" => "{\"uid\": 5}\n",
                "w" => "[\"write-disabled\"]",
                _ => "line 1\nline 2\n",
            }
            .to_owned())
        })
        .expect("they can be read");
        let expected = json!({
            "status": 1,
            "uid": 5,
            "username": "b",
            "filesystem": {"sftpconfig": {"private_key": {"status": "Plain", "payload": "line 1\nline 2\n"}}},
            "filters": {"web_client": ["write-disabled"]},
            "description": "@home",
        });
        assert_eq!(
            of(&call, Some(Release::new(2, 7, 5)))
                .expect("it is right")
                .body(),
            expected
        );
        // What a file holds is checked as well.
        let mut call = parsed("add_user b --json u.json", v2(7, 5)).expect("a file");
        load(&mut call, &mut |_, _| Ok("{\"udi\": 5}".to_owned())).expect("it can be read");
        let error = of(&call, Some(Release::new(2, 7, 5)))
            .expect_err("a field that is none")
            .1;
        assert_eq!(error.message, "there is no field `udi`");
        assert!(
            load(
                &mut parsed("add_user b --json u.json", v2(7, 5)).expect("a file"),
                &mut |_, _| Ok("@x".to_owned())
            )
            .is_err()
        );
    }

    #[test]
    fn a_change_is_laid_upon_what_is_there() {
        let line = r#"update_user b --quota_size 5 --permissions /in=list --set filters.denied_ip='[]' virtual_folders[1].quota_size=7 virtual_folders[2].name=new --json '{"filters":{"hooks":{}},"filesystem":{"s3config":{"bucket":"c"}}}'"#;
        let change = of(&parsed(line, v2(7, 5)).expect("it is right"), None).expect("it is right");
        let mut user = json!({
            "username": "b",
            "quota_size": 1,
            "quota_files": 2,
            "permissions": {"/": ["*"]},
            "filters": {"denied_ip": ["10.0.0.0/8"], "hooks": {"pre_login_disabled": true}},
            "virtual_folders": [{"name": "x"}, {"name": "y", "quota_size": 1}],
            "filesystem": {"provider": 1, "s3config": {"bucket": "b", "access_secret": {"status": "Secretbox", "payload": "p"}}},
        });
        change.apply(&mut user).expect("it is all there");
        let expected = json!({
            "username": "b",
            "quota_size": 5,
            "quota_files": 2,
            "permissions": {"/": ["*"], "/in": ["list"]},
            "filters": {"denied_ip": [], "hooks": {"pre_login_disabled": true}},
            "virtual_folders": [{"name": "x"}, {"name": "y", "quota_size": 7}, {"name": "new"}],
            "filesystem": {"provider": 1, "s3config": {"bucket": "c", "access_secret": {"status": "Secretbox", "payload": "p"}}},
        });
        assert_eq!(user, expected);
        let error = change
            .apply(&mut json!({}))
            .expect_err("there are no folders");
        assert_eq!(error.message, "there is no `virtual_folders[1]`");
    }
}
