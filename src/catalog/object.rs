//! The objects of an API version by the words for them: `user`, `group`, `connection`.

use super::schema::{self, Type};
use super::{Api, Command, Param, change_of, commands, find};

/// The commands that a word for an object may mean: itself, or what changes or adds one.
fn commands_for(api: &'static Api, word: &str) -> impl Iterator<Item = &'static Command> {
    let names = [word.to_owned(), format!("add_{word}"), change_of(word)];
    names.into_iter().filter_map(move |name| find(api, &name))
}

/// The parameter that is a field of an object whose API has no types of bodies.
pub fn param_named(
    api: &'static Api,
    word: &str,
    key: &str,
) -> Option<(&'static Command, &'static Param)> {
    let untyped = |command: &&Command| command.route().is_some_and(|route| route.body.is_none());
    commands_for(api, word).filter(untyped).find_map(|command| {
        let mut params = command.params_in(api.release);
        let param = params.find(|param| param.place.in_body() && param.key == key)?;
        Some((command, param))
    })
}

/// The type of the objects that a word names: that of the body of a command, such as
/// `update_user`, of `user`, whose command it is, or of a list, such as `connections`.
pub fn object_named(api: &'static Api, word: &str) -> Option<Type> {
    let body = |command: &'static Command| command.route()?.body.map(Type::read);
    if let Some(body) = commands_for(api, word).find_map(body) {
        return Some(body);
    }
    let answers = commands(api).filter_map(|command| command.route()?.object());
    let is_called = |name: &&str| {
        let nouns = schema::schema(name).and_then(|schema| schema.layout.nouns);
        nouns.is_some_and(|(one, several)| word == one || word == several)
    };
    let mut objects = answers.filter(is_called);
    objects.next().map(Type::Object)
}
