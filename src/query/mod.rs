//! What of an answer is shown: conditions, order, columns. Pure functions of JSON values.

mod columns;
mod path;

pub use columns::{Columns, WrongColumn};
pub use path::FieldPath;
