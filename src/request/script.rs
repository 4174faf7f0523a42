//! A request as lines of a script for sh, by its functions `api` and `send`. No secret is among
//! the arguments of a program: jq takes them from the environment.

use super::curl::{over, quoted};
use super::pieces::{Piece, pieces_named};
use super::{Body, Proof, RequestSpec};
use crate::catalog::is_secret_key;
use crate::settings::Tls;
use serde_json::{Map, Value as Json};

/// The name of the variable for the next secret of this kind.
pub(crate) type NextName<'a> = &'a mut dyn FnMut(&str) -> String;

/// The user id that a variable of the script stands for.
pub(crate) type ScriptId = Option<i64>;

/// The lines of a request; `None` if it does not belong to this server, or if jq would round a
/// number. `before` is the object that it changes.
pub(crate) fn lines(
    spec: &RequestSpec,
    before: Option<&Json>,
    base: &str,
    id: ScriptId,
    next: NextName<'_>,
) -> Option<String> {
    let path = spec.url.as_str().strip_prefix(base)?;
    let method = spec.method.as_str();
    let target = with_id(path, id);
    let Some(body) = &spec.body else {
        return Some(format!("api {method} {target}"));
    };
    let send = format!("send {method} {target}");
    if let Some(before) = before {
        if !keeps_numbers(before) || !keeps_numbers(&body.json) {
            return None;
        }
        let read = path.split('?').next().unwrap_or_default();
        let filter = quoted(&change(before, &body.json, next));
        return Some(format!(
            "object=$(api GET {})\nprintf %s \"$object\" | jq -c {filter} | {send}",
            with_id(read, id)
        ));
    }
    Some(format!("printf %s {} | {send}", word_of(body, id, next)))
}

/// A path as a word of sh, with the variable for the id at its end.
fn with_id(path: &str, id: ScriptId) -> String {
    let start = id.and_then(|id| path.strip_suffix(&format!("/{id}")));
    start.map_or_else(
        || quoted(path),
        |start| format!("{}/\"$id\"", quoted(start)),
    )
}

/// A body as a word of sh, its secrets and the id from variables. `printf` is no program, so
/// nobody sees its arguments; and no number becomes another one, as it could in jq.
fn word_of(body: &Body, id: ScriptId, next: NextName<'_>) -> String {
    const ID: &str = "=the id of the last answer=";
    let mut json = body.json.clone();
    let own = json.get_mut("id").filter(|own| own.as_i64() == id);
    let has_id = match own {
        Some(own) if id.is_some() && !body.text.contains(ID) => {
            *own = ID.into();
            true
        }
        _ => false,
    };
    let marked = if has_id {
        Body::new(json)
    } else {
        body.clone()
    };
    let mark = format!("\"{ID}\"");
    let words = pieces_named(&marked, next)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => {
                let parts = text.split(&mark).map(quoted);
                parts.collect::<Vec<_>>().join("\"$id\"")
            }
            // The quotes are in the texts around it.
            Piece::Secret(secret) if secret.value.is_string() => {
                format!("\"$(json {})\"", secret.variable)
            }
            Piece::Secret(secret) => format!("\"${}\"", secret.variable),
        });
    words.collect()
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
        Json::Number(number) => number.as_i64().map_or(number.as_u64().is_none(), |number| {
            number.unsigned_abs() <= LARGEST
        }),
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
    let curl = format!("curl -sS -g --fail-with-body{}", over(tls));
    let user = "user = $(quoted \"$SFTPGO_USERNAME:$SFTPGO_PASSWORD\")\n";
    let (login, config) = match proof {
        Proof::None => (String::new(), ""),
        Proof::Basic => (String::new(), user),
        Proof::Key => (
            String::new(),
            "header = $(quoted \"X-SFTPGO-API-KEY: $SFTPGO_API_KEY\")\n",
        ),
        Proof::Token => (
            format!(
                "# Logs in once.\n\
                 token=$({curl} --config - \"$base\"{} <<END | jq -er .access_token\n\
                 {user}${{SFTPGO_OTP:+header = $(quoted \"X-SFTPGO-OTP: $SFTPGO_OTP\")}}\n\
                 END\n)\n\n",
                quoted(token_path)
            ),
            "header = \"Authorization: Bearer $token\"\n",
        ),
    };
    let mut text = String::new();
    if proof != Proof::None {
        text.push_str(QUOTED);
    }
    text.push_str(&login);
    let (flag, input) = match config {
        "" => ("", String::new()),
        config => (" --config /dev/fd/3", format!(" 3<<END\n{config}END")),
    };
    text + &format!(
        "# Sends a request: METHOD PATH, and flags of curl.\n\
         api() {{\n  method=$1 url=$base$2\n  shift 2\n  \
         {curl} -X \"$method\" \"$@\"{flag} \"$url\"{input}\n}}\n\n\
         # The same with a body, from its standard input.\n\
         send() {{ api \"$@\" -H 'Content-Type: application/json' --data-binary @-; }}\n"
    )
}

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
        Proof::Basic | Proof::Token => &["SFTPGO_USERNAME", "SFTPGO_PASSWORD"],
        Proof::Key => &["SFTPGO_API_KEY"],
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
        assert!(!keeps_numbers(&json("[9007199254740993]")));
        assert_eq!(change(&same, &same, &mut |name| name.to_owned()), ".");
    }

    #[test]
    fn a_body_takes_secrets_and_the_id_from_variables() {
        let body = Body::typed(r#"{"id":7,"n":1,"password":"a\"b","quota":1}"#).unwrap();
        let name = &mut |name: &str| format!("{name}_2");
        assert_eq!(
            word_of(&body, Some(7), name),
            r#"'{"id":'"$id"',"n":1,"password":"'"$(json PASSWORD_2)"'","quota":1}'"#
        );
        let body = Body::typed(r#"{"id": 7}"#).unwrap();
        assert_eq!(word_of(&body, Some(8), name), r#"'{"id": 7}'"#);
        assert_eq!(word_of(&body, None, name), r#"'{"id": 7}'"#);
        assert_eq!(with_id("/u/7", Some(7)), "/u/\"$id\"");
        assert_eq!(with_id("/u/17", Some(7)), "/u/17");
    }
}
