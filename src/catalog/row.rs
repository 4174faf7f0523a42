//! The shape of a row: a command, its request, its answers.

use super::group::Group;
use super::shell::Verb;
use super::{Kind, Line, Live, Param, Release, Span};

/// One command of the shell.
#[derive(Debug)]
pub struct Command {
    /// The name on the line, with underscores; hyphens are accepted too.
    pub name: &'static str,
    /// Other names, with underscores.
    pub aliases: &'static [&'static str],
    /// The section of `help` that lists it.
    pub group: Group,
    /// The releases that have it.
    pub span: Span,
    /// What it does, in one line.
    pub short: &'static str,
    /// Details for its help page; may be empty.
    pub long: &'static str,
    /// Its parameters, in the order of the request.
    pub params: &'static [Param],
    /// How it runs: as a request or in the shell.
    pub kind: CommandKind,
    /// The command that replaces it in other releases.
    pub counterpart: Option<&'static str>,
    /// Lines that work on a fresh practice server; tests run them.
    pub examples: &'static [Example],
}

impl Command {
    /// Whether `name` (with underscores) is one of its names.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// The request that it sends, if any.
    pub fn route(&self) -> Option<&Route> {
        match &self.kind {
            CommandKind::Request(route) => Some(route),
            CommandKind::Shell(_) => None,
        }
    }

    /// Whether it sends requests.
    pub const fn asks(&self) -> bool {
        matches!(
            self.kind,
            CommandKind::Request(_)
                | CommandKind::Shell(
                    Verb::Raw(_) | Verb::Recipe(..) | Verb::Diff | Verb::New | Verb::Undo
                )
        )
    }

    /// The type of its result, if it has objects.
    pub fn answer_type(&self) -> Option<AnswerType> {
        match &self.kind {
            CommandKind::Shell(Verb::Recipe(which, _)) => which.result_type(),
            _ => self.route().and_then(Route::answer_type),
        }
    }

    /// Whether it only reads from the server, however often it runs.
    pub fn only_reads(&self) -> bool {
        let reads = |command: &Self| {
            let route = command.route();
            route.is_some_and(|route| route.effect == Effect::Reads)
        };
        match &self.kind {
            CommandKind::Request(_) => reads(self),
            CommandKind::Shell(Verb::Raw(method)) => !method.writes(),
            CommandKind::Shell(Verb::Recipe(_, steps)) => {
                let mut all = super::every().filter(|row| steps.contains(&row.name));
                all.all(reads)
            }
            CommandKind::Shell(verb) => *verb == Verb::Diff,
        }
    }

    /// Whether it is one that changes something on the server, unless its flags say
    /// otherwise.
    pub fn writes(&self) -> bool {
        match &self.kind {
            CommandKind::Request(_) | CommandKind::Shell(Verb::Raw(_)) => !self.only_reads(),
            // A recipe asks for a dump in the answer, not in a file of the server.
            CommandKind::Shell(Verb::Recipe(_, steps)) => super::every()
                .filter(|row| steps.contains(&row.name) && row.span.overlaps(self.span))
                .filter_map(Self::route)
                .any(|route| route.effect != Effect::Reads && route.reads_by.is_none()),
            CommandKind::Shell(verb) => {
                matches!(verb, Verb::AddUsers | Verb::Edit | Verb::New | Verb::Undo)
            }
        }
    }

