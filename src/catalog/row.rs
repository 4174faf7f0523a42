//! The shape of a row: a command, its request, its answers.

use super::{Live, Param, Release, Span};

/// One command of the shell.
#[derive(Debug)]
pub struct Command {
    /// What is typed, with underscores; the hyphenated form works too.
    pub name: &'static str,
    /// Other names, with underscores.
    pub aliases: &'static [&'static str],
    /// Where `help` lists it.
    pub group: Group,
    /// The releases that have it.
    pub span: Span,
    /// One line of what it does.
    pub short: &'static str,
    /// What else a user must know; may be empty.
    pub long: &'static str,
    /// Its parameters, in the order of the wire.
    pub params: &'static [Param],
    /// What it does: a request, or something of the shell's own.
    pub does: Does,
    /// The command that does its work in other releases.
    pub counterpart: Option<&'static str>,
    /// Lines that work on a fresh practice server; each is a test.
    pub examples: &'static [Example],
}

impl Command {
    /// Whether `name` (with underscores) is one of its names.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }

    /// The request it makes, if it makes one.
    pub fn route(&self) -> Option<&Route> {
        match &self.does {
            Does::Request(route) => Some(route),
            Does::Shell(_) => None,
        }
    }

    /// Whether it asks the server.
    pub const fn asks(&self) -> bool {
        matches!(
            self.does,
            Does::Request(_) | Does::Shell(Verb::Raw(_) | Verb::Recipe(..))
        )
    }

    /// Whether it takes something away for good.
    pub fn destroys(&self) -> bool {
        match &self.does {
            Does::Request(route) => matches!(route.effect, Effect::Destroys(_)),
            Does::Shell(verb) => matches!(
                verb,
                Verb::Raw(Method::Delete) | Verb::Recipe(Recipe::Restore, _)
            ),
        }
    }

    /// What it is of the shell's own, if it is that.
    pub fn verb(&self) -> Option<Verb> {
        match self.does {
            Does::Shell(verb) => Some(verb),
            Does::Request(_) => None,
        }
    }

    /// The next step after an answer of this status; empty if there is none.
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
        let params = self.params;
        params.iter().filter(move |param| param.span.holds(release))
    }

    /// Its examples in one release: those whose flags it has.
    pub fn examples_in(&self, release: super::Release) -> impl Iterator<Item = &'static Example> {
        // A flag may have a row for each time that it meant something else.
        let is_gone = move |word: &str| {
            let named = |param: &&Param| word.strip_prefix("--") == Some(param.name);
            let mut params = self.params.iter().filter(named).peekable();
            params.peek().is_some() && !params.any(|param| param.span.holds(release))
        };
        let examples = self.examples.iter();
        examples.filter(move |example| !example.line.split(' ').any(is_gone))
    }
}

/// What a command does.
#[derive(Debug)]
pub enum Does {
    /// Sends a request.
    Request(Route),
    /// Something of the shell's own.
    Shell(Verb),
}

/// The shell's own commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    AddUsers,
    Connect,
    Curl,
    Echo,
    Edit,
    Exit,
    Expect,
    Explain,
    Help,
    History,
    Last,
    Let,
    Login,
    Logout,
    Practice,
    PracticeServer,
    Raw(Method),
    /// Made of these operations; not all releases have each of them.
    Recipe(Recipe, &'static [&'static str]),
    Set,
    Sleep,
    Source,
    Whoami,
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
    TestPermission,
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
    /// As it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// Whether it may change something on the server.
    pub const fn writes(self) -> bool {
        !matches!(self, Self::Get)
    }
}

/// The request of a command, and what is known of its answers.
#[derive(Debug)]
pub struct Route {
    pub method: Method,
    /// The path after the generation's prefix; `{name}` is the parameter of that name.
    pub path: &'static str,
    /// What it does to the server.
    pub effect: Effect,
    /// The key of the query with which it only reads, whatever it does without.
    pub reads_by: Option<&'static str>,
    /// What the session learns from it.
    pub remember: Remember,
    /// The answers there are, by status.
    pub answers: &'static [StatusDoc],
    /// The command line that shows whether it was done, for when the answer
    /// is lost; `{name}` is the parameter of that name. Empty if none does.
    pub check: &'static str,
    /// The permission that it takes, from each release on; empty if any admin may.
    pub needs: &'static [(Release, &'static str)],
    /// Whether an API key will do; if not, it takes a login.
    pub api_key: bool,
    /// The names that its answer shows, and the member that holds them.
    pub names: Option<(Live, &'static str)>,
    /// The object of `schema` that its body is, where its members are set by
    /// path; `[]` before it is a list of such.
    pub body: Option<&'static str>,
    /// Whether a backup goes with it, a store of credentials: no beginning of
    /// it is told in errors, and nothing of it beside a recipe's work.
    pub confidential: bool,
}

