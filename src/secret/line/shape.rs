//! Where a command's words stand, as far as masking needs it: which words are
//! values of flags, which are in a position, and which are more than it takes.
//! No error comes of it, and no release is asked for: a mistyped line is read
//! as the nearest command.

use crate::catalog::{self, Command, Kind, Line, Need, Param, Verb};
use crate::settings::program_flags;
use crate::text::near::near;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordRole {
    /// The name of a command, or a word before it.
    Name,
    /// Where a command's name is expected, and not one.
    Unknown,
    /// The value of a flag.
    Value,
    /// In this position of a shell command, from 0 on.
    Position(Option<Verb>, usize),
    /// More than the command takes.
    Surplus,
}

/// How many values come after a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Next {
    #[default]
    None,
    /// One, if it is one of these words.
    Choice(&'static [&'static str]),
    One,
    Many,
}

#[derive(Debug, Default)]
pub(super) struct WordRoles {
    named: bool,
    commands: Vec<&'static Command>,
    taken: usize,
    next: Next,
    /// Whether a flag was read that changes the object of a command for several.
    changes: bool,
}

impl WordRoles {
    /// Whether the command takes a secret: by a flag, or by asking for it.
    pub(super) fn takes_a_secret(&self) -> bool {
        self.commands.iter().any(|command| takes_a_secret(command))
    }

    /// Whether surplus words are the names of more objects: a change of theirs is given. Where
    /// none is, `update_user bob SECRET` is more likely.
    pub(super) const fn names_many(&self) -> bool {
        self.changes
    }

    /// Whether a command was read that prints a curl line: other programs are called so too.
    pub(super) fn is_curl(&self) -> bool {
        let mut verbs = self.commands.iter().map(|command| command.verb());
        verbs.any(|verb| verb == Some(Verb::Curl))
    }

    /// Whether a command was read.
    pub(super) fn has_command(&self) -> bool {
        !self.commands.is_empty()
    }

    /// Whether the value of a flag comes next.
    pub(super) fn expects_value(&self) -> bool {
        matches!(self.next, Next::One | Next::Many)
    }

    /// Reads a flag by its name.
    pub(super) fn flag(&mut self, name: &str, has_value: bool) {
        let name = name.replace('-', "_");
        let mut many = self.commands.iter().filter(|command| command.takes_many());
        let is_change = |param: &Param| param.name == name && param.kind != Kind::Secret;
        self.changes |= many.any(|command| command.own_params().any(is_change));
        let own = self
            .commands
            .iter()
            .flat_map(|command| command.all_params());
        let found = own
            .chain(program_flags())
            .find(|param| param.name == name && matches!(param.line, Line::Flag | Line::Ignored));
        self.next = match found {
            _ if has_value || name.is_empty() => Next::None,
            Some(param) => after(param),
            // A flag of another command, or of none.
            None => Next::One,
        };
    }

    /// Reads another word.
    pub(super) fn word(&mut self, word: &str) -> WordRole {
        match self.next {
            Next::Many => return WordRole::Value,
            Next::One => {
                self.next = Next::None;
                return WordRole::Value;
            }
            Next::Choice(words) => {
                self.next = Next::None;
                if words.contains(&word) {
                    return WordRole::Value;
                }
            }
            Next::None => {}
        }
        if !self.named {
            return self.name(word);
        }
        let positions = self.positions();
        // `update_user bob`: no id is given.
        let is_left_out = |param: &&Param| {
            param.need == Need::LastUserId && !word.starts_with('$') && word.parse::<i64>().is_err()
        };
        self.taken += usize::from(positions.get(self.taken).is_some_and(is_left_out));
        let at = self.taken;
        let Some(param) = positions.get(at) else {
            return WordRole::Surplus;
        };
        self.taken += usize::from(!param.kind.is_rest() && !param.kind.is_many());
        let verb = self.commands.first().and_then(|command| command.verb());
        WordRole::Position(verb, at)
    }

    fn name(&mut self, word: &str) -> WordRole {
        if is_old_beginning(word) {
            return WordRole::Name;
        }
        let mut outer = self.commands.iter();
        let is_of_outer = outer.any(|command| command.takes_before_command(word));
        // `on` before them may have been read as the value of a switch.
        if is_of_outer || catalog::names_servers(word) {
            return WordRole::Value;
        }
        let name = word.replace('-', "_");
        self.commands = commands_named(&name);
        let known = !self.commands.is_empty();
        if !known {
            let names = catalog::every().map(|command| command.name);
            let nearest = near(&name, names).first().copied();
            self.commands = nearest.map(commands_named).unwrap_or_default();
        }
        self.named = !self
            .commands
            .iter()
            .any(|command| command.takes_a_command());
        if known {
            WordRole::Name
        } else {
            WordRole::Unknown
        }
    }

    /// The positions of the command, in the release that has most.
    fn positions(&self) -> Vec<&'static Param> {
        let of = |command: &&'static Command| -> Vec<&'static Param> {
            let params = command.params.iter();
            params
                .filter(|param| param.line == Line::Position)
                .collect()
        };
        self.commands
            .iter()
            .map(of)
            .max_by_key(Vec::len)
            .unwrap_or_default()
    }
}

/// Whether a line of this command may contain a secret in an unexpected place.
pub fn takes_a_secret(command: &Command) -> bool {
    let asks = matches!(
        command.verb(),
        Some(Verb::Login | Verb::Set | Verb::Connect)
    );
    let secret = |param: &Param| param.kind == Kind::Secret;
    asks || command.all_params().any(secret)
}

fn commands_named(name: &str) -> Vec<&'static Command> {
    catalog::every()
        .filter(|command| command.is_called(name))
        .collect()
}

fn after(param: &'static Param) -> Next {
    match param.kind {
        _ if param.bare.is_some() => Next::Choice(param.kind.choices()),
        Kind::Switch => Next::None,
        kind if kind.is_many() => Next::Many,
        _ => Next::One,
    }
}

/// Whether a word precedes the command in a line copied from a document.
fn is_old_beginning(word: &str) -> bool {
    let base = word.rsplit(['/', '\\']).next().unwrap_or_default();
    word == "$"
        || base.starts_with("python")
        || base.starts_with("sftpgo_api_cli")
        || base == "sftpgo-shell"
}
