//! The formats of a file of users.

use super::csv::Delimiter;
use crate::catalog::USER_FILE_FORMATS;
use crate::error::Error;
use crate::text::words::ticked;
use std::path::Path;

/// The format of a file of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A header line, then a user on each line.
    Csv,
    /// An array of objects.
    Json,
    /// An object on each line.
    Ndjson,
}

/// How a file of users is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    pub format: Format,
    /// What separates the cells of CSV; `None` if the file or the default decides.
    pub delimiter: Option<Delimiter>,
}

impl From<Format> for Form {
    fn from(format: Format) -> Self {
        Self {
            format,
            delimiter: None,
        }
    }
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

    /// The format of this name, one of [`USER_FILE_FORMATS`].
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            _ => None,
        }
    }

    /// The format of a file by the extension of its name, in any case.
    pub fn of(path: &Path) -> Result<Self, Error> {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        Self::named(&ending.to_lowercase()).ok_or_else(|| {
            let choices = ticked(USER_FILE_FORMATS);
            let name = path.display();
            Error::typed(format!("cannot tell the format from the name `{name}`"))
                .hint(format!("use `--format`: {choices}"))
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
