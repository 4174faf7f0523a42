//! What of an answer is shown: conditions, order, columns. Pure functions of JSON values.

mod path;

pub use path::FieldPath;
