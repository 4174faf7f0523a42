//! `learn`: the lessons, which are run by the loop that read the line.

use super::builtin::{Builtin, Runs};
use crate::catalog::Verb;
use crate::session::kept::UseInFile;

pub(super) const BUILTIN: Builtin = Builtin {
    in_file: UseInFile::LeftOut,
    ..Builtin::new(Verb::Learn, Runs::Lessons)
};
