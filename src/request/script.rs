//! A request as lines of a script for sh, by its functions `api` and `send`. No secret is among
//! the arguments of a program: jq takes them from the environment. What may fail is a statement
//! of its own, so that its failure ends the script before anything is sent.

use super::curl::{over, quoted};
use super::pieces::{Piece, pieces_named};
use super::{Body, Proof, RequestSpec};
use crate::catalog::is_secret_key;
use crate::secret::json::is_clear_but_for_keys;
use crate::secret::line::variables::has_no_secret;
use crate::settings::Tls;
use crate::settings::credentials::{API_KEY, OTP, PASSWORD, USER};
use serde_json::{Map, Value as Json};

/// The name of the variable for the next secret of this kind.
pub(crate) type NextName<'a> = &'a mut dyn FnMut(&str) -> String;

/// The user id that a variable of the script stands for.
pub(crate) type ScriptId = Option<i64>;

/// A request as lines of a script.
pub(crate) struct ScriptLines {
    /// The statements before it.
    pub(crate) before: String,
    /// The command that sends it.
    pub(crate) sends: String,
}

/// Why a request has no lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoLines {
    /// It belongs to another server.
    Elsewhere,
    /// jq would round a number.
    Rounded,
    /// A secret would be readable.
    Readable,
}

/// The lines of a request; `before` is the object that it changes.
pub(crate) fn lines(
    spec: &RequestSpec,
    before: Option<&Json>,
    base: &str,
    id: ScriptId,
    next: NextName<'_>,
) -> Result<ScriptLines, NoLines> {
    let path = spec.url.as_str().strip_prefix(base);
    let path = path
        .filter(|path| path.starts_with('/'))
        .ok_or(NoLines::Elsewhere)?;
    let method = spec.method.as_str();
    let target = with_id(path, id);
    let typed = format!("{} {}", method.to_ascii_lowercase(), quoted(path));
    if !has_no_secret(&typed) {
        return Err(NoLines::Readable);
    }
    let Some(body) = &spec.body else {
        return Ok(ScriptLines {
            before: String::new(),
            sends: format!("api {method} {target}"),
        });
    };
    let sends = format!("send {method} {target} \"$body\"");
    let Some(before) = before else {
        if !is_clear_but_for_keys(&body.json) {
            return Err(NoLines::Readable);
        }
        let before = word_of(body, id, next);
        return Ok(ScriptLines { before, sends });
    };
    if !keeps_numbers(before) || !keeps_numbers(&body.json) {
        return Err(NoLines::Rounded);
    }
    if !is_clear_but_for_keys(&changed(before, &body.json)) {
        return Err(NoLines::Readable);
    }
    let read = path.split('?').next().unwrap_or_default();
    let filter = quoted(&change(before, &body.json, next));
    let before = format!(
        "object=$(api GET {})\nbody=$(printf %s \"$object\" | change {filter})\n",
        with_id(read, id)
    );
    Ok(ScriptLines { before, sends })
}

/// The members that differ, in the objects that hold them.
fn changed(before: &Json, after: &Json) -> Json {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else {
        return after.clone();
    };
    let differ = new
        .iter()
        .filter(|(key, value)| old.get(*key) != Some(*value));
    let differ = differ.map(|(key, value)| {
        let value = old
            .get(key)
            .map_or_else(|| value.clone(), |old| changed(old, value));
        (key.clone(), value)
    });
    Json::Object(differ.collect())
}

/// A path as a word of sh, with the variable for the id at its end.
fn with_id(path: &str, id: ScriptId) -> String {
    let start = id.and_then(|id| path.strip_suffix(&format!("/{id}")));
    start.map_or_else(
        || quoted(path),
        |start| format!("{}/\"$id\"", quoted(start)),
    )
}

/// The statements for a body, its secrets and the id from variables. `printf` is no program, so
/// nobody sees its arguments; and no number becomes another one, as it could in jq.
fn word_of(body: &Body, id: ScriptId, next: NextName<'_>) -> String {
    const ID: &str = "=the id of the last answer=";
    let mut json = body.json.clone();
    let own = json.get_mut("id").filter(|own| own.as_i64() == id);
    if let Some(own) = own.filter(|_| id.is_some() && !body.text.contains(ID)) {
        *own = ID.into();
    }
    // Not the text: of a key that is in it twice, that may hold what the JSON does not.
    let marked = Body::new(json);
    let mark = format!("\"{ID}\"");
    let (mut statements, mut word, mut count) = (String::new(), String::new(), 0);
    for piece in pieces_named(&marked, next) {
        match piece {
            Piece::Text(text) => {
                let parts: Vec<_> = text.split(&mark).map(quoted).collect();
                word.push_str(&parts.join("\"$id\""));
            }
            // The quotes are in the texts around it.
            Piece::Secret(secret) if secret.value.is_string() => {
                count += 1;
                statements.push_str(&format!("s{count}=$(json {})\n", secret.variable));
                word.push_str(&format!("\"$s{count}\""));
            }
            Piece::Secret(secret) => word.push_str(&format!("\"${}\"", secret.variable)),
        }
    }
    format!("{statements}body={word}\n")
}

