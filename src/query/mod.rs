//! What of an answer is shown: conditions, order, columns. Pure functions of JSON values.

mod columns;
pub mod condition;
pub mod jq;
mod number;
mod path;
pub mod sort;

pub use columns::Columns;
pub use condition::Condition;
pub use jq::Jq;
pub use path::FieldPath;
pub use sort::Order;

use crate::catalog::schema::ValueError;
use std::ops::Range;

/// What of an answer is shown, as the flags of a command say.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The condition that items must meet.
    pub condition: Option<Condition>,
    /// The order of the items.
    pub order: Option<Order>,
    /// The filter that the answer goes through, after the others.
    pub filter: Option<Jq>,
}

impl View {
    /// Whether it needs every item of a list.
    pub fn reads_all(&self) -> bool {
        self.condition.is_some() || self.order.is_some()
    }

    /// Whether it changes what is shown.
    pub fn is_any(&self) -> bool {
        self.reads_all() || self.filter.is_some()
    }
}

/// An error in the text of a flag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    pub message: String,
    /// The next step.
    pub hint: Option<String>,
    /// The position in the text, in bytes.
    pub span: Range<usize>,
}

impl QueryError {
    fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        let message = message.into();
        Self {
            message,
            hint: None,
            span,
        }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    fn of(wrong: ValueError, span: Range<usize>) -> Self {
        Self {
            message: wrong.message,
            hint: wrong.hint,
            span,
        }
    }
}
