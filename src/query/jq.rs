//! jq programs, which change an answer before it is shown.
//!
//! The engine is `jaq`. Its values stay on one thread, and some programs need a deep stack:
//! so each is read and run on a thread of its own.

mod recursion;

use super::QueryError;
use crate::text::words::plural;
use jaq_core::data::JustLut;
use jaq_core::load::{Arena, Error as LoadError, File, Loader, lex, parse, span};
use jaq_core::{Compiler, Ctx, Vars, compile, load};
use jaq_json::{Num, Val};
use serde_json::{Map, Value as Json};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

/// A jq program that can be compiled.
#[derive(Clone, PartialEq, Eq)]
pub struct Jq(Arc<str>);

impl std::fmt::Debug for Jq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Jq({} bytes)", self.0.len())
    }
}

/// The maximum length of a program, in bytes. With the size of the stack it bounds how deep
/// the reader goes.
const LONGEST: usize = 16 * 1024;

/// The size of the stack, of which only what is used takes memory.
const STACK: usize = 256 * 1024 * 1024;

/// How deep a result may be nested: as deep as other JSON.
const DEEPEST: usize = 127;

/// A function that would show the environment, with its passwords.
const HIDDEN: &str = "env";

/// Functions of jq that the engine lacks.
const OWN: &str = include_str!("jq/defs.jq");

type Filter = jaq_core::Filter<JustLut<Val>>;

impl Jq {
    /// Reads a program. The error says what is wrong with it.
    pub fn read(text: &str) -> Result<Self, QueryError> {
        if text.len() > LONGEST {
            let message = format!("the jq filter is longer than {} KiB", LONGEST >> 10);
            return Err(QueryError::new(message, 0..0));
        }
        let program: Arc<str> = text.into();
        let checked = Arc::clone(&program);
        let broken = || QueryError::new("the jq filter cannot be read", 0..0);
        let thread = on_deep_stack(move || {
            recursion::check(&checked)?;
            compiled(&checked).map(drop)
        });
        let checked = thread.and_then(|thread| thread.join().ok());
        checked.ok_or_else(broken)?.map(|()| Self(program))
    }

    /// Runs the program on a JSON text, on another thread. `results` gets each result, and
    /// then nothing, or why there are no more; it ends the run when it breaks.
    pub fn run<S>(&self, input: Vec<u8>, mut results: S) -> Option<std::thread::JoinHandle<()>>
    where
        S: FnMut(Result<Json, String>) -> ControlFlow<()> + Send + 'static,
    {
        let program = Arc::clone(&self.0);
        on_deep_stack(move || {
            if let Err(why) = run(&program, &input, &mut |json| results(Ok(json))) {
                let _ = results(Err(why));
            }
        })
    }
}

fn on_deep_stack<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<std::thread::JoinHandle<T>> {
    let thread = std::thread::Builder::new().name("jq".to_owned());
    thread.stack_size(STACK).spawn(work).ok()
}

fn run(
    program: &str,
    input: &[u8],
    results: &mut dyn FnMut(Json) -> ControlFlow<()>,
) -> Result<(), String> {
    let filter = compiled(program).map_err(|wrong| wrong.message)?;
    let input = jaq_json::read::parse_single(input).map_err(|why| why.to_string())?;
    let ctx = Ctx::<JustLut<Val>>::new(&filter.lut, Vars::new([]));
    for value in filter.id.run((ctx, input)) {
        let value = match value {
            Ok(value) => value,
            Err(exception) => {
                return match exception.get_err() {
                    Ok(error) => Err(error.to_string()),
                    // `halt` ends the program.
                    Err(_) => Ok(()),
                };
            }
        };
        let json = json(&value, DEEPEST).ok_or("a result is nested too deeply")?;
        if results(json).is_break() {
            break;
        }
    }
    Ok(())
}

fn compiled(program: &str) -> Result<Filter, QueryError> {
    let funs = jaq_core::funs()
        .chain(jaq_std::funs())
        .chain(jaq_json::funs())
        .filter(|(name, ..)| *name != HIDDEN);
    let defs = jaq_core::defs()
        .chain(jaq_std::defs())
        .chain(jaq_json::defs())
        .chain(load::parse(OWN, |parser| parser.defs()).unwrap_or_default());
    let arena = Arena::default();
    let file = File {
        code: program,
        path: (),
    };
    let modules = Loader::new(defs).load(&arena, file).map_err(|errors| {
        let first = errors
            .into_iter()
            .map(|(_, error)| unreadable(program, error))
            .next();
        first.unwrap_or_else(|| QueryError::new("invalid jq filter", 0..0))
    })?;
    Compiler::default()
        .with_funs(funs)
        .compile(modules)
        .map_err(|errors| {
            let mut errors = errors.into_iter().flat_map(|(_, errors)| errors);
            let first = errors
                .next()
                .map(|(name, kind)| undefined(program, name, &kind));
            first.unwrap_or_else(|| QueryError::new("invalid jq filter", 0..0))
        })
}

