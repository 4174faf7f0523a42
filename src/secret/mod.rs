//! All masking happens here: a secret is shown as [`MASK`].

pub mod line;

pub use crate::text::secret::{MASK, Secret};
