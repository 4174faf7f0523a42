//! `source`: a file of commands, run by the loop that read the line.

use super::builtin::{Builtin, Check, Dry, Runs, Skip};
use crate::catalog::Verb;

pub(super) const BUILTIN: Builtin = Builtin {
    check: Check::File,
    dry: Dry::Runs,
    skip: Skip::Inner,
    ..Builtin::new(Verb::Source, Runs::File)
};