/// The error of a program that cannot be read.
fn unreadable(program: &str, error: LoadError<&str>) -> QueryError {
    let wrong = |message: String, part: &str| {
        QueryError::new(
            format!("invalid jq filter: {message}"),
            place(program, part),
        )
    };
    match error {
        LoadError::Io(modules) => {
            let name = modules.first().map_or("", |(name, _)| *name);
            wrong("modules cannot be included".to_owned(), name)
        }
        LoadError::Lex(errors) => match errors.into_iter().next() {
            Some((lex::Expect::Delim(open), _)) => wrong(format!("`{open}` is not closed"), open),
            Some((expected, part)) => wrong(format!("expected {}", expected.as_str()), part),
            None => wrong("unexpected character".to_owned(), ""),
        },
        LoadError::Parse(errors) => match errors.into_iter().next() {
            Some((parse::Expect::Just(word), part)) => wrong(format!("`{word}` is missing"), part),
            Some((expected, part)) => wrong(format!("expected {}", expected.as_str()), part),
            None => wrong("it is not complete".to_owned(), ""),
        },
    }
}

/// The error of a name that nothing has.
fn undefined(program: &str, name: &str, kind: &compile::Undefined) -> QueryError {
    let what = match kind {
        compile::Undefined::Filter(0) => format!("unknown function `{name}`"),
        compile::Undefined::Filter(count) => {
            format!(
                "unknown function `{name}` with {}",
                plural(*count, "argument")
            )
        }
        kind => format!("unknown {} `{name}`", kind.as_str()),
    };
    QueryError::new(format!("invalid jq filter: {what}"), place(program, name))
}

/// Where a part of a program is; at its end if it is another text.
fn place(program: &str, part: &str) -> Range<usize> {
    let is_inside = program.as_bytes().as_ptr_range().contains(&part.as_ptr());
    if !is_inside {
        return program.len()..program.len();
    }
    let Range { start, end } = span(program, part);
    // The rest of the program is no place.
    start
        ..end
            .min(start + part.lines().next().map_or(0, str::len))
            .max(start)
}

/// A value as JSON, with the digits that its numbers have. `None` if it is nested too deeply.
fn json(value: &Val, depth: usize) -> Option<Json> {
    let below = || depth.checked_sub(1);
    Some(match value {
        Val::Null => Json::Null,
        Val::Bool(on) => (*on).into(),
        Val::Num(number) => number_of(number),
        Val::TStr(text) | Val::BStr(text) => String::from_utf8_lossy(text).into(),
        Val::Arr(items) => {
            let depth = below()?;
            let items = items.iter().map(|item| json(item, depth));
            Json::Array(items.collect::<Option<_>>()?)
        }
        Val::Obj(members) => {
            let depth = below()?;
            let member = |(key, value): (&Val, &Val)| {
                let key = match json(key, depth)? {
                    Json::String(key) => key,
                    other => other.to_string(),
                };
                Some((key, json(value, depth)?))
            };
            Json::Object(members.iter().map(member).collect::<Option<Map<_, _>>>()?)
        }
    })
}

