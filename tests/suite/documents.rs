//! Checks of rows that are the same for each API version: path parameters and
//! body fields.

use sftpgo_shell::catalog::schema::FieldRef;
use sftpgo_shell::catalog::{Api, Command, Kind, Route, commands};

/// A path without the names of its parameters: ours are the line's, not the documents'.
pub(crate) fn nameless(path: &str) -> String {
    let parts = path.split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// The rows of a release that send a request.
pub(crate) fn requests(
    api: &'static Api,
) -> impl Iterator<Item = (&'static Command, &'static Route)> {
    commands(api).filter_map(|command| Some((command, command.route()?)))
}

/// The parameters of a path are as many as in the documents, and numbers where they are.
pub(crate) fn has_path_parameters(api: &'static Api, command: &'static Command, documents: &str) {
    let ours: Vec<_> = command
        .params_in(api.release)
        .filter(|param| param.place.in_path())
        .map(|param| matches!(param.kind, Kind::Int { .. } | Kind::Named(_)))
        .collect();
    let documents = documents.split_whitespace();
    let documents: Vec<_> = documents.map(|param| param.contains(":integer")).collect();
    assert_eq!(ours, documents, "{} at {}", command.name, api.release);
}

/// A field may be set where the documents have it so, and takes the choices that
/// they have; of what is in an item or a map they do not say who sets it.
pub(crate) fn is_documented(found: &FieldRef, read_only: &str, choices: &str, line: &str) {
    let path = found.path.to_string();
    let own = !path.contains('[') && !path.contains('/');
    assert!(!own || found.is_read_only() == (read_only == "1"), "{line}");
    let field = found.field.expect("a field");
    for choice in choices.split('|').filter(|_| !choices.is_empty()) {
        let number = choice.parse().ok();
        let known = field
            .choices
            .iter()
            .any(|ours| ours.word == choice || number.is_some() && ours.number == number);
        assert!(known, "{line}: {choice}");
    }
}
