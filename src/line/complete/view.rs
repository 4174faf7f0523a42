//! Tab in `--where`, `--sort` and `--columns`: fields by their paths, operators, the words of
//! a field.

use super::super::outline::Outline;
use super::{Candidate, Form, Offer, described, plain, value_after_equals};
use crate::catalog::schema::Type;
use crate::catalog::{Release, SORT_PARAM, Unit, WHERE_PARAM};
use crate::query::FieldPath;
use crate::query::condition::lex::{TokenKind, lex as lex_condition};
use crate::text::lex::lex;

/// What may come next in a condition.
enum Next {
    Field,
    /// An operator for the field at this path.
    Operator(String),
    /// A value for the field at this path.
    Value(String),
    /// `and`, `or`.
    Connective,
}

/// What may stand at the end of a condition that ends with `line`; `None` if there is no
/// condition. A condition has blanks, so the first word of one gets a quote before it.
pub(super) fn offer(line: &str, start: usize, typed: &str, outline: &Outline) -> Option<Offer> {
    let text = match value_after_equals(typed, outline) {
        Some((param, value)) if param.name == WHERE_PARAM => value,
        Some(_) => return None,
        None => {
            outline.open.filter(|param| param.name == WHERE_PARAM)?;
            typed.to_owned()
        }
    };
    let object = outline.command?.listed()?;
    let is_part = |c: char| !c.is_whitespace() && !"=!<>~()[],'\"`".contains(c);
    let token = text.trim_end_matches(is_part).len();
    let (before, token) = text.split_at(token);
    let raw = &line[start..];
    if !raw.ends_with(token) {
        return Some(Offer::at(line.len(), String::new()));
    }
    let (from, begun) = if lex(raw).open.is_some() {
        (line.len() - token.len(), String::new())
    } else if raw.ends_with(&text) && !text.contains(['\'', '"', '\\', '$']) {
        (line.len() - text.len(), format!("'{before}"))
    } else {
        return Some(Offer::at(line.len(), String::new()));
    };
    let mut offer = Offer {
        own: words(before, token, object, outline.release()),
        form: Form {
            kept: begun,
            is_bare: true,
            ..Form::default()
        },
        ..Offer::at(from, token.to_owned())
    };
    line[from..].clone_into(&mut offer.typed.raw);
    Some(offer)
}

/// The words that may stand where a condition goes on with `token`.
fn words(before: &str, token: &str, object: &'static str, release: Release) -> Vec<Candidate> {
    let owned = |words: &[&str]| words.iter().copied().map(plain).collect();
    match next(before) {
        None => Vec::new(),
        Some(Next::Connective) => owned(&["and", "or"]),
        Some(Next::Field) => {
            let mut all = fields(token, object, release);
            all.extend((!token.contains('.')).then(|| plain("not")));
            all
        }
        Some(Next::Operator(path)) => {
            match FieldPath::read(object, &path).map(|path| path.kind().clone()) {
                Ok(Type::Int) => owned(&["=", "!=", "<", "<=", ">", ">=", "in"]),
                Ok(Type::Bool) => owned(&["=", "and", "or"]),
                Ok(Type::List(_)) => owned(&["has", "~", "= null", "!= null"]),
                Ok(Type::Map(_) | Type::Free) => owned(&["has", "= null", "!= null"]),
                Ok(_) => owned(&["=", "!=", "~", "has", "in"]),
                Err(_) => Vec::new(),
            }
        }
        Some(Next::Value(path)) => match FieldPath::read(object, &path) {
            Ok(path) => values(&path, release),
            Err(_) => Vec::new(),
        },
    }
}

/// The words that a field can be.
fn values(path: &FieldPath, release: Release) -> Vec<Candidate> {
    if *path.kind() == Type::Bool {
        return vec![plain("true"), plain("false")];
    }
    let Some(field) = path.field() else {
        return Vec::new();
    };
    let is_time = field.unit.is_some_and(Unit::is_time);
    let times = is_time.then_some(["now", "today"]).into_iter().flatten();
    let choices = field.choices_in(Some(release));
    let choices = choices.map(|choice| described(choice.word, choice.means));
    let words = field.zero.into_iter().chain(times).map(plain);
    let all = choices.chain(words);
    all.filter(|word| !word.text.is_empty()).collect()
}

