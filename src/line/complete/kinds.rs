//! What completes a parameter by the kind of names that it takes.

use super::{Candidate, choice, described, plain};
use crate::catalog::{self, Group, Live, Param};
use crate::line::completion_cache::CompletionCache;
use crate::settings;

/// Names and ids of objects, and whatever else a parameter is completed by.
pub(super) fn live(
    param: &'static Param,
    before: Option<&str>,
    typed: &str,
    cache: &CompletionCache,
) -> Vec<Candidate> {
    match param.completes {
        Some(Live::Topic) => {
            let rows = catalog::every().map(|command| (command.name, command.short));
            let rows: std::collections::BTreeMap<_, _> = rows.collect();
            let pages = ["settings", "flags"].into_iter().map(plain);
            let rows = rows.into_iter().map(|(name, short)| described(name, short));
            rows.chain(pages).chain(sections()).collect()
        }
        Some(Live::Section) => sections().collect(),
        Some(Live::Setting) => {
            let params = settings::TABLE.iter().map(|setting| &setting.param);
            params
                .map(|param| described(param.name, param.help))
                .collect()
        }
        Some(live @ Live::SettingValue) => settings::completions(live, before)
            .into_iter()
            .map(choice)
            .collect(),
        Some(Live::Profile) => cache.profiles().map(plain).collect(),
        Some(Live::Server) => servers(cache),
        Some(Live::Learn) => {
            let words = cache.courses.words().into_iter().map(named);
            words.chain(files("", typed, cache)).collect()
        }
        Some(Live::Lesson) => cache.courses.lessons(before).iter().map(named).collect(),
        Some(Live::Servers) => several_servers(typed, cache),
        Some(Live::File) => files("", typed, cache),
        // Names on the server are searched where they are kept.
        _ => Vec::new(),
    }
}

fn named((name, about): &(String, String)) -> Candidate {
    described(name, about)
}

/// The profiles that may come next in a list of servers.
fn several_servers(typed: &str, cache: &CompletionCache) -> Vec<Candidate> {
    let before = typed.rfind(',').map_or("", |comma| &typed[..=comma]);
    let names = cache.profiles().map(|name| format!("@{name}"));
    let is_new = |name: &String| before.split(',').all(|other| other != name);
    let all = before.is_empty().then(|| plain(catalog::ALL_SERVERS));
    let names = names.filter(is_new);
    let names = names.map(|name| plain(&format!("{before}{name}")));
    names.chain(all).collect()
}

/// The topics and headings of `help`.
fn sections() -> impl Iterator<Item = Candidate> {
    let topics = catalog::TOPICS.iter();
    let topics = topics.map(|topic| described(topic.name, topic.title()));
    let headings = Group::ALL.iter().map(|group| group.word());
    // A heading may be a topic too.
    let headings = headings.filter(|word| catalog::Topic::named(word).is_none());
    topics.chain(headings.map(|word: String| plain(&word)))
}

/// The profiles as they name a server.
pub(super) fn servers(cache: &CompletionCache) -> Vec<Candidate> {
    let names = cache.profiles();
    names.map(|name| plain(&format!("@{name}"))).collect()
}

/// The files with this prefix in their names, each after `before`.
pub(super) fn files(before: &str, typed: &str, cache: &CompletionCache) -> Vec<Candidate> {
    let all = cache.files(typed).into_iter();
    all.map(|file| plain(&format!("{before}{file}"))).collect()
}
