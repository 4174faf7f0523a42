//! `exit`: the end of the session, or of a file.

use super::builtin::{Builtin, Dry, Runs, Unknown};
use crate::catalog::Verb;
use crate::line::call::Call;
use crate::session::kept::UseInFile;
use crate::shell::Flow;

pub(super) const BUILTIN: Builtin = Builtin {
    dry: Dry::Runs,
    unknown: Unknown::Nothing,
    in_file: UseInFile::LeftOut,
    ..Builtin::new(Verb::Exit, Runs::Flow(|_, call| Ok(exit(call))))
};

fn exit(call: &Call) -> Flow {
    let code = u8::try_from(call.int("code")).unwrap_or(u8::MAX);
    Flow::Exit(call.typed("code").then_some(code))
}
