//! The forms a file of users may have.

use crate::catalog::USER_FILE_FORMATS;
use crate::error::Error;
use crate::text::words::ticked;
use std::path::Path;

/// The form of a file of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A header line, then a user on each line.
    Csv,
    /// An array of objects.
    Json,
    /// An object on each line.
    Ndjson,
}

impl Format {
    /// Its name, one of [`USER_FILE_FORMATS`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
        }
    }

    /// The form of this name, one of [`USER_FILE_FORMATS`].
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }

    /// The form of a file by the ending of its name, whatever its case.
    pub fn of(path: &Path) -> Result<Self, Error> {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        Self::named(&ending.to_lowercase()).ok_or_else(|| {
            let choices = ticked(USER_FILE_FORMATS);
            let name = path.display();
            Error::typed(format!("the name `{name}` does not tell the file's format"))
                .hint(format!("say it by `--format`: {choices}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_the_ending() {
        for (name, format) in [
            ("a.csv", Format::Csv),
            ("a.b/USERS.CSV", Format::Csv),
            ("a.json", Format::Json),
            ("a.ndjson", Format::Ndjson),
            ("a.jsonl", Format::Ndjson),
        ] {
            assert_eq!(Format::of(Path::new(name)), Ok(format), "{name}");
        }
        for name in ["a.txt", "csv", "", "a.csv.gz", "-"] {
            let error = Format::of(Path::new(name)).unwrap_err();
            assert!(error.hint.unwrap().contains("--format"), "{name}");
        }
        assert!(
            USER_FILE_FORMATS
                .iter()
                .all(|name| Format::named(name).map(Format::name) == Some(name))
        );
    }
}
