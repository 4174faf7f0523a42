//! `set` and `connect`: the settings.

use crate::error::Error;
use crate::line::call::Call;
use crate::line::complaint;
use crate::line::near::{near, ticked};
use crate::settings::{self, Key, Origin, Setting};
use crate::shell::Shell;
use std::ops::Range;

pub(super) fn set(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    let name = call.text("name");
    if name.is_empty() {
        return show_all(shell);
    }
    let Some(setting) = settings::find(name) else {
        let names = near(
            name,
            settings::TABLE.iter().map(|setting| setting.param.name),
        );
        let hint = if names.is_empty() {
            "`set` lists them".to_owned()
        } else {
            format!("did you mean {}?", ticked(&names))
        };
        return Err(Error::typed(format!("unknown setting `{name}`"))
            .hint(hint)
            .at(call.place("name")));
    };
    if !call.typed("value") {
        let (value, _) = shell.session.settings.shown(setting);
        return shell.print(&format!("{value}\n"));
    }
    change(shell, setting, call.text("value"), call.place("value"))
}

pub(super) fn connect(shell: &mut Shell, call: &Call) -> Result<(), Error> {
    change(
        shell,
        &settings::TABLE[Key::BaseUrl as usize],
        call.text("url"),
        call.place("url"),
    )
}

fn change(
    shell: &mut Shell,
    setting: &'static Setting,
    value: &str,
    place: Range<usize>,
) -> Result<(), Error> {
    if !setting.changes {
        return Err(
            Error::typed(format!("`{}` is settled at the start", setting.param.name))
                .hint(format!(
                    "`{}` in the environment, or `--{}`",
                    setting.env[0], setting.param.name
                ))
                .at(place),
        );
    }
    let before = shell.session.settings.base_url.clone();
    shell
        .session
        .settings
        .set(setting, value, Origin::Set)
        .map_err(|why| {
            let is = complaint::this_is(value);
            Error::typed(format!("`{}` {why}; {is}", setting.param.name)).at(place)
        })?;
    // Ids and names of one server mean nothing on another.
    if shell.session.settings.base_url != before || setting.key == Key::Api {
        shell.session.forget_server();
    }
    Ok(())
}

fn show_all(shell: &Shell) -> Result<(), Error> {
    let settings = &shell.session.settings;
    let rows: Vec<(&str, &str, String)> = settings::TABLE
        .iter()
        .map(|setting| {
            let (value, origin) = settings.shown(setting);
            (setting.param.name, value, origin.to_string())
        })
        .collect();
    let wide = |cell: fn(&(&str, &str, String)) -> usize| rows.iter().map(cell).max().unwrap_or(0);
    let (name, value) = (
        wide(|row| row.0.chars().count()),
        wide(|row| row.1.chars().count()),
    );
    let mut text = String::new();
    for row in &rows {
        text.push_str(&format!("{:name$}  {:value$}  ({})\n", row.0, row.1, row.2));
    }
    shell.print(&text)
}
