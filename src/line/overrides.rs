//! The settings that flags give for a single command.

use super::complaint::bad_value;
use super::parse::texts;
use super::variables::Arg;
use crate::catalog::{self, Api};
use crate::error::Error;
use crate::settings::{self, Setting};
use clap::ArgMatches;

/// The API that `--api` names after a command; it decides which commands there are.
pub(super) fn api_after(args: &[Arg], api: &'static Api) -> &'static Api {
    let args: Vec<&str> = texts(args).take_while(|text| *text != "--").collect();
    let named = |(at, text): (usize, &&str)| {
        match text.strip_prefix("--api")? {
            "" => args.get(at + 1).copied(),
            value => value.strip_prefix('='),
        }
        .and_then(|value| catalog::chosen(value).ok())
    };
    let mut all = args.iter().enumerate().filter_map(named);
    all.next_back().unwrap_or(api)
}

/// The settings given by flags for one command, their values checked.
pub(super) fn checked(
    of: impl Iterator<Item = &'static Setting>,
    matches: &ArgMatches,
    args: &[Arg],
) -> Result<Vec<(&'static Setting, String)>, Error> {
    let given = given_settings(of.filter(|setting| setting.changes), matches);
    for (setting, value) in &given {
        // Checked on a copy, so that the place of the value is still known.
        settings::Settings::default()
            .set(setting, value, settings::Origin::Set)
            .map_err(|why| bad_value(&setting.param, value, &why, args))?;
    }
    Ok(given)
}

/// Those of these settings that have a value among the matches.
pub fn given_settings(
    of: impl Iterator<Item = &'static Setting>,
    matches: &ArgMatches,
) -> Vec<(&'static Setting, String)> {
    let value = |setting: &Setting| matches.get_one::<String>(setting.param.name).cloned();
    of.filter_map(|setting| Some((setting, value(setting)?)))
        .collect()
}
