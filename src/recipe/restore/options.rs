//! The options of a restore: from its own line, and from the run that it
//! resumes.

use crate::error::Error;
use crate::line::call::Call;
use serde_json::{Value as Json, json};

/// The options of a restore.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RestoreOptions {
    /// Only these kinds; empty means all.
    pub(super) only: Vec<String>,
    /// Existing objects are left unchanged.
    pub(super) skip_existing: bool,
    disconnect: bool,
    scan_quota: Option<i64>,
}

impl RestoreOptions {
    /// Reads the options. Those not given are taken from the resumed run: it
    /// must not overwrite what that run left alone.
    pub(super) fn of(call: &Call, earlier: Option<&Self>) -> Result<Self, Error> {
        let mut options = earlier.cloned().unwrap_or_default();
        if call.typed("only") {
            options.only = call.list("only").to_vec();
        }
        for (name, switch) in [
            ("skip_existing", &mut options.skip_existing),
            ("disconnect", &mut options.disconnect),
        ] {
            if call.typed(name) {
                *switch = call.is_on(name);
            }
        }
        if call.typed("scan_quota") {
            options.scan_quota = Some(call.int("scan_quota"));
        }
        if options.skip_existing && options.disconnect {
            let why = "`--skip-existing` overwrites nothing, so `--disconnect` has no effect";
            let error = Error::typed(why).at(call.place("disconnect"));
            return Err(if call.typed("skip_existing") {
                error
            } else {
                error.hint("the resumed run used it; `--skip-existing=off` turns it off")
            });
        }
        Ok(options)
    }

    /// Whether it covers this kind.
    pub(super) fn includes(&self, list: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == list)
    }

    /// Whether it covers all kinds of the other.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let wanted = |list: &String| self.includes(list);
        self.only.is_empty() || (!other.only.is_empty() && other.only.iter().all(wanted))
    }

    /// The flags of the request.
    pub(super) fn flags(&self) -> Vec<String> {
        let mode = if self.skip_existing {
            "keep"
        } else if self.disconnect {
            "disconnect"
        } else {
            "overwrite"
        };
        let scan = self.scan_quota.map(|scan| format!("--scan_quota={scan}"));
        [format!("--mode={mode}")].into_iter().chain(scan).collect()
    }

    /// The same, but existing objects are overwritten.
    pub(super) fn to_overwrite(&self) -> Self {
        Self {
            skip_existing: false,
            ..self.clone()
        }
    }

    /// For the journal.
    pub(super) fn json(&self) -> Json {
        json!({
            "only": self.only,
            "skip_existing": self.skip_existing,
            "disconnect": self.disconnect,
            "scan_quota": self.scan_quota,
        })
    }

    /// Reads it from a journal.
    pub(super) fn read(json: &Json) -> Option<Self> {
        let names = json.get("only")?.as_array()?.iter();
        let names = names.map(|name| name.as_str().map(str::to_owned));
        Some(Self {
            only: names.collect::<Option<_>>()?,
            skip_existing: json.get("skip_existing")?.as_bool()?,
            disconnect: json.get("disconnect")?.as_bool()?,
            scan_quota: json.get("scan_quota")?.as_i64(),
        })
    }
}

/// Only these kinds, for tests.
#[cfg(test)]
pub(super) fn only(names: &[&str]) -> RestoreOptions {
    RestoreOptions {
        only: names.iter().map(|name| (*name).to_owned()).collect(),
        ..RestoreOptions::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrower_run_does_not_cover_a_wider_one() {
        let (all, two, one) = (only(&[]), only(&["users", "roles"]), only(&["users"]));
        for (ours, theirs, covers) in [
            (&all, &all, true),
            (&all, &two, true),
            (&two, &all, false),
            (&two, &one, true),
            (&one, &two, false),
        ] {
            assert_eq!(ours.covers(theirs), covers, "{ours:?} {theirs:?}");
        }
    }

    #[test]
    fn options_are_read_from_a_journal() {
        let options = RestoreOptions {
            skip_existing: true,
            scan_quota: Some(2),
            ..only(&["users"])
        };
        for options in [options, RestoreOptions::default()] {
            assert_eq!(RestoreOptions::read(&options.json()), Some(options));
        }
        assert_eq!(RestoreOptions::read(&json!({"only": [1]})), None);
    }
}
