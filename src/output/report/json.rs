//! The report as one JSON object, with one command per line.

use super::{CaseReport, CaseResult, Summary, Writer, seconds};
use crate::atomic::Atomic;
use crate::text::clean;
use serde_json::{Map, Number, Value, json};
use std::io::{self, Write};
use std::time::Duration;

pub(super) struct Json {
    file: Atomic,
    first: bool,
}

impl Json {
    pub(super) fn begin(mut file: Atomic) -> io::Result<Self> {
        file.write_all(b"{\"version\":1,\"commands\":[")?;
        Ok(Self { file, first: true })
    }
}

impl Writer for Json {
    fn entry(&mut self, entry: &CaseReport<'_>) -> io::Result<()> {
        let between = if self.first { "\n" } else { ",\n" };
        self.first = false;
        let object = object(entry).to_string();
        write!(self.file, "{between}{}", clean::json(&object))
    }

    fn finish(mut self: Box<Self>, summary: &Summary) -> io::Result<()> {
        let end = json!({
            "done": summary.done,
            "failed": summary.failed,
            "unknown": summary.unknown,
            "not_run": summary.not_run,
            "exit": summary.exit,
            "seconds": number(summary.took),
        });
        let end = end.to_string();
        let members = end.trim_start_matches('{');
        let close = if self.first { "]," } else { "\n]," };
        writeln!(self.file, "{close}{members}")?;
        self.file.finish()
    }
}

fn object(entry: &CaseReport<'_>) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| {
        if !value.is_null() {
            members.insert(name.to_owned(), value);
        }
    };
    put("file", entry.file.into());
    put("line", entry.line.into());
    put("column", entry.column.into());
    put("command", entry.text.into());
    match entry.outcome {
        CaseResult::Done { status } => {
            put("outcome", "done".into());
            put("status", (*status).into());
        }
        CaseResult::Failed {
            status,
            exit,
            message,
            hint,
            ignored,
        } => {
            put("outcome", "failed".into());
            put("status", (*status).into());
            put("exit", (*exit).into());
            put("message", message.as_str().into());
            put("hint", hint.as_deref().into());
            put("ignored", ignored.then_some(true).into());
        }
        CaseResult::Unknown { message } => {
            put("outcome", "unknown".into());
            put("message", message.as_str().into());
        }
        CaseResult::NotRun => put("outcome", "not_run".into()),
    }
    put("seconds", entry.took.map_or(Value::Null, number));
    Value::Object(members)
}

/// The number with the digits of [`seconds`].
fn number(took: Duration) -> Value {
    seconds(took)
        .parse::<Number>()
        .map_or(Value::Null, Value::Number)
}