    /// The short words among its other names: `users` for `get_users`.
    pub fn short_words(&self) -> impl Iterator<Item = &'static str> + use<> {
        let is_word = |name: &&str| name.chars().all(|c| c.is_ascii_lowercase());
        self.aliases.iter().copied().filter(is_word)
    }

    /// Whether the words after it are another command.
    pub fn takes_a_command(&self) -> bool {
        self.params.iter().any(|param| param.kind == Kind::Command)
    }

    /// Whether a word between it and its command is a value of its own: it starts with a
    /// digit or is servers, and the name of a command does not look so.
    pub fn takes_before_command(&self, word: &str) -> bool {
        self.before_command().is_some_and(|param| {
            word.starts_with('$')
                || match param.completes {
                    Some(Live::Servers) => super::names_servers(word),
                    _ => word.starts_with(|c: char| c.is_ascii_digit() || c == '.'),
                }
        })
    }

    /// Whether `next` says that it is this command: its name is a value of switches as well.
    pub fn is_told_by(&self, next: &str) -> bool {
        self.runs_on_servers() && super::names_servers(next)
    }

    /// Whether it runs its command on the servers that are named, not on the one of the session.
    pub fn runs_on_servers(&self) -> bool {
        let before = self.before_command().and_then(|param| param.completes);
        before == Some(Live::Servers)
    }

    /// The position between it and its command.
    pub fn before_command(&self) -> Option<&'static Param> {
        let is_before = |param: &&Param| param.kind != Kind::Command;
        let mut before = self.params.iter().take_while(is_before);
        before
            .find(|param| param.line == Line::Position)
            .filter(|_| self.takes_a_command())
    }

    /// Whether it deletes or overwrites data.
    pub fn destroys(&self) -> bool {
        match &self.kind {
            CommandKind::Request(route) => matches!(route.effect, Effect::Destroys(_)),
            CommandKind::Shell(verb) => matches!(
                verb,
                Verb::Raw(Method::Delete) | Verb::Recipe(Recipe::Restore, _)
            ),
        }
    }

    /// What is lost if it runs, and what stays, as the question before it says.
    pub fn loss(&self) -> Option<&'static str> {
        match &self.kind {
            CommandKind::Request(route) => match route.effect {
                Effect::Destroys(what) => Some(what),
                Effect::Reads | Effect::Writes => None,
            },
            CommandKind::Shell(Verb::Raw(Method::Delete)) => Some("this cannot be undone"),
            CommandKind::Shell(_) => None,
        }
    }

    /// The shell command, if it is not a request.
    pub fn verb(&self) -> Option<Verb> {
        match self.kind {
            CommandKind::Shell(verb) => Some(verb),
            CommandKind::Request(_) => None,
        }
    }

    /// The hint for an answer with this status; empty if there is none.
    pub fn hint_of(&self, status: u16) -> &'static str {
        let answers = self.route().map_or(&[][..], |route| route.answers);
        answers
            .iter()
            .find(|answer| answer.status == status)
            .map_or("", |answer| answer.hint)
    }

    /// Its parameters in one release.
    pub fn params_in(
        &self,
        release: super::Release,
    ) -> impl Iterator<Item = &'static Param> + use<> {
        let held = move |param: &&Param| param.span.holds(release);
        self.all_params().filter(held)
    }

    /// Its examples in one release: those with flags that exist there.
    pub fn examples_in(&self, release: super::Release) -> impl Iterator<Item = &'static Example> {
        // A flag has several rows if its meaning changed between releases.
        let is_gone = move |word: &str| {
            let named = |param: &&Param| word.strip_prefix("--") == Some(param.name);
            let mut params = self.all_params().filter(named).peekable();
            params.peek().is_some() && !params.any(|param| param.span.holds(release))
        };
        let examples = self.examples.iter();
        examples.filter(move |example| !example.line.split(' ').any(is_gone))
    }
}

/// How a command runs.
#[derive(Debug)]
pub enum CommandKind {
    /// Sends a request.
    Request(Route),
    /// Runs in the shell.
    Shell(Verb),
}

/// The recipes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipe {
    Backup,
    EffectiveUser,
    Expiring,
    Idle,
    QuotaScanAll,
    Restore,
    RotateApiKey,
    TestPermission,
    Unban,
}

/// A request method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The name in the request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether it can change something on the server.
    pub const fn writes(self) -> bool {
        !matches!(self, Self::Get)
    }
}

/// The request of a command and its answers.
#[derive(Debug)]
pub struct Route {
    pub method: Method,
    /// The path after the API prefix; `{name}` is replaced by that parameter.
    pub path: &'static str,
    /// What it does to the server.
    pub effect: Effect,
    /// The query key that makes the request read only.
    pub reads_by: Option<&'static str>,
    /// What the session learns from it.
    pub remember: Remember,
    /// The documented answers, by status.
    pub answers: &'static [StatusDoc],
    /// The command line that shows whether the request took effect, for a lost
    /// answer; `{name}` is replaced by that parameter. Empty if there is none.
    pub check: &'static str,
    /// The required permission, by the release that introduced it; empty if
    /// every admin is allowed.
    pub needs: &'static [(Release, &'static str)],
    /// Whether an API key is allowed; otherwise a login is needed.
    pub api_key: bool,
    /// The kind of names in the answer, and the member that contains them.
    pub names: Option<(Live, &'static str)>,
    /// The type of its body in `schema`, if members are set by path; `[]` is a
    /// list.
    pub body: Option<&'static str>,
    /// The type of its answer in `schema`, if it is an object or a list of objects: `[]>User`.
    pub answer: Option<&'static str>,
    /// Whether it carries a backup, which contains credentials: errors and
    /// traces must not show any part of it.
    pub confidential: bool,
}

