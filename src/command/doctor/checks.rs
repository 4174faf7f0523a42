//! The checks of `doctor`, each of which depends on those before it.

use super::{Finding, Outcome};
use crate::catalog::Login;
use crate::command::profile;
use crate::error::{Error, Fault};
use crate::http::{Exchange, SKEW};
use crate::input::size;
use crate::request::Proof;
use crate::settings::Key;
use crate::shell::Shell;
use crate::shell::detect::{Detected, HEALTHZ, Kind};
use crate::text::clean;
use crate::text::words::plural;
use jiff::Timestamp;
use std::time::{Duration, SystemTime};

/// A certificate that ends sooner should have been renewed.
const SOON: Duration = Duration::from_hours(14 * 24);

/// Runs all checks; only an interrupt ends them early.
pub(super) fn all(shell: &mut Shell) -> Result<Vec<Finding>, Error> {
    let mut findings = vec![config(shell)];
    let asked = unless_interrupted(shell.question(HEALTHZ))?;
    let (url, _) = shell.session.settings.shown(Key::BaseUrl.setting());
    let healthz = match asked {
        Ok(healthz) => {
            findings.push(Finding::ok("server", format!("{url} answers")));
            Some(healthz)
        }
        Err(error) => {
            findings.push(Finding::failed("server", error));
            None
        }
    };
    if let Some(healthz) = healthz {
        of_server(shell, &healthz, &mut findings)?;
    } else {
        let rest = ["release", "clock", "certificate", "login", "permissions"];
        findings.extend(rest.map(|check| Finding::skipped(check, "the server does not answer")));
    }
    findings.push(terminal(shell));
    Ok(findings)
}

/// An error that is about a check, and not about the whole command.
fn unless_interrupted<T>(done: Result<T, Error>) -> Result<Result<T, Error>, Error> {
    match done {
        Err(error) if error.fault == Fault::Interrupted => Err(error),
        done => Ok(done),
    }
}

fn config(shell: &Shell) -> Finding {
    let config = shell.session.settings.config();
    let Some(path) = &config.path else {
        return Finding::skipped(
            "config",
            "there is no home folder, so there is no config file",
        );
    };
    if let Some(error) = &config.broken {
        return Finding::failed("config", error.clone());
    }
    let shown = clean::line(&path.to_string_lossy()).into_owned();
    if !path.exists() {
        return Finding::ok("config", format!("{shown} does not exist; it is optional"));
    }
    match profile::checked(shell, "") {
        Ok(count) => Finding::ok("config", format!("{shown}: {}", plural(count, "profile"))),
        Err(error) => Finding::failed("config", error),
    }
}

/// What a server that answers shows.
fn of_server(
    shell: &mut Shell,
    healthz: &Exchange,
    findings: &mut Vec<Finding>,
) -> Result<(), Error> {
    let detected = unless_interrupted(shell.detect_by(healthz))?;
    let kind = match detected {
        Ok(Detected::Sftpgo(kind)) => Ok(kind),
        Ok(Detected::Rejects(status)) => {
            let message = format!("the server currently rejects requests (status {status})");
            let hint = "this machine's address may be banned for a limited time";
            Err(Error::new(Fault::Refused(status), message).hint(hint))
        }
        Ok(Detected::Other) => {
            let message = "the server does not look like SFTPGo";
            Err(Error::new(Fault::NoAnswer, message).hint("is this really SFTPGo's address?"))
        }
        Err(error) => Err(error),
    };
    let kind = match kind {
        Ok(kind) => kind,
        Err(error) => {
            findings.push(Finding::failed("release", error));
            findings.extend([clock(healthz), certificate(shell, healthz)]);
            let why = "the API of the server is unknown";
            findings.extend(["login", "permissions"].map(|check| Finding::skipped(check, why)));
            return Ok(());
        }
    };
    let chosen = shell.session.settings.api;
    let is_right = shell.use_detected(kind)?;
    let login = unless_interrupted(login(shell, kind))?;
    findings.push(if is_right {
        release(shell, kind)
    } else {
        let name = chosen.name;
        let detail = format!("the server has the API {}, but `api` is {name}", kind.api);
        Finding::new("release", Outcome::Warning, detail).hint("`set` shows where it was set")
    });
    findings.extend([clock(healthz), certificate(shell, healthz)]);
    let is_in = matches!(&login, Ok(finding) if finding.outcome == Outcome::Ok);
    findings.push(login.unwrap_or_else(|error| Finding::failed("login", error)));
    findings.push(if is_in {
        permissions(shell)
    } else {
        Finding::skipped("permissions", "not logged in")
    });
    Ok(())
}

