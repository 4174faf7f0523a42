//! The user's own variables: `let`, `--var` and `--vars-file` set them.

use crate::catalog::VARIABLES;
use crate::error::Error;
use crate::line::variables::{PathPart, VariableValue, follow, is_identifier};
use crate::secret::line::names_a_secret;
use crate::text::near::near;
use crate::text::words::{shortened, ticked};
use std::collections::BTreeMap;
use std::fmt;

/// The variables by name.
#[derive(Clone, Debug, Default)]
pub struct UserVariables(BTreeMap<String, Variable>);

/// What a variable holds.
#[derive(Clone)]
struct Variable {
    /// `None` before a run, if only the run can produce it.
    text: Option<String>,
    /// Whether it must not be shown.
    secret: bool,
}

impl fmt::Debug for Variable {
    /// Without the value, which may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Variable(secret: {})", self.secret)
    }
}

impl UserVariables {
    /// Sets a variable; `typed` is the value as it was written.
    pub fn set(&mut self, name: &str, text: Option<String>, typed: &str) {
        let secret = names_a_secret(name) || self.hides(typed);
        self.0.insert(name.to_owned(), Variable { text, secret });
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether a value written like this may be a secret: it names one, or a variable
    /// that contains one.
    pub fn hides(&self, typed: &str) -> bool {
        let holds = |(name, held): (&String, &Variable)| {
            let written = [format!("${name}"), format!("${{{name}")];
            held.secret && written.iter().any(|written| typed.contains(written))
        };
        // Secrets should come from the environment, so everything from there is hidden.
        let of_environment = typed.contains("$env.") || typed.contains("${env.");
        of_environment || names_a_secret(typed) || self.0.iter().any(holds)
    }

    /// The value of a variable; `None` if it does not exist.
    pub fn find(&self, name: &str, path: &[PathPart]) -> Option<Result<VariableValue, Error>> {
        let held = self.0.get(name)?;
        let Some(text) = &held.text else {
            let why = format!("`${name}` has no value yet: the request it comes from has not run");
            let error = Error::typed(why).hint("start from the line that fetches it");
            return Some(Ok(VariableValue::NotYet(error)));
        };
        if path.is_empty() {
            return Some(Ok(VariableValue::Text(text.clone())));
        }
        Some(match serde_json::from_str(text) {
            Ok(json @ (serde_json::Value::Object(_) | serde_json::Value::Array(_))) => {
                Ok(follow(&json, path, &|missing| {
                    Error::typed(format!("`${name}` has no {missing}"))
                        .hint(format!("`echo ${name}` shows what it holds"))
                }))
            }
            _ => Err(no_parts(name)),
        })
    }
}

/// The error for a path after a variable that is plain text.
pub fn no_parts(name: &str) -> Error {
    Error::typed(format!("`${name}` is a plain value without members"))
        .hint(format!("write `${{{name}}}` before a `.` or a `[`"))
}

/// Checks the name of a variable. The error says why it is not allowed.
pub fn check_name(name: &str) -> Result<(), Error> {
    if VARIABLES.contains(&name) {
        return Err(
            Error::typed(format!("`${name}` is a built-in variable")).hint("choose another name")
        );
    }
    if !is_identifier(name) {
        let shown = shortened(name);
        return Err(
            Error::typed(format!("`{shown}` cannot be the name of a variable")).hint(
                "a name consists of letters, digits and `_`, and does not start with a digit",
            ),
        );
    }
    Ok(())
}

/// The error of a variable that nothing sets.
pub(super) fn unknown(own: &UserVariables, name: &str) -> Error {
    // Every single letter is near to every other one.
    let all = own.names().chain(VARIABLES.iter().copied());
    let names = near(name, all.filter(|other| name.len() > 1 && other.len() > 1));
    let names: Vec<String> = names.iter().map(|name| format!("${name}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Error::typed(format!("unknown variable `${name}`")).hint(if names.is_empty() {
        "the variables are `$id`, `$username`, `$connection`, `$_` and `$env.NAME`; write `\\$` for a literal dollar sign"
            .to_owned()
    } else {
        format!("did you mean {}? Write `\\$` for a literal dollar sign", ticked(&names))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for good in ["a", "_x", "home_2", "ID"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "1x",
            "a-b",
            "é",
            "$x",
            "id",
            "username",
            "connection",
            "_",
            "env",
        ] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn json_values_have_members() {
        let mut own = UserVariables::default();
        own.set("u", Some(r#"[{"x":"a b"}]"#.to_owned()), "$_");
        own.set("h", Some("/srv".to_owned()), "/srv");
        own.set("l", None, "$_");
        let x = [PathPart::Index(0), PathPart::Key("x".to_owned())];
        assert_eq!(
            own.find("u", &x),
            Some(Ok(VariableValue::Text("a b".to_owned())))
        );
        assert!(matches!(
            own.find("u", &x[1..]),
            Some(Ok(VariableValue::Missing(_)))
        ));
        assert!(matches!(own.find("h", &x), Some(Err(_))));
        assert!(matches!(
            own.find("l", &x),
            Some(Ok(VariableValue::NotYet(_)))
        ));
        assert_eq!(own.find("n", &[]), None);
    }

    #[test]
    fn secrecy_is_inherited() {
        let mut own = UserVariables::default();
        own.set("pw", Some("hunter2".to_owned()), "$env.ADA_PASSWORD");
        own.set("other", Some("hunter2".to_owned()), "${pw}");
        assert!(own.hides("x${other}") && own.hides("$pw"));
        assert!(!own.hides("$home") && !own.hides("pw"));
    }
}
