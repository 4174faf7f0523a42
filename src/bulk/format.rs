//! The formats of a file of users.

use super::csv::Delimiter;
use crate::catalog::USER_FILE_FORMATS;
use crate::error::Error;
use crate::text::words::ticked;
use std::path::Path;

/// The format of a file of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// A header line, then a user on each line.
    Csv,
    /// An array of objects.
    Json,
    /// An object on each line.
    Ndjson,
}

/// How a file of users is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileOptions {
    pub format: FileFormat,
    /// What separates the cells of CSV; `None` if the file or the default decides.
    pub delimiter: Option<Delimiter>,
}

impl From<FileFormat> for FileOptions {
    fn from(format: FileFormat) -> Self {
        Self {
            format,
            delimiter: None,
        }
    }
}

impl FileFormat {
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
    fn format_by_file_extension() {
        for (name, format) in [
            ("a.csv", FileFormat::Csv),
            ("a.b/USERS.CSV", FileFormat::Csv),
            ("a.json", FileFormat::Json),
            ("a.ndjson", FileFormat::Ndjson),
            ("a.jsonl", FileFormat::Ndjson),
        ] {
            assert_eq!(FileFormat::of(Path::new(name)), Ok(format), "{name}");
        }
        for name in ["a.txt", "csv", "", "a.csv.gz", "-"] {
            let error = FileFormat::of(Path::new(name)).unwrap_err();
            assert!(error.hint.unwrap().contains("--format"), "{name}");
        }
        assert!(
            USER_FILE_FORMATS
                .iter()
                .all(|name| FileFormat::named(name).map(FileFormat::name) == Some(name))
        );
    }
}
