//! The output formats: their names, and what the help says of them. How each
//! looks is defined in `output/format.rs`.

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Json,
    Compact,
    Ndjson,
    Raw,
}

/// Their names, as `output` takes them.
pub const OUTPUTS: &[&str] = &["json", "compact", "ndjson", "raw"];

/// What they are, in the order of their names.
pub(crate) const FORMATS: &str =
    "output format: indented JSON, one line per answer, NDJSON, or the raw response";

impl Output {
    /// The format called `name`.
    pub fn named(name: &str) -> Self {
        match name {
            "compact" => Self::Compact,
            "ndjson" => Self::Ndjson,
            "raw" => Self::Raw,
            _ => Self::Json,
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
        OUTPUTS.iter().copied().find(|known| *known == name)
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
            ("a.txt", None),
            ("json", None),
            ("a.raw", None),
        ] {
            assert_eq!(Output::of_file(path), name, "{path}");
        }
    }
}
