//! `let`: sets a user variable.

use super::builtin::{Builtin, Check, Checking, Dry, Runs, Skip, Unknown};
use crate::catalog::Verb;
use crate::error::Error;
use crate::line::call::Call;
use crate::line::variables::Arg;
use crate::session::variables;
use crate::shell::Shell;
use crate::text::lex::Word;
use crate::text::words::shortened;

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::By(check),
    dry: Dry::Runs,
    skip: Skip::Runs,
    unknown: Unknown::By(declare),
    on_parse_error: unset,
    ..Builtin::new(Verb::Let, Runs::By(run))
};

fn run(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let assignment = read(call)?;
    let value = Some(assignment.value.to_owned());
    shell
        .session
        .set_variable(assignment.name, value, assignment.typed);
    Ok(())
}

fn check(checking: &mut Checking<'_>, call: &Call) -> Result<(), Error> {
    let assignment = read(call)?;
    let value = (!assignment.later).then(|| assignment.value.to_owned());
    checking
        .variables
        .set(assignment.name, value, assignment.typed);
    Ok(())
}

/// Its value comes from an answer that is not there, so the variable has none.
fn declare(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let assignment = read(call)?;
    shell
        .session
        .set_variable(assignment.name, None, assignment.typed);
    Ok(())
}

/// The value that the variable had before must not be used instead.
fn unset(shell: &mut Shell, words: &[Word]) {
    let name = words.get(1).map(Word::text).unwrap_or_default();
    let name = name.split('=').next().unwrap_or_default();
    if shell.in_file() && variables::check_name(name).is_ok() {
        shell.session.set_variable(name, None, "");
    }
}

/// A variable that gets a value.
struct Assignment<'a> {
    /// The variable.
    name: &'a str,
    value: &'a str,
    /// The value as it was written.
    typed: &'a str,
    /// Whether the value is not known yet.
    later: bool,
}

/// The assignment of a call: `NAME = VALUE` or `NAME=VALUE`.
fn read(call: &Call) -> Result<Assignment<'_>, Error> {
    let (name, assignment) = match call.rest.as_slice() {
        [name, equals, value] if equals.text == "=" => (name, whole(&name.text, value)),
        [name, equals] if equals.text == "=" => {
            return Err(
                form(call, format!("`{}` has no value", shortened(&name.text))).hint(format!(
                    "`let {} = ''` makes it empty",
                    shortened(&name.text)
                )),
            );
        }
        [word] => (word, joined(word).ok_or_else(|| no_equals(call))?),
        [_, equals, _, extra, ..] if equals.text == "=" => {
            return Err(form(call, "unexpected argument".to_owned())
                .hint("put a value with spaces in quotes: `let NAME = 'a b'`")
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
    form(call, "`let` needs a name and a value".to_owned())
        .hint("write `let NAME = VALUE` or `let NAME=VALUE`")
}

fn form(call: &Call, why: String) -> Error {
    Error::typed(why).at(call.whole())
}
