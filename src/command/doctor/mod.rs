//! `doctor`: checks what a session depends on, from the config file to the permissions.

mod checks;

use super::builtin::{Builtin, OnServers, Runs};
use crate::catalog::Verb;
use crate::error::{Error, Fault};
use crate::line::call::Call;
use crate::shell::Shell;
use serde_json::{Map, Value as Json};

pub(super) const BUILTIN: Builtin = Builtin {
    on_servers: |_| OnServers::Open,
    needs_config: false,
    ..Builtin::new(Verb::Doctor, Runs::By(run))
};

/// What was found by a check.
struct Finding {
    /// What was checked.
    check: &'static str,
    outcome: Outcome,
    detail: String,
    hint: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Ok,
    Warning,
    Failed(Fault),
    /// It does not apply, or depends on a check that failed.
    Skipped,
}

impl Outcome {
    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed(_) => "failed",
            Self::Skipped => "skipped",
        }
    }
}

impl Finding {
    fn new(check: &'static str, outcome: Outcome, detail: impl Into<String>) -> Self {
        Self {
            check,
            outcome,
            detail: detail.into(),
            hint: None,
        }
    }

    fn ok(check: &'static str, detail: impl Into<String>) -> Self {
        Self::new(check, Outcome::Ok, detail)
    }

    fn skipped(check: &'static str, why: impl Into<String>) -> Self {
        Self::new(check, Outcome::Skipped, why)
    }

    fn failed(check: &'static str, error: Error) -> Self {
        let mut finding = Self::new(check, Outcome::Failed(error.fault), error.message);
        finding.hint = error.hint;
        finding
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    fn json(&self) -> Json {
        let mut object = Map::new();
        object.insert("check".to_owned(), self.check.into());
        object.insert("outcome".to_owned(), self.outcome.name().into());
        object.insert("detail".to_owned(), self.detail.as_str().into());
        if let Some(hint) = &self.hint {
            object.insert("hint".to_owned(), hint.as_str().into());
        }
        Json::Object(object)
    }

    /// `ok       server       http://127.0.0.1:8080 answers`.
    fn line(&self) -> String {
        let hint = self.hint.as_ref();
        let hint = hint.map_or_else(String::new, |hint| format!("{:22}hint: {hint}\n", ""));
        format!(
            "{:7}  {:11}  {}\n{hint}",
            self.outcome.name(),
            self.check,
            self.detail
        )
    }
}

fn run(shell: &mut Shell, _: &Call) -> Result<(), Error> {
    let findings = checks::all(shell)?;
    let screen = shell.screen();
    if screen.summarizes() {
        let text: String = findings.iter().map(Finding::line).collect();
        screen.print(&text)?;
    } else {
        screen.print_value(&findings.iter().map(Finding::json).collect())?;
    }
    let fault = |finding: &Finding| match finding.outcome {
        Outcome::Failed(fault) => Some((finding.check, fault)),
        _ => None,
    };
    let failed: Vec<_> = findings.iter().filter_map(fault).collect();
    let Some((_, first)) = failed.first() else {
        return Ok(());
    };
    let names: Vec<&str> = failed.iter().map(|(check, _)| *check).collect();
    Err(Error::new(
        *first,
        format!("failed checks: {}", names.join(", ")),
    ))
}
