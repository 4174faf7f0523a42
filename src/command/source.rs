//! `source`: a file of commands, run by the loop that read the line.

use super::builtin::{Builtin, Check, Dry, Runs, Skip};
use crate::catalog::Verb;
use crate::session::kept::UseInFile;

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::File,
    dry: Dry::Runs,
    skip: Skip::Inner,
    // Its commands are kept one by one.
    in_file: UseInFile::LeftOut,
    ..Builtin::new(Verb::Source, Runs::File)
};
