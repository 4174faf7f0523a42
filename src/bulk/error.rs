//! What is wrong with a file of users, and where.

use crate::error::Error;
use crate::output::error::Place;

/// What is wrong with a file of users, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The row, if it is one that is wrong: the first user is row 1.
    pub row: Option<usize>,
    /// The line and column, counted from 1, if the file cannot be understood there.
    pub position: Option<(usize, usize)>,
    /// What is wrong. It has no span: there is no line that was typed.
    pub error: Error,
}

impl Wrong {
    /// The file as a whole is wrong.
    pub(super) fn file(error: Error) -> Self {
        Self {
            row: None,
            position: None,
            error,
        }
    }

    /// A row is wrong.
    pub(super) fn row(row: usize, error: Error) -> Self {
        Self {
            row: Some(row),
            ..Self::file(error)
        }
    }

    /// A place of the file is wrong.
    pub(super) fn at(position: (usize, usize), error: Error) -> Self {
        Self {
            position: Some(position),
            ..Self::file(error)
        }
    }

    /// Where it is, in the file of this name: as near as it is known.
    pub fn place(&self, name: &str) -> Place {
        let name = name.to_owned();
        match (self.position, self.row) {
            (Some((line, column)), _) => Place::Byte { name, line, column },
            (None, Some(row)) => Place::Row { name, row },
            (None, None) => Place::Whole { name },
        }
    }
}

/// The line and the column of a byte of a text.
pub(super) fn position(before: &str) -> (usize, usize) {
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before[start..].chars().count() + 1)
}
