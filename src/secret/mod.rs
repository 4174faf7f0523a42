//! Secrets: the type that cannot be printed, and the masking of a line, a
//! JSON value, a draft of one, and a text.

pub mod draft;
pub(crate) mod generate;
pub mod json;
pub mod line;
pub mod text;

pub use crate::text::secret::{MASK, Secret};
