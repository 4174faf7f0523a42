//! `let`: a variable of the user's own.

use crate::error::Error;
use crate::line::call::Call;
use crate::line::variables::Arg;
use crate::session::variables;
use crate::shell::Shell;

pub(super) fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let assignment = read(call)?;
    let value = Some(assignment.value.to_owned());
    shell
        .session
        .set_variable(assignment.name, value, assignment.typed);
    Ok(())
}

/// A variable that gets a value.
pub(crate) struct Assignment<'a> {
    /// The variable.
    pub(crate) name: &'a str,
    pub(crate) value: &'a str,
    /// The value as it was written.
    pub(crate) typed: &'a str,
    /// Whether the value is not known yet.
    pub(crate) later: bool,
}

/// The assignment of a call: `NAME = VALUE` or `NAME=VALUE`.
pub(crate) fn read(call: &Call) -> Result<Assignment<'_>, Error> {
    let (name, assignment) = match call.rest.as_slice() {
        [name, equals, value] if equals.text == "=" => (name, whole(&name.text, value)),
        [name, equals] if equals.text == "=" => {
            return Err(form(call, format!("`{}` has no value", shown(&name.text)))
                .hint(format!("`let {} = ''` makes it empty", shown(&name.text))));
        }
        [word] => (word, joined(word).ok_or_else(|| no_equals(call))?),
        [_, equals, _, extra, ..] if equals.text == "=" => {
            return Err(form(call, "an argument too many".to_owned())
                .hint("a value with spaces in it goes in quotes: `let NAME = 'a b'`")
                .at(extra.span.clone()));
        }
        _ => return Err(no_equals(call)),
    };
    variables::check_name(assignment.name).map_err(|error| error.at(name.span.clone()))?;
    Ok(assignment)
}

fn whole<'a>(name: &'a str, value: &'a Arg) -> Assignment<'a> {
    Assignment {
        name,
        value: &value.text,
        typed: &value.typed,
        later: value.later,
    }
}

/// `NAME=VALUE` in one word.
fn joined(word: &Arg) -> Option<Assignment<'_>> {
    let (name, value) = word.text.split_once('=')?;
    Some(Assignment {
        name,
        value,
        ..whole(name, word)
    })
}

fn no_equals(call: &Call) -> Error {
    form(call, "this gives no variable a value".to_owned())
        .hint("as `let NAME = VALUE` or `let NAME=VALUE`")
}

fn form(call: &Call, why: String) -> Error {
    Error::typed(why).at(call.whole())
}

fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}
