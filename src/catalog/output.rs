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
}