fn release(shell: &Shell, kind: Kind) -> Finding {
    let told = kind.release.or(shell.session.told_release());
    Finding::ok(
        "release",
        match told {
            Some(release) => format!("SFTPGo {release}, API {}", kind.api),
            None => format!("API {}; this server does not report its release", kind.api),
        },
    )
}

fn clock(healthz: &Exchange) -> Finding {
    match healthz.ahead() {
        None => Finding::skipped("clock", "the server does not report its time"),
        Some(ahead) if ahead.abs() > SKEW => {
            let detail = healthz.of_clocks().trim_start_matches("; ").to_owned();
            Finding::new("clock", Outcome::Warning, detail)
                .hint("tokens and one-time codes depend on both clocks")
        }
        Some(_) => Finding::ok("clock", format!("at most {SKEW} s from this machine's")),
    }
}

fn certificate(shell: &Shell, healthz: &Exchange) -> Finding {
    let settings = &shell.session.settings;
    if settings.base_url.scheme() != "https" {
        return Finding::skipped("certificate", "no TLS");
    }
    let Some(end) = healthz.certificate_end() else {
        return Finding::skipped("certificate", "its expiry date cannot be read");
    };
    let text = Timestamp::try_from(end).map_or_else(
        |_| "in the far future".to_owned(),
        |end| format!("on {}", end.strftime("%Y-%m-%d %H:%M UTC")),
    );
    let left = end.duration_since(SystemTime::now());
    let days =
        |time: Duration| plural(usize::try_from(time.as_secs() / 86_400).unwrap_or(0), "day");
    let (outcome, detail) = match left {
        Err(_) => (Outcome::Failed(Fault::NoAnswer), format!("expired {text}")),
        Ok(left) if left < SOON => (
            Outcome::Warning,
            format!("expires {text}, in {}", days(left)),
        ),
        Ok(left) => (Outcome::Ok, format!("expires {text}, in {}", days(left))),
    };
    if settings.tls.insecure && outcome == Outcome::Ok {
        let detail = format!("not verified (`insecure` is on); {detail}");
        return Finding::new("certificate", Outcome::Warning, detail);
    }
    Finding::new("certificate", outcome, detail)
}

fn login(shell: &mut Shell, kind: Kind) -> Result<Finding, Error> {
    if !kind.asks_for_login || shell.session.settings.api.login == Login::None {
        return Ok(Finding::skipped("login", "this server requires no login"));
    }
    match shell.session.proof() {
        Proof::None => {
            let why = "no admin is set";
            let hint = "`--user NAME`, SFTPGO_USERNAME or a profile sets one";
            return Ok(Finding::skipped("login", why).hint(hint));
        }
        Proof::Key => return by_key(shell),
        Proof::Token | Proof::Basic => {}
    }
    let user = clean::line(&shell.session.auth.user).into_owned();
    Ok(if shell.log_in_as_named(true)? {
        Finding::ok("login", format!("logged in as {user}"))
    } else {
        let why = format!("{user} was named for another server");
        Finding::skipped("login", why).hint("`login` logs in here")
    })
}

/// Whether the server accepts the API key.
fn by_key(shell: &mut Shell) -> Result<Finding, Error> {
    let headers = shell.session.auth.headers(Proof::Key);
    let spec = shell.session.own_request("version")?;
    let status = shell.ask_server(&spec, headers)?.status;
    if status == 200 {
        return Ok(Finding::ok("login", "the API key is accepted"));
    }
    let message = format!("the API key is not accepted: the server answered {status}");
    let error = Error::new(Fault::Refused(status), message);
    let hint = "it may be wrong or expired, or its admin may not allow API keys";
    Ok(Finding::failed("login", error.hint(hint)))
}

fn permissions(shell: &Shell) -> Finding {
    match shell.permissions() {
        None => Finding::skipped("permissions", "the server does not report them"),
        Some(all) if all.is_empty() => Finding::new(
            "permissions",
            Outcome::Warning,
            "none: this admin is not allowed to do anything",
        ),
        Some(all) if all.iter().any(|one| one == "*") => Finding::ok("permissions", "all"),
        Some(all) => Finding::ok("permissions", clean::line(&all.join(", ")).into_owned()),
    }
}

fn terminal(shell: &Shell) -> Finding {
    let terminals = shell.screen().terminals();
    if !terminals.stdin || !terminals.stdout {
        return Finding::skipped("terminal", "input or output is not a terminal");
    }
    let columns = size::of_stdout().map_or_else(
        || "it does not report its size".to_owned(),
        |columns| plural(columns, "column"),
    );
    let term = shell.session.var("TERM").unwrap_or("not set");
    let detail = format!("{columns}, TERM is {}", clean::line(term));
    Finding::ok("terminal", detail)
}
