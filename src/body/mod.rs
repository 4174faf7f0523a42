//! The JSON body of an object: what a line sets in it, its differences, the text
//! that an editor gets, and the fields that are sent back. Pure.

pub mod change;
pub mod commented;
pub mod diff;
pub mod edited;
pub mod kept_fields;
pub mod list_edit;
pub mod template;
