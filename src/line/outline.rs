//! The roles of the words of an unfinished line, and what may come next: the view
//! that completion, hints and colours share. Never an error.

use super::grammar;
use super::optional_values::{is_taken_out, is_value, is_value_before};
use super::parse::{underscored, without_old_beginning};
use super::variables::Arg;
use crate::catalog::words::{self, STORAGE_PARAM};
use crate::catalog::{
    self, Api, Command, Kind, Line, Live, Need, Param, Release, Section, Target, Verb,
};
use crate::settings;
use crate::text::lex::Word;

/// The role of a word.
#[derive(Clone, Copy, Debug)]
pub enum Role {
    /// A prefix of a line copied from a document.
    Old,
    /// A command's name; `None` if there is no such command.
    Command(Option<&'static Command>),
    /// A flag; `None` if there is no such flag.
    Flag(Option<&'static Param>),
    /// The value of a flag or a position; `None` for a surplus argument.
    Value(Option<&'static Param>),
}

/// The outline of a line.
#[derive(Debug)]
pub struct Outline {
    /// The role of each word.
    pub roles: Vec<Role>,
    /// The innermost command.
    pub command: Option<&'static Command>,
    /// Whether a command's name comes next.
    pub wants_command: bool,
    /// The flag whose value comes next.
    pub open: Option<&'static Param>,
    /// Whether the open flag already has a value and accepts more.
    pub may_end: bool,
    /// The flag whose value may come next, or the command.
    pub bare: Option<&'static Param>,
    /// The parameter whose position comes next.
    pub position: Option<&'static Param>,
    /// The flags that were given.
    pub used: Vec<&'static str>,
    /// The storage backend that was given.
    storage: Option<String>,
    api: &'static Api,
    positions: usize,
    flags_ended: bool,
    /// The command before this one, such as `edit`.
    outer: Option<&'static Command>,
}

/// Reads the words of one command.
pub fn outline(words: &[Word], api: &'static Api) -> Outline {
    let args: Vec<Arg> = words.iter().map(Arg::from).collect();
    let rest = without_old_beginning(&args);
    let mut outline = Outline {
        roles: vec![Role::Old; args.len() - rest.len()],
        command: None,
        wants_command: true,
        open: None,
        may_end: false,
        bare: None,
        position: None,
        used: Vec::new(),
        storage: None,
        api,
        positions: 0,
        flags_ended: false,
        outer: None,
    };
    for (at, arg) in rest.iter().enumerate() {
        let next = rest.get(at + 1).map(|next| next.text.as_str());
        let role = outline.read(&arg.text, next);
        outline.roles.push(role);
        outline.position = outline.next_position();
    }
    outline
}

/// The command that words run; `None` if there is no such command.
pub fn command_of(words: &[Word], api: &'static Api) -> Option<&'static Command> {
    outline(words, api).outermost()
}

impl Outline {
    /// The first command, such as `edit`; `None` if no command has this name.
    pub fn outermost(&self) -> Option<&'static Command> {
        let is_command = |role: &Role| match role {
            Role::Command(command) => Some(*command),
            _ => None,
        };
        self.roles.iter().find_map(is_command).flatten()
    }

    /// The position at which a word stands that begins so. After the name of an object there
    /// may be more, but flags are more likely.
    pub fn position_of(&self, typed: &str) -> Option<&'static Param> {
        let is_named = |param: &Param| {
            let is_it =
                |role: &Role| matches!(role, Role::Value(Some(it)) if it.name == param.name);
            self.roles.iter().any(is_it)
        };
        self.position
            .filter(|param| !typed.is_empty() || !is_named(param))
    }

    /// The parameters that may be given: those of the command, or the settings before it.
    pub fn params(&self) -> Vec<&'static Param> {
        match self.command {
            Some(command) => command
                .params_in(self.api.release)
                .filter(|param| target(self.outer).is_none_or(|target| target.takes(param)))
                .collect(),
            None if !self.wants_command => Vec::new(),
            None => settings::TABLE
                .iter()
                .filter(|setting| setting.changes)
                .map(|setting| &setting.param)
                .collect(),
        }
    }

    /// The names of commands that may come next.
    pub fn names(&self) -> Vec<&'static str> {
        self.commands().map(|(name, _)| name).collect()
    }

