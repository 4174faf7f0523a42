//! The one home of masking: what is secret is shown as [`MASK`].

pub mod line;

pub use crate::text::secret::{MASK, Secret};