/// JSON as a program of jq, its secrets from the environment.
fn program(body: &Body, next: NextName<'_>) -> String {
    let (mut text, mut in_string) = (String::new(), false);
    for piece in pieces_named(body, next) {
        match piece {
            Piece::Text(part) => {
                // The quotes around a secret are in the texts.
                text.push_str(part.get(usize::from(in_string)..).unwrap_or_default());
            }
            Piece::Secret(secret) => {
                in_string = secret.value.is_string();
                if in_string {
                    text.pop();
                    text.push_str(&format!("env.{}", secret.variable));
                } else {
                    text.push_str(&format!("(env.{} | fromjson)", secret.variable));
                }
            }
        }
    }
    text
}

/// Whether jq, which may read numbers as floats, changes none of these.
fn keeps_numbers(json: &Json) -> bool {
    const LARGEST: u64 = 1 << 53;
    match json {
        Json::Number(number) => number.as_i64().map_or_else(
            || number.to_string().contains(['.', 'e', 'E']),
            |number| number.unsigned_abs() <= LARGEST,
        ),
        Json::Array(items) => items.iter().all(keeps_numbers),
        Json::Object(members) => members.values().all(keeps_numbers),
        _ => true,
    }
}

/// The filter of jq that makes one object of another.
fn change(before: &Json, after: &Json, next: NextName<'_>) -> String {
    let mut steps = Vec::new();
    add_steps(before, after, "", &mut steps, next);
    if steps.is_empty() {
        return ".".to_owned();
    }
    steps.join(" | ")
}

fn add_steps(before: &Json, after: &Json, path: &str, steps: &mut Vec<String>, next: NextName<'_>) {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else {
        return;
    };
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        steps.push(format!("del({})", member(path, key)));
    }
    for (key, value) in after {
        let old = before.get(key);
        if old == Some(value) {
            continue;
        }
        let path = member(path, key);
        match old {
            Some(old) if old.is_object() && value.is_object() && !is_secret_key(key) => {
                add_steps(old, value, &path, steps, next);
            }
            _ => steps.push(format!("{path} = {}", of_member(key, value, next))),
        }
    }
}

/// The value of a member as a program of jq: its key says whether it is a secret.
fn of_member(key: &str, value: &Json, next: NextName<'_>) -> String {
    let mut object = Map::new();
    object.insert(key.to_owned(), value.clone());
    let text = program(&Body::new(Json::Object(object)), next);
    let key = Json::from(key).to_string();
    let value = text.strip_prefix(&format!("{{{key}:"));
    let value = value.and_then(|text| text.strip_suffix('}'));
    value.unwrap_or(&text).to_owned()
}

/// The path of a member in jq.
fn member(path: &str, key: &str) -> String {
    let is_word = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_word {
        return format!("{path}.{key}");
    }
    let start = if path.is_empty() { "." } else { path };
    format!("{start}[{}]", Json::from(key))
}

