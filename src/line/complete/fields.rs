//! The candidates after `--set`.

use super::{Candidate, described, files};
use crate::catalog::Release;
use crate::catalog::schema::{self, Type};
use crate::line::completion_cache::CompletionCache;

/// The candidates after `--set`: a path step by step, then the values of the field.
pub(super) fn fields(
    body: &Type,
    typed: &str,
    release: Release,
    cache: &CompletionCache,
) -> Vec<Candidate> {
    let Some((path, value)) = typed.split_once('=') else {
        let before = typed.rfind('.').map_or("", |dot| &typed[..=dot]);
        let mut below = schema::below(body, before, release);
        // A field further down is found by a part of its path.
        if !below.iter().any(|(path, _)| path.starts_with(typed)) {
            below = schema::all_below(body, release);
        }
        let below = below.iter();
        return below.map(|(path, help)| described(path, help)).collect();
    };
    let Ok(found) = schema::find(body, path) else {
        return Vec::new();
    };
    if let Some(file) = value.strip_prefix('@')
        && (found.kind != Type::Text || found.is_secret())
    {
        return files(&format!("{path}=@"), file, cache);
    }
    let all = match (&found.kind, found.field) {
        (Type::Bool, _) => vec![("true", ""), ("false", "")],
        (Type::Text | Type::Int, Some(field)) => {
            let all = field.choices_in(Some(release));
            all.map(|choice| (choice.word, choice.means)).collect()
        }
        _ => Vec::new(),
    };
    all.iter()
        .map(|(word, means)| described(&format!("{path}={word}"), means))
        .collect()
}