/// As jq writes them, what is not a number is `null`, and the infinite is the largest number.
fn number_of(number: &Num) -> Json {
    let text = match number {
        Num::Float(float) if float.is_infinite() => format!("{:e}", f64::MAX.copysign(*float)),
        number => number.to_string(),
    };
    text.parse::<serde_json::Number>()
        .map_or(Json::Null, Json::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    fn results(program: &str, input: &str) -> (Vec<String>, Option<String>) {
        let program = Jq::read(program).expect(program);
        let (sender, receiver) = mpsc::channel();
        let thread = program.run(input.as_bytes().to_vec(), move |result| {
            sender
                .send(result)
                .map_or(ControlFlow::Break(()), ControlFlow::Continue)
        });
        let (mut all, mut error) = (Vec::new(), None);
        for result in receiver {
            match result {
                Ok(json) => all.push(json.to_string()),
                Err(why) => error = Some(why),
            }
        }
        thread.expect("a thread").join().expect("no panic");
        (all, error)
    }

    #[test]
    fn results_keep_order_and_digits() {
        let input = r#"[{"z":1.10,"a":12345678901234567890123},{"z":0,"a":"é\u0007"}]"#;
        for (program, expected) in [
            (".", &[input][..]),
            (".[].z", &["1.10", "0"]),
            ("map(select(.z > 1) | .a)", &["[12345678901234567890123]"]),
            ("length, (.[0] | keys_unsorted)", &["2", r#"["z","a"]"#]),
            ("[.[] | .a | tostring | test(\"^1\")]", &["[true,false]"]),
            ("nan, infinite", &["null", "1.7976931348623157e+308"]),
            ("empty", &[]),
            ("halt, 1", &[]),
            ("1795759511 | todate", &["\"2026-11-27T06:05:11Z\""]),
            ("\"a,b\" | @csv \"\\([.])\"", &["\"\\\"a,b\\\"\""]),
            (
                "[\"a\\tb\", 1.50, null, true] | @tsv, @csv",
                &[
                    "\"a\\\\tb\\t1.50\\t\\ttrue\"",
                    "\"\\\"a\\tb\\\",1.50,,true\"",
                ],
            ),
            ("def twice(f): f * 2; twice(.[1].z + 1)", &["2"]),
        ] {
            let (all, error) = results(program, input);
            assert_eq!(
                (all.as_slice(), error),
                (
                    expected
                        .iter()
                        .map(|text| (*text).to_owned())
                        .collect::<Vec<_>>()
                        .as_slice(),
                    None
                ),
                "{program}"
            );
        }
    }

    #[test]
    fn what_fails_while_it_runs() {
        let (all, error) = results(".[0], .[0].x", "[1]");
        assert_eq!(all, ["1"]);
        assert!(error.expect("an error").contains("cannot index"));
        let (_, error) = results("reduce range(300) as $i (0; [.])", "null");
        assert_eq!(error.as_deref(), Some("a result is nested too deeply"));
        // An endless one ends with its reader.
        let program = Jq::read("repeat(1)").expect("a program");
        let mut left = 5;
        let thread = program.run(b"null".to_vec(), move |_| {
            left -= 1;
            if left > 0 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        thread.expect("a thread").join().expect("no panic");
    }

    #[test]
    fn wrong_programs_have_their_place() {
        let mut failed = Vec::new();
        for (program, message, span) in [
            (".[", "invalid jq filter: `[` is not closed", 1..2),
            (
                ".[] | foo",
                "invalid jq filter: unknown function `foo`",
                6..9,
            ),
            (
                ".[] | map(.;.)",
                "invalid jq filter: unknown function `map` with 2 arguments",
                6..9,
            ),
            ("$x", "invalid jq filter: unknown variable `$x`", 0..2),
            ("env", "invalid jq filter: unknown function `env`", 0..3),
            (
                "if . then 1",
                "invalid jq filter: expected else or end",
                11..11,
            ),
            (
                "include \"x\"; .",
                "invalid jq filter: modules cannot be included",
                9..10,
            ),
            (
                "def f: 1 + f; f",
                "recursive functions are not supported: `f` calls itself",
                11..12,
            ),
        ] {
            let wrong = Jq::read(program).unwrap_err();
            if (wrong.message.as_str(), &wrong.span) != (message, &span) {
                failed.push(format!("{program}: {wrong:?}"));
            }
        }
        assert!(failed.is_empty(), "{failed:#?}");
    }

    #[test]
    fn deep_programs_do_not_overflow_the_stack() {
        let deep = 5_000;
        for (open, middle, close) in [
            ("(", ".", ")"),
            ("[", ".", "]"),
            ("-", "1", ""),
            ("try ", ".", ""),
            ("1+", "1", ""),
            (".|", ".", ""),
            ("{a:", "1", "}"),
        ] {
            let length = deep.min(LONGEST / (open.len() + close.len()) - 1);
            let program = [&open.repeat(length), middle, &close.repeat(length)].concat();
            let read = Jq::read(&program);
            if let Ok(program) = read {
                let thread = program.run(b"1".to_vec(), |_| ControlFlow::Continue(()));
                thread.expect("a thread").join().expect("no panic");
            }
        }
        assert!(Jq::read(&".".repeat(LONGEST + 1)).is_err());
    }
}
