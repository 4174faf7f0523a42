//! The output formats: their names, and what the help says of them. How each
//! looks is defined in `output/format.rs` and `output/view`.

use super::Release;

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Tables on a terminal for API v2, otherwise JSON.
    Auto,
    Json,
    Compact,
    Ndjson,
    /// Lists as tables, single objects as cards.
    Table,
    Csv,
    Tsv,
    Raw,
}

/// Their names, as `output` takes them.
pub const OUTPUTS: &[&str] = &[
    "auto", "json", "compact", "ndjson", "table", "csv", "tsv", "raw",
];

/// What they are.
pub(crate) const FORMATS: &str =
    "output format; `auto` shows tables on a terminal (API v2), otherwise JSON";

impl Output {
    /// The format called `name`.
    pub fn named(name: &str) -> Self {
        match name {
            "json" => Self::Json,
            "compact" => Self::Compact,
            "ndjson" => Self::Ndjson,
            "table" => Self::Table,
            "csv" => Self::Csv,
            "tsv" => Self::Tsv,
            "raw" => Self::Raw,
            _ => Self::Auto,
        }
    }

    /// The format that `auto` means here: what a pipe or a file gets never changes, nor
    /// what the older APIs print.
    #[must_use]
    pub fn chosen(self, terminal: bool, release: Release) -> Self {
        match self {
            Self::Auto if terminal && release >= Release::FIRST_V2 => Self::Table,
            Self::Auto => Self::Json,
            output => output,
        }
    }

    /// The name of the format in which a file is written, by the ending of its name.
    pub fn of_file(path: &str) -> Option<&'static str> {
        let (_, ending) = path.rsplit_once('.')?;
        let name = match ending.to_ascii_lowercase().as_str() {
            "json" => "json",
            "ndjson" | "jsonl" => "ndjson",
            "csv" => "csv",
            "tsv" => "tsv",
            _ => return None,
        };
        Some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_the_format_of_their_ending() {
        for (path, name) in [
            ("a.json", Some("json")),
            ("~/a.b/C.NDJSON", Some("ndjson")),
            ("a.jsonl", Some("ndjson")),
            ("a.csv", Some("csv")),
            ("a.TSV", Some("tsv")),
            ("a.txt", None),
            ("json", None),
            ("a.raw", None),
        ] {
            assert_eq!(Output::of_file(path), name, "{path}");
        }
    }
}