/// The type of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerType {
    /// A list of objects of this type.
    List(&'static str),
    /// An object of this type.
    Object(&'static str),
}

impl Recipe {
    /// The type of its result, if it has one.
    pub const fn result_type(self) -> Option<AnswerType> {
        match self {
            Self::Backup => Some(AnswerType::Object("BackupFile")),
            Self::EffectiveUser => Some(AnswerType::Object("EffectiveUser")),
            Self::Expiring => Some(AnswerType::List("ExpiringUser")),
            Self::Idle => Some(AnswerType::List("Connection")),
            Self::QuotaScanAll
            | Self::Restore
            | Self::RotateApiKey
            | Self::TestPermission
            | Self::Unban => None,
        }
    }
}

impl AnswerType {
    /// The type of its objects.
    pub fn object(self) -> &'static str {
        match self {
            Self::List(object) | Self::Object(object) => object,
        }
    }
}

impl Route {
    /// The type of its answer, if it has objects.
    pub fn answer_type(&self) -> Option<AnswerType> {
        let list = self.item().map(AnswerType::List);
        list.or_else(|| self.object().map(AnswerType::Object))
    }

    /// The type of an item of its answer, if that is a list of objects.
    pub fn item(&self) -> Option<&'static str> {
        self.answer?.strip_prefix("[]>")
    }

    /// The type of an object of its answer: of an item of a list, or of the answer itself.
    pub fn object(&self) -> Option<&'static str> {
        self.answer?.trim_start_matches("[]").strip_prefix('>')
    }

    /// The defaults for a row.
    pub const PLAIN: Self = Self {
        method: Method::Get,
        path: "/",
        effect: Effect::Reads,
        reads_by: None,
        remember: Remember::Nothing,
        answers: &[],
        check: "",
        needs: &[],
        api_key: true,
        names: None,
        body: None,
        answer: None,
        confidential: false,
    };

    /// The required permission in one release; empty if every admin is allowed.
    pub fn permission(&self, release: Release) -> &'static str {
        let since = self.needs.iter().rev().find(|(since, _)| *since <= release);
        since.map_or("", |(_, name)| name)
    }
}

/// The effect of a request on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Only reads.
    Reads,
    /// Adds or changes something.
    Writes,
    /// Deletes or overwrites data, after a confirmation on a terminal. The text says what is lost and what stays.
    Destroys(&'static str),
}

/// What the session learns from a successful answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remember {
    Nothing,
    /// The answer is one user: it becomes the last user.
    UserInAnswer,
    /// The user named in the request becomes the last user.
    UserInRequest,
    /// The answer is a list of users; a single one becomes the last user.
    OnlyUserInAnswer,
    /// The user was deleted and is no longer the last user.
    UserGone,
    /// The answer is a list of connections: the first becomes the last connection.
    Connections,
    /// The answer is one user, identified by name: it becomes the last user.
    NameInAnswer,
    /// The user that was named in the request becomes the last user, by name.
    NameInRequest,
    /// The answer is a list of users, identified by name; a single one becomes the last user.
    OnlyNameInAnswer,
    /// The user with this name was deleted and is no longer the last user.
    NameGone,
    /// The admin changed its own password; the next login uses the new one.
    OwnPassword,
    /// The admin enabled or disabled its own two-factor authentication, which decides whether the next login needs a code.
    OwnFactor,
}

/// The documentation of one status of an answer.
#[derive(Debug)]
pub struct StatusDoc {
    /// The status code.
    pub status: u16,
    /// What it means for this command; a note in brackets at the end is for help only.
    pub means: &'static str,
    /// What to do next; may be empty; `{name}` is replaced by that parameter.
    pub hint: &'static str,
}

impl StatusDoc {
    /// A status without a hint.
    pub const fn new(status: u16, means: &'static str) -> Self {
        Self {
            status,
            means,
            hint: "",
        }
    }

    /// Adds a hint.
    pub const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }
}

/// A line that works on a fresh practice server.
#[derive(Debug)]
pub struct Example {
    pub line: &'static str,
    /// The status of the answer; 0 if nothing is sent.
    pub status: u16,
}
