//! The arguments of the program: what to run, and the settings given by flags.

use super::vars;
use crate::catalog::Value;
use crate::env::Env;
use crate::error::Error;
use crate::line::{complaint, grammar, optional_values, overrides, parse, variables::Arg};
use crate::output::report;
use crate::request::ShowAs;
use crate::script::mode::{Mode, from_line_of_one};
use crate::settings::{self, Key, SHORT, START, Setting};
use crate::text::lex::lex;
use crate::text::words::{as_line, this_is, ticked};
use clap::{ArgAction, ArgMatches};
use std::ffi::OsString;
use std::fmt;

/// The parsed arguments.
pub(crate) struct Args {
    /// Where commands come from.
    pub source: CommandSource,
    /// Whether to start a practice server.
    pub practice: bool,
    /// How the commands are run.
    pub mode: Mode,
    /// Whether to print errors only.
    pub quiet: bool,
    /// Whether command files may start programs and write files.
    pub allow_shell: bool,
    /// The profile named by `@NAME`.
    pub profile: Option<String>,
    /// The admin to log in as; empty if none is given.
    pub user: String,
    /// The variables given; later ones override earlier ones.
    pub vars: Vec<(String, String)>,
    /// The settings given by flags.
    pub settings: Vec<(&'static Setting, String)>,
}

/// Where commands come from.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum CommandSource {
    /// Standard input: the editor on a terminal, else line by line.
    Stdin,
    /// Files, one after another.
    Files(Vec<String>),
    /// Texts given by `-c`.
    Texts(Vec<String>),
    /// One command, as a line.
    Once(String),
    /// `--help`.
    Help,
    /// `--version`.
    Version,
}

impl fmt::Debug for Args {
    /// Without values: variables and settings may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vars: Vec<_> = self.vars.iter().map(|(name, _)| name).collect();
        let settings = self.settings.iter();
        let settings: Vec<_> = settings.map(|(setting, _)| setting.param.name).collect();
        f.debug_struct("Args")
            .field("source", &self.source)
            .field("practice", &self.practice)
            .field("mode", &self.mode)
            .field("quiet", &self.quiet)
            .field("allow_shell", &self.allow_shell)
            .field("profile", &self.profile)
            .field("user", &self.user)
            .field("vars", &vars)
            .field("settings", &settings)
            .finish()
    }
}

impl fmt::Debug for CommandSource {
    /// Without the commands, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("Stdin"),
            Self::Files(files) => f.debug_tuple("Files").field(files).finish(),
            Self::Texts(texts) => write!(f, "Texts({})", texts.len()),
            Self::Once(line) => write!(f, "Once({} bytes)", line.len()),
            Self::Help => f.write_str("Help"),
            Self::Version => f.write_str("Version"),
        }
    }
}

/// Reads the arguments. An error is returned with the line that it refers to.
pub(crate) fn read(env: &Env) -> Result<Args, (Error, String)> {
    let mut words = words(env).map_err(|error| (error, String::new()))?;
    let text = as_line(&words);
    let mut matches = matches(&words, &text, true).map_err(|error| (error, text.clone()))?;
    let profile = profile(&mut words, &matches);
    if profile.is_some() {
        // Flags may follow it, as they may follow the program's name.
        let text = as_line(&words);
        matches = self::matches(&words, &text, false).map_err(|error| (error, text.clone()))?;
    }
    let args = of_matches(&words, &matches).map_err(|error| (error, text))?;
    Ok(Args { profile, ..args })
}

/// Takes `@NAME`, which names a profile, from in front of a command.
fn profile(words: &mut Vec<String>, matches: &ArgMatches) -> Option<String> {
    let (first, _) = matches.subcommand()?;
    let name = first.strip_prefix('@').filter(|name| !name.is_empty())?;
    words.remove(words.len() - external(matches));
    Some(name.to_owned())
}

/// The number of words from the command on.
fn external(matches: &ArgMatches) -> usize {
    let command = matches.subcommand();
    command.map_or(0, |(_, rest)| 1 + parse::external(rest))
}

/// The arguments as text.
fn words(env: &Env) -> Result<Vec<String>, Error> {
    let word = |arg: &OsString| {
        let shown = arg.to_string_lossy();
        arg.to_str()
            .map(str::to_owned)
            .ok_or_else(|| Error::typed(format!("an argument is not valid UTF-8: `{shown}`")))
    };
    env.args.iter().map(word).collect()
}

/// Separates the startup flags from the command after them, or from the `profile` before it.
fn matches(words: &[String], text: &str, profile: bool) -> Result<ArgMatches, Error> {
    let args: Vec<Arg> = lex(text)
        .commands
        .into_iter()
        .flatten()
        .map(|word| Arg::from(&word))
        .collect();
    let short = |clap: clap::Command, (letter, name): &(char, &'static str)| {
        clap.mut_arg(name, |arg| arg.short(*letter))
    };
    let mut clap = SHORT
        .iter()
        .fold(grammar::globals(START, false), short)
        .mut_arg("command", |arg| arg.num_args(1).allow_hyphen_values(true))
        .mut_arg("file", |arg| arg.num_args(1))
        // A value may be anything, as `--var N=-1` or `--var=N=-1`.
        .mut_arg("var", |arg| arg.num_args(1))
        .mut_arg("vars_file", |arg| arg.num_args(1))
        // Not clap's own help, which would ignore the other flags: `--api v1 --help`.
        .mut_arg("help", |arg| arg.action(ArgAction::SetTrue));
    clap.try_get_matches_from_mut(optional_values::joined(words, START, profile))
        .map_err(|error| complaint::explained(&error, &args, None, START))
}

fn on(matches: &ArgMatches, name: &str) -> bool {
    matches
        .get_one::<String>(name)
        .is_some_and(|value| value == "on")
}

