//! The JSON body of an object: what a line sets in it, what differs, the text
//! that an editor gets, and what of it is sent back. Pure.

pub mod change;
pub mod diff;
pub mod edited;
pub mod kept_fields;