impl Route {
    /// A request without what only some have.
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
        confidential: false,
    };

    /// The permission that it takes in one release; empty if any admin may.
    pub fn permission(&self, release: Release) -> &'static str {
        let since = self.needs.iter().rev().find(|(since, _)| *since <= release);
        since.map_or("", |(_, name)| name)
    }
}

/// What a request does to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Only reads.
    Reads,
    /// Adds or changes something.
    Writes,
    /// Takes something away for good: asked about on a terminal. Says what is lost and what stays.
    Destroys(&'static str),
}

/// What the session learns from a good answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remember {
    Nothing,
    /// The answer is one user: it becomes the last user.
    UserInAnswer,
    /// The user that was named in the request becomes the last user.
    UserInRequest,
    /// The answer is a list of users: if it holds exactly one, that is the last user.
    OnlyUserInAnswer,
    /// The user is gone: forgotten if it was the last.
    UserGone,
    /// The answer is a list of connections: the first becomes the last connection.
    Connections,
    /// The answer is one user, known by name: it becomes the last user.
    NameInAnswer,
    /// The user that was named in the request becomes the last user, by name.
    NameInRequest,
    /// The answer is a list of users, known by name: if it holds exactly one, that is the last user.
    OnlyNameInAnswer,
    /// The user of this name is gone: forgotten if it was the last.
    NameGone,
    /// The password of whoever asks is the new one of the request: the next login takes that.
    OwnPassword,
    /// Whoever asks has a second factor from now on, or none: the next login takes a code, or none.
    OwnFactor,
}

/// One answer that the server gives.
#[derive(Debug)]
pub struct StatusDoc {
    /// The status code.
    pub status: u16,
    /// What it means here.
    pub means: &'static str,
    /// What to do next; may be empty; `{name}` is the parameter of that name.
    pub hint: &'static str,
}

impl StatusDoc {
    /// An answer that needs no advice.
    pub const fn new(status: u16, means: &'static str) -> Self {
        Self {
            status,
            means,
            hint: "",
        }
    }

    /// With the next step.
    pub const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }
}

/// A line that works on a fresh practice server.
#[derive(Debug)]
pub struct Example {
    pub line: &'static str,
    /// The status it is answered with; 0 where nothing is sent.
    pub status: u16,
}

/// The groups of `help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Users,
    Groups,
    Folders,
    Admins,
    Roles,
    ApiKeys,
    Account,
    Connections,
    Quota,
    EventManager,
    Events,
    IpLists,
    Defender,
    Retention,
    Server,
    Recipes,
    Teach,
    Raw,
    Shell,
}

impl Group {
    /// The groups in the order of `help`.
    pub const ALL: &'static [Self] = &[
        Self::Users,
        Self::Groups,
        Self::Folders,
        Self::Admins,
        Self::Roles,
        Self::ApiKeys,
        Self::Account,
        Self::Connections,
        Self::Quota,
        Self::EventManager,
        Self::Events,
        Self::IpLists,
        Self::Defender,
        Self::Retention,
        Self::Server,
        Self::Recipes,
        Self::Teach,
        Self::Raw,
        Self::Shell,
    ];

    /// The heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Groups => "groups",
            Self::Folders => "virtual folders",
            Self::Admins => "admins",
            Self::Roles => "roles",
            Self::ApiKeys => "API keys",
            Self::Account => "your own account",
            Self::EventManager => "event actions and rules",
            Self::Events => "events",
            Self::IpLists => "IP lists",
            Self::Defender => "defender",
            Self::Retention => "retention and metadata checks",
            Self::Connections => "connections",
            Self::Quota => "quota",
            Self::Server => "server",
            Self::Recipes => "recipes",
            Self::Teach => "learn what is sent",
            Self::Raw => "any path of the API",
            Self::Shell => "the shell",
        }
    }
}
