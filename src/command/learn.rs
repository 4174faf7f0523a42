//! `learn`: the lessons, which are run by the loop that read the line.

use super::builtin::{Builtin, Runs};
use crate::catalog::Verb;

pub(super) const BUILTIN: Builtin = Builtin::new(Verb::Learn, Runs::Lessons);