fn list(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches
        .get_many::<String>(name)
        .into_iter()
        .flatten()
        .cloned()
        .collect()
}

fn of_matches(words: &[String], matches: &ArgMatches) -> Result<Args, Error> {
    let mut settings = overrides::given_settings(settings::TABLE.iter(), matches);
    if on(matches, "keep_going") {
        settings.push((Key::OnError.setting(), "continue".to_owned()));
    }
    let source = source(words, matches)?;
    let mode = mode(&source, matches)?;
    let vars = match source {
        // Help works even if a file is missing.
        CommandSource::Help | CommandSource::Version => Vec::new(),
        _ => vars::given(&list(matches, "vars_file"), &list(matches, "var"))?,
    };
    Ok(Args {
        mode,
        source,
        practice: on(matches, "practice"),
        profile: None,
        user: list(matches, "user").pop().unwrap_or_default(),
        quiet: on(matches, "quiet"),
        allow_shell: on(matches, "allow_shell"),
        vars,
        settings,
    })
}

/// Where the commands come from.
fn source(words: &[String], matches: &ArgMatches) -> Result<CommandSource, Error> {
    let (files, texts) = (list(matches, "file"), list(matches, "command"));
    let once = &words[words.len() - external(matches)..];
    if matches.get_flag("help") {
        return Ok(CommandSource::Help);
    }
    if on(matches, "version") {
        return Ok(CommandSource::Version);
    }
    match (files.is_empty(), texts.is_empty(), once.is_empty()) {
        (true, true, true) => Ok(CommandSource::Stdin),
        (false, true, true) => Ok(CommandSource::Files(files)),
        (true, false, true) => Ok(CommandSource::Texts(texts)),
        // A single command is run as a line, too: there is one parser, and no word has a special
        // meaning.
        (true, true, false) => Ok(CommandSource::Once(as_line(once))),
        _ => Err(
            Error::typed("`--file`, `-c` and a command cannot be used together")
                .hint("run them one after another"),
        ),
    }
}

/// The flags that control how commands are run.
fn mode(source: &CommandSource, matches: &ArgMatches) -> Result<Mode, Error> {
    let value = |name: &str| {
        let param = START.iter().find(|param| param.name == name);
        let (param, text) = (
            param.expect("in the table"),
            matches.get_one::<String>(name),
        );
        text.map(|text| {
            let checked = param.kind.check(std::slice::from_ref(text));
            checked.map_err(|(_, why)| {
                Error::typed(format!("`{}` {why}; {}", param.flag(), this_is(text)))
            })
        })
        .transpose()
    };
    let on = |name: &str| Ok(value(name)? == Some(Value::Switch(true)));
    let from_line = match value("from_line")? {
        Some(Value::Int(line)) => usize::try_from(line).unwrap_or(usize::MAX),
        _ => 0,
    };
    if from_line > 0 && !is_one_file(source) {
        return Err(from_line_of_one());
    }
    let (dry, form) = (on("dry_run")?, value("as")?);
    // Forgetting `--dry-run` must not send the requests.
    if form.is_some() && !dry && !matches!(source, CommandSource::Help | CommandSource::Version) {
        return Err(Error::typed("`--as` requires `--dry-run`")
            .hint("`curl COMMAND` shows one command's curl line"));
    }
    let form = form.and_then(|form| ShowAs::named(&form.to_word()));
    let form = form.unwrap_or(ShowAs::Raw);
    let reports = reports(matches)?;
    if dry && !reports.is_empty() {
        return Err(
            Error::typed("`--dry-run` and `--report` cannot be used together")
                .hint("a dry run has nothing to report"),
        );
    }
    Ok(Mode {
        check: on("check")?,
        from_line,
        dry_run: dry.then_some(form),
        reports,
        inputs: inputs(source, matches),
    })
}

fn is_one_file(source: &CommandSource) -> bool {
    match source {
        CommandSource::Stdin => true,
        CommandSource::Files(files) => files.len() == 1,
        _ => false,
    }
}

/// The files that are read: no report may overwrite them.
fn inputs(source: &CommandSource, matches: &ArgMatches) -> Vec<String> {
    let vars = matches.get_many::<String>("vars_file");
    let mut inputs: Vec<String> = vars.into_iter().flatten().cloned().collect();
    if let CommandSource::Files(files) = source {
        inputs.extend(files.iter().filter(|file| *file != "-").cloned());
    }
    inputs
}

/// The reports; each is a format and a file.
fn reports(matches: &ArgMatches) -> Result<Vec<(report::ReportFormat, String)>, Error> {
    let words: Vec<&String> = matches.get_many("report").into_iter().flatten().collect();
    let one = |pair: &[&String]| {
        let form = report::ReportFormat::named(pair[0]).ok_or_else(|| {
            let is = this_is(pair[0]);
            Error::typed(format!(
                "`--report` expects {} and a file; {is}",
                ticked(report::FORMATS)
            ))
            .hint("for example `--report junit FILE`")
        })?;
        Ok((form, pair[1].clone()))
    };
    words.chunks_exact(2).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_contains_no_secret() {
        let marker = || "Marker7431".to_owned();
        let base_url = Key::BaseUrl.setting();
        for source in [
            CommandSource::Once(marker()),
            CommandSource::Texts(vec![marker()]),
            CommandSource::Stdin,
        ] {
            let args = Args {
                source,
                practice: false,
                mode: Mode::default(),
                quiet: false,
                allow_shell: false,
                profile: None,
                user: "admin".to_owned(),
                vars: vec![("password".to_owned(), marker())],
                settings: vec![(base_url, marker())],
            };
            let shown = format!("{args:?} {args:#?} {:?}", args.source);
            assert!(!shown.contains("Marker"), "{shown}");
        }
    }
}