    /// The commands that may come next, with the names that they have there.
    pub fn commands(&self) -> impl Iterator<Item = (&'static str, &'static Command)> {
        let target = target(self.command);
        let api = self.api;
        let nouns = target.map(|target| target.rows(api).map(|row| (row.noun(), row)));
        let watches = self.command.and_then(Command::verb) == Some(Verb::Watch);
        let may_come = move |row: &&Command| !watches || row.only_reads();
        let names = target.is_none().then(|| {
            catalog::commands(api).filter(may_come).flat_map(|row| {
                let words = row.short_words();
                [row.name]
                    .into_iter()
                    .chain(words)
                    .map(move |name| (name, row))
            })
        });
        let all = nouns
            .into_iter()
            .flatten()
            .chain(names.into_iter().flatten());
        all.filter(|_| self.wants_command)
    }

    /// Whether `--` was given: no flag follows.
    pub fn has_ended_flags(&self) -> bool {
        self.flags_ended
    }

    /// The release whose rows are read.
    pub fn release(&self) -> Release {
        self.api.release
    }

    /// The settings whose flags may be given after the command.
    pub fn settings(&self) -> impl Iterator<Item = &'static Param> {
        let command = self.command.filter(|_| !self.flags_ended);
        let settings = command.into_iter().flat_map(grammar::settings_of);
        settings.map(|setting| &setting.param)
    }

    /// The flag of this name, with underscores: one of the command's or a setting's.
    pub fn flag_called(&self, name: &str) -> Option<&'static Param> {
        let is_flag = |param: &&Param| matches!(param.line, Line::Flag | Line::Ignored);
        let own = self.params().into_iter().filter(is_flag);
        own.chain(self.settings()).find(|param| param.name == name)
    }

    /// The flags that were not given yet.
    pub fn unused_flags(&self) -> impl Iterator<Item = &'static Param> {
        let used = self.used.clone();
        let ended = self.flags_ended;
        self.params().into_iter().filter(move |param| {
            let again = param.kind == Kind::Sets;
            let is_new = again || !used.contains(&param.name);
            !ended && param.line == Line::Flag && is_new && self.is_of_storage(param)
        })
    }

    /// Whether a flag for a storage backend is one of the given backend; without one there
    /// would be too many.
    fn is_of_storage(&self, param: &Param) -> bool {
        if param.section != Section::Storage {
            return true;
        }
        let (Some(command), Some(storage)) = (self.command, &self.storage) else {
            return false;
        };
        // A backend may have two names.
        let mut params = command.params.iter();
        let own = params.find(|param| param.name == STORAGE_PARAM);
        let number = |word: &str| match own.map(|param| param.kind) {
            Some(Kind::Named(names)) => names.number(word),
            _ => None,
        };
        let given = number(storage);
        let flag = words::flag_of(command, param);
        let mut places = flag.into_iter().flat_map(|flag| &flag.fields);
        given.is_some() && places.any(|place| place.of.and_then(number) == given)
    }

    /// Whether `-word` takes an item out of the list whose flag is open.
    fn takes_out(&self, text: &str) -> bool {
        let edits = |param| self.command.is_some_and(|command| command.edits(param));
        is_taken_out(text) && self.open.is_some_and(edits) && !self.flags_ended
    }

    /// Whether a word at the cursor, which begins so, edits the list whose flag is open.
    pub fn edits_list(&self, text: &str) -> Option<&'static Param> {
        let open = self
            .open
            .filter(|_| text.starts_with('+') || self.takes_out(text))?;
        let command = self.command?;
        command.edits(open).then_some(open)
    }

    fn read(&mut self, text: &str, next: Option<&str>) -> Role {
        let bare = self.bare.take().filter(|param| match self.command {
            None => is_value_before(param, text, next, false),
            Some(_) => is_value(param, text),
        });
        if let Some(param) = bare {
            return Role::Value(Some(param));
        }
        if text.starts_with("--") && !self.flags_ended && !self.in_rest() {
            return self.flag(text);
        }
        if let Some(param) = self.open {
            if param.name == STORAGE_PARAM {
                self.storage = Some(text.to_owned());
            }
            if param.kind.is_many() {
                self.may_end = true;
            } else {
                self.open = None;
            }
            return Role::Value(Some(param));
        }
        if self.wants_command {
            let own = self.value_before_command(text);
            return own.unwrap_or_else(|| self.name(text));
        }
        // `update_user bob`: no id is given.
        let left_out = |param: &Param| {
            param.need == Need::LastUserId && param.kind.check(&[text.to_owned()]).is_err()
        };
        if self.next_position().is_some_and(left_out)
            && !text.starts_with('$')
            && self.position_at(self.positions + 1).is_some()
        {
            self.positions += 1;
        }
        let param = self.next_position();
        let one = target(self.outer).is_some_and(|target| target != Target::Two);
        let many = self.command.filter(|_| !one);
        let many = many.and_then(Command::many).map(|many| many.name);
        // More names may follow the first one.
        let is_last = |param: &Param| param.kind.is_rest() || Some(param.name) == many;
        self.positions += usize::from(!param.is_some_and(is_last));
        Role::Value(param)
    }

    /// A word before the command that belongs to the outer one: the interval of `watch`.
    fn value_before_command(&mut self, text: &str) -> Option<Role> {
        let command = self.command?;
        if self.positions > 0 || !command.takes_before_command(text) {
            return None;
        }
        self.positions += 1;
        let mut params = command.params_in(self.api.release);
        Some(Role::Value(
            params.find(|param| param.line == Line::Position),
        ))
    }

    /// The servers that come next, before the command that runs on them.
    pub fn servers_before_command(&self) -> Option<&'static Param> {
        let command = self
            .command
            .filter(|_| self.wants_command && self.positions == 0)?;
        let is_servers = |param: &&Param| param.completes == Some(Live::Servers);
        command.before_command().filter(is_servers)
    }

    fn in_rest(&self) -> bool {
        self.next_position()
            .is_some_and(|param| param.kind.is_rest())
    }

    fn flag(&mut self, text: &str) -> Role {
        self.open = None;
        self.may_end = false;
        if text == "--" {
            self.flags_ended = true;
            return Role::Flag(None);
        }
        let text = underscored(&text[2..]);
        let (name, value) = text
            .split_once('=')
            .map_or((text.as_str(), None), |(name, value)| (name, Some(value)));
        let has_value = value.is_some();
        let Some(param) = self.flag_called(name) else {
            return Role::Flag(None);
        };
        self.used.push(param.name);
        if let Some(value) = value.filter(|_| param.name == STORAGE_PARAM) {
            self.storage = Some(value.to_owned());
        }
        if param.bare.is_some() {
            let is_setting = self.settings().any(|setting| setting.name == param.name);
            self.bare = Some(param).filter(|param| {
                !has_value && (self.command.is_none() || is_setting || param.is_numbered())
            });
        } else if !has_value {
            self.open = Some(param);
            self.may_end = param.kind == Kind::Secret;
        }
        Role::Flag(Some(param))
    }

    fn name(&mut self, text: &str) -> Role {
        self.outer = self.command;
        let command = match target(self.outer) {
            Some(target) => target.find(self.api, text),
            None => catalog::find(self.api, text),
        };
        self.command = command;
        self.used.clear();
        self.storage = None;
        self.positions = 0;
        // `explain` and `curl` are followed by a command.
        self.wants_command = command.is_some_and(Command::takes_a_command);
        Role::Command(command)
    }

    fn next_position(&self) -> Option<&'static Param> {
        self.position_at(self.positions)
    }

    fn position_at(&self, at: usize) -> Option<&'static Param> {
        if self.wants_command {
            return None;
        }
        let command = self.command?;
        command
            .params_in(self.api.release)
            .filter(|param| param.line == Line::Position)
            .nth(at)
    }
}

/// The objects that the words after a command name, if they name any.
fn target(command: Option<&Command>) -> Option<Target> {
    command.and_then(Command::target)
}