/// The functions of a script, and its login.
pub(crate) fn functions(proof: Proof, tls: &Tls, token_path: &str) -> String {
    let curl = format!("curl -sS -g{}", over(tls));
    let user = format!("user = $(quoted \"${USER}:${PASSWORD}\")\n");
    let (login, config) = match proof {
        Proof::None => (String::new(), String::new()),
        Proof::Basic => (String::new(), user.clone()),
        Proof::Key => (
            String::new(),
            format!("header = $(quoted \"X-SFTPGO-API-KEY: ${API_KEY}\")\n"),
        ),
        Proof::Token => (
            format!(
                "# Logs in once.\n\
                 token=$({curl} -f --config - \"$base\"{} <<END | jq -er .access_token\n\
                 {user}${{{OTP}:+header = $(quoted \"X-SFTPGO-OTP: ${OTP}\")}}\n\
                 END\n) || token=\n\
                 # A jq before 1.7 says nothing of an empty answer.\n\
                 [ -n \"$token\" ] || {{ echo 'cannot log in' >&2; exit 1; }}\n\n",
                quoted(token_path)
            ),
            "header = $(quoted \"Authorization: Bearer $token\")\n".to_owned(),
        ),
    };
    let mut text = String::new();
    if proof != Proof::None {
        text.push_str(QUOTED);
    }
    text.push_str(&login);
    let (flag, input) = match config.as_str() {
        "" => ("", String::new()),
        config => (" --config /dev/fd/3", format!(" 3<<END\n{config}END\n  ")),
    };
    text + &format!(
        "# Sends a request: METHOD PATH, and flags of curl. Any status but 2xx is a failure.\n\
         api() {{\n  method=$1 path=$2\n  shift 2\n  \
         {{ said=$({curl} -X \"$method\" \"$@\"{flag} -w '%{{stderr}}%{{http_code}}' \
         \"$base$path\" 2>&1 >&4{input}) || said=\"curl ended with $?: $said\"; }} 4>&1\n  \
         case $said in\n    2??) ;;\n    \
         *) printf '%s\\n' \"$method $path: $said\" >&2; return 1 ;;\n  esac\n}}\n{SEND}"
    )
}

/// The function for requests with a body.
const SEND: &str = r#"
# The same with a body, which must not be empty: METHOD PATH BODY.
send() {
  [ -n "$3" ] || { echo "$1 $2: there is no body" >&2; return 1; }
  printf %s "$3" | api "$1" "$2" -H 'Content-Type: application/json' --data-binary @-
}
"#;

/// The function for changes of objects.
pub(crate) const CHANGE: &str = r#"
# Changes an object by a filter of jq.
change() { jq -c "if type == \"object\" then . else error(\"not an object\") end | $1"; }
"#;

/// The function for the secrets of bodies.
pub(crate) const JSON: &str = r#"
# A variable of the environment as text in JSON.
json() { jq -nr "env.$1 | tojson | .[1:-1]"; }
"#;

/// What curl reads is not among its arguments, which others can see.
const QUOTED: &str = r#"# A text for the configuration of curl, which others cannot see, unlike its arguments.
quoted() {
  printf '%s\n' "$1" | sed 's/["\\]/\\&/g' | awk '{ printf "%s%s", n, $0; n = "\\n" }' | sed 's/.*/"&"/'
}

"#;

/// The variables that a login takes from the environment.
pub(crate) fn login_variables(proof: Proof) -> &'static [&'static str] {
    match proof {
        Proof::None => &[],
        Proof::Basic | Proof::Token => &[USER, PASSWORD],
        Proof::Key => &[API_KEY],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_a_filter() {
        let before = r#"{"a":1,"b":{"/":["*"],"x":2},"c":[1],"d":0,"password":"sealed"}"#;
        let after =
            r#"{"a":1,"b":{"/":["*"],"x":3,"/in \"1\"":["list"]},"c":[2],"password":"hunter2"}"#;
        let json = |text: &str| serde_json::from_str::<Json>(text).unwrap();
        let filter = change(&json(before), &json(after), &mut |name| name.to_owned());
        assert_eq!(
            filter,
            r#"del(.d) | .b.x = 3 | .b["/in \"1\""] = ["list"] | .c = [2] | .password = env.PASSWORD"#
        );
        let same = json(before);
        assert!(keeps_numbers(&same) && keeps_numbers(&json("[1.5, 9007199254740992]")));
        for rounded in ["[9007199254740993]", "[18446744073709551617]"] {
            assert!(!keeps_numbers(&json(rounded)), "{rounded}");
        }
        assert_eq!(change(&same, &same, &mut |name| name.to_owned()), ".");
    }

    #[test]
    fn a_body_takes_secrets_and_the_id_from_variables() {
        let body = Body::typed(r#"{"id":7,"n":1,"password":"a\"b","quota":1}"#).unwrap();
        let name = &mut |name: &str| format!("{name}_2");
        assert_eq!(
            word_of(&body, Some(7), name),
            "s1=$(json PASSWORD_2)\nbody='{\"id\":'\"$id\"',\"n\":1,\"password\":\"'\"$s1\"'\",\"quota\":1}'\n"
        );
        let body = Body::typed(r#"{"id": 7}"#).unwrap();
        assert_eq!(word_of(&body, Some(8), name), "body='{\"id\":7}'\n");
        assert_eq!(word_of(&body, None, name), "body='{\"id\":7}'\n");
        assert_eq!(with_id("/u/7", Some(7)), "/u/\"$id\"");
        assert_eq!(with_id("/u/17", Some(7)), "/u/17");
    }
}