/// What may follow a condition that ends here; `None` inside a text in quotes.
fn next(before: &str) -> Option<Next> {
    let mut state = Next::Field;
    let mut field = String::new();
    for token in lex_condition(before).ok()? {
        state = match (state, token.kind) {
            (Next::Field, TokenKind::Word(word)) if word.eq_ignore_ascii_case("not") => Next::Field,
            (Next::Field, TokenKind::Word(word) | TokenKind::Field(word)) => {
                field.clone_from(&word);
                Next::Operator(word)
            }
            (Next::Operator(_), TokenKind::Op(_)) | (Next::Connective, TokenKind::Comma) => {
                Next::Value(field.clone())
            }
            (Next::Operator(path), TokenKind::Word(word)) => {
                match word.to_ascii_lowercase().as_str() {
                    "has" | "in" => Next::Value(path),
                    "not" => Next::Operator(path),
                    // `and`, `or`; `0.9 * `
                    _ => Next::Field,
                }
            }
            (Next::Value(_), TokenKind::Word(_) | TokenKind::Text(_) | TokenKind::Field(_)) => {
                Next::Connective
            }
            (Next::Connective, TokenKind::Word(word)) if matches!(word.as_str(), "*" | "/") => {
                Next::Value(field.clone())
            }
            (Next::Connective, TokenKind::Word(_)) => Next::Field,
            (Next::Operator(_), TokenKind::Close(_)) => Next::Connective,
            (state, _) => state,
        };
    }
    Some(state)
}

/// The fields by which a list can be sorted, after those that are there already.
pub(super) fn sort_fields(typed: &str, outline: &Outline) -> Option<Vec<Candidate>> {
    let object = outline.command?.listed()?;
    let begun = typed.rfind(',').map_or(0, |comma| comma + 1);
    let begun = begun + usize::from(typed[begun..].starts_with('-'));
    let (begun, token) = typed.split_at(begun);
    let is_fit = |path: &Candidate| {
        let read = FieldPath::read(object, path.text.trim_end_matches('.'));
        let kind = read.map(|path| path.kind().clone());
        path.text.ends_with('.') || matches!(kind, Ok(Type::Int | Type::Text | Type::Bool))
    };
    let all = fields(token, object, outline.release()).into_iter();
    Some(all.filter(is_fit).map(|one| after(begun, one)).collect())
}

/// The fields that can be shown of objects of this type, after those that are there already.
pub(super) fn columns(object: &'static str, typed: &str, release: Release) -> Vec<Candidate> {
    let sign = usize::from(typed.starts_with('+'));
    let begun = typed.rfind(',').map_or(sign, |comma| comma + 1);
    let (begun, token) = typed.split_at(begun);
    let chosen = begun.get(sign..).unwrap_or_default().split(',');
    let all = fields(token, object, release).into_iter();
    let all = all.filter(|one| chosen.clone().all(|name| name != one.text));
    all.map(|one| after(begun, one)).collect()
}

/// A field after what was typed before it.
fn after(begun: &str, field: Candidate) -> Candidate {
    let text = format!("{begun}{}", field.text);
    Candidate {
        shown: text.clone(),
        text,
        ..field
    }
}

/// Whether a parameter is completed with fields.
pub(super) fn is_sort(name: &str) -> bool {
    name == SORT_PARAM
}

/// The fields at the path that has been typed so far, each after what is before it.
fn fields(token: &str, object: &'static str, release: Release) -> Vec<Candidate> {
    let dot = token.rfind('.').map_or(0, |dot| dot + 1);
    let below = FieldPath::below(object, &token[..dot], release);
    below
        .iter()
        .map(|(path, help)| described(path, help))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::complete;
    use crate::catalog;
    use crate::line::completion_cache::CompletionCache;

    /// The lines that Tab can make of a line.
    fn tab(line: &str) -> Vec<String> {
        let api = catalog::api("v2").expect("a generation");
        let (start, all) = complete(line, line.len(), api, &CompletionCache::default());
        let made = |text: &str| format!("{}{text}", &line[..start]);
        all.iter().map(|candidate| made(&candidate.text)).collect()
    }

    #[test]
    fn a_condition_is_completed_word_by_word() {
        let mut failed = Vec::new();
        for (line, expected) in [
            ("get_users --where usern", "get_users --where 'username "),
            ("get_users --where 'usern", "get_users --where 'username "),
            ("get_users --where \"usern", "get_users --where \"username "),
            ("get_users --where='usern", "get_users --where='username "),
            ("get_users --where=usern", "get_users --where='username "),
            ("get_users --where 'filt", "get_users --where 'filters."),
            (
                "get_users --where 'filters.allowed",
                "get_users --where 'filters.allowed_ip ",
            ),
            (
                "get_users --where 'groups.na",
                "get_users --where 'groups.name ",
            ),
            (
                "get_users --where 'username h",
                "get_users --where 'username has ",
            ),
            (
                "get_users --where 'status = d",
                "get_users --where 'status = disabled ",
            ),
            (
                "get_users --where 'status=d",
                "get_users --where 'status=disabled ",
            ),
            (
                "get_users --where '(status in (enabled, d",
                "get_users --where '(status in (enabled, disabled ",
            ),
            (
                "get_users --where 'has_password = t",
                "get_users --where 'has_password = true ",
            ),
            (
                "get_users --where 'expiration_date = ne",
                "get_users --where 'expiration_date = never ",
            ),
            (
                "get_users --where 'permissions./ has upl",
                "get_users --where 'permissions./ has upload ",
            ),
            (
                "get_users --where 'status = disabled a",
                "get_users --where 'status = disabled and ",
            ),
            (
                "get_users --where 'status = disabled and not last_l",
                "get_users --where 'status = disabled and not last_login ",
            ),
            ("get_users --sort -last_l", "get_users --sort=-last_login "),
            (
                "get_users --sort   -used_quota_s",
                "get_users --sort=-used_quota_size ",
            ),
            ("get_users --sort --hu", "get_users --sort --human "),
            ("get_users --sort=-last_l", "get_users --sort=-last_login "),
            (
                "get_users --sort username,-quota_s",
                "get_users --sort username,-quota_size ",
            ),
            ("get_users --sort gro", "get_users --sort groups."),
            (
                "get_users --where 'public_ke",
                "get_users --where 'public_keys ",
            ),
            ("get_users --where 'description = \"sta", ""),
            (
                "get_users --where 'status = disabled' --li",
                "get_users --where 'status = disabled' --limit ",
            ),
        ] {
            let expected: Vec<&str> = Some(expected)
                .filter(|line| !line.is_empty())
                .into_iter()
                .collect();
            let made = tab(line);
            if made != expected {
                failed.push(format!("{line}: {made:?}"));
            }
        }
        assert!(failed.is_empty(), "{failed:#?}");
        let operators: Vec<String> = tab("get_users --where 'quota_size ");
        assert_eq!(operators.len(), 7, "{operators:?}");
        // Each field has its meaning beside it.
        for line in ["--where 'quota_s", "--sort=quota_s", "--columns id,quota_s"] {
            let line = format!("get_users {line}");
            let api = catalog::api("v2").expect("a generation");
            let (_, all) = complete(&line, line.len(), api, &CompletionCache::default());
            let about: Vec<&str> = all.iter().map(|one| one.about.as_str()).collect();
            assert!(
                matches!(about.as_slice(), [about] if !about.is_empty()),
                "{about:?}"
            );
        }
        assert!(tab("get_users --where ").contains(&"get_users --where 'email".to_owned()));
    }
}
