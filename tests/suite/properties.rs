//! Properties of every line (words, completion, hints, colours, errors), every
//! answer and every setting.

use crate::generators::{
    Known, ODD, cases, lines, odd, odd_name, quoting, text_of, words, written,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use sftpgo_shell::catalog::{APIS, Api, Live};
use sftpgo_shell::error::Error;
use sftpgo_shell::line::alias::Aliases;
use sftpgo_shell::line::call::Content;
use sftpgo_shell::line::complete::complete;
use sftpgo_shell::line::completion_cache::CompletionCache;
use sftpgo_shell::line::highlight::highlight;
use sftpgo_shell::line::hint::hint;
use sftpgo_shell::line::outline::outline;
use sftpgo_shell::line::parse::Parser;
use sftpgo_shell::line::variables::expand;
use sftpgo_shell::output::error::{Place, render};
use sftpgo_shell::output::format::render as render_json;
use sftpgo_shell::secret::line::{for_history, masked};
use sftpgo_shell::settings::{Origin, Output, Settings, TABLE};
use sftpgo_shell::text::clean::{self, is_unsafe};
use sftpgo_shell::text::lex::{Word, lex};
use sftpgo_shell::text::words::quoted;

/// Pieces that words are made of, for shlex and us alike: `;` ends a command here only.
const WORDY: &[&str] = &[
    "a", "b", "é", "日", " ", " ", "\t", "\n", "'", "'", "\"", "\"", "\\", "\\", "#", "$", "`", "=",
];

fn texts(words: &[Word]) -> Vec<String> {
    words.iter().map(Word::text).collect()
}

/// The text without colours.
fn plain(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + part.split_once('m').map_or("", |(_, after)| after)
    })
}

fn api() -> impl Strategy<Value = &'static Api> {
    (0..APIS.len()).prop_map(|at| &APIS[at])
}

/// Looks at a line in every way there is.
fn look_at(
    line: &str,
    api: &'static Api,
    seen: &CompletionCache,
    room: usize,
    span: (usize, usize),
) {
    let lexed = lex(line);
    for at in (0..=line.len()).filter(|at| line.is_char_boundary(*at)) {
        let (start, _) = complete(line, at, api, seen);
        assert!(start <= at && line.is_char_boundary(start));
        hint(&line[..at], api, room);
    }
    let (shown, moved) = masked(line);
    for at in 0..=line.len() {
        assert!(moved(at) <= shown.len());
        let boundary = line.is_char_boundary(at);
        assert!(!boundary || shown.is_char_boundary(moved(at)), "{at}");
    }
    for_history(line);
    let mut error = Error::typed("no").at(span.0..span.1);
    let place = Place::File {
        name: "f".to_owned(),
        line: 1,
    };
    for place in [&place, &Place::Terminal, &Place::Arguments] {
        render(&error, line, place, false);
    }
    let mut parser = Parser::default();
    for words in &lexed.commands {
        outline(words, api);
        let parsed = expand(words, &Known).and_then(|args| parser.parse(&args, api));
        if let Err(why) = parsed {
            error = why;
            let within = error
                .span
                .clone()
                .is_none_or(|span| span.start <= span.end && line.get(span).is_some());
            assert!(within, "{error:?}");
            render(&error, line, &place, true);
        }
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn words_are_those_of_shlex(text in text_of(WORDY, 24)) {
        // Outside quotes a line that goes on is joined as sh does it; shlex makes a word of it.
        // And it knows no `$'…'`: a letter between the two makes it a text in quotes.
        let text = text.replace("\\\n", "x").replace("$'", "$x'");
        let lexed = lex(&text);
        match shlex::split(&text) {
            None => prop_assert!(lexed.open.is_some()),
            Some(expected) => {
                prop_assert!(lexed.open.is_none());
                prop_assert_eq!(texts(&words(&text)), expected);
            }
        }
    }

    #[test]
    fn quoted_words_are_those_of_shlex(all in vec((odd(), quoting()), 0..5)) {
        let said: Vec<_> = all.iter().map(|(text, _)| text.clone()).collect();
        let line: Vec<_> = all.iter().map(|(text, quoting)| written(text, *quoting)).collect();
        let line = line.join(" ");
        prop_assert_eq!(shlex::split(&line), Some(said.clone()));
        prop_assert_eq!(texts(&words(&line)), said.clone());
        // Nothing in them is a variable.
        let args = expand(&words(&line), &Known).expect("no variables");
        prop_assert_eq!(args.into_iter().map(|arg| arg.text).collect::<Vec<_>>(), said);
    }

    #[test]
    fn a_word_can_be_cut_out_and_lexed_again(line in lines()) {
        let lexed = lex(&line);
        let mut end = 0;
        for word in lexed.commands.iter().flatten() {
            prop_assert!(end <= word.span.start && word.span.start < word.span.end);
            end = word.span.end;
            let alone = words(&line[word.span.clone()]);
            prop_assert_eq!(alone.len(), 1);
            prop_assert_eq!(&alone[0].pieces, &word.pieces);
        }
        prop_assert!(end <= line.len());
    }

    #[test]
    fn colours_do_not_change_the_text(line in lines(), api in api()) {
        // An SGR of the line's own cannot be distinguished from ours.
        let line = line.replace('\x1b', "x");
        prop_assert_eq!(plain(&highlight(&line, api, &Aliases::default())), line);
    }

    #[test]
    fn no_line_panics(line in lines(), api in api(), room in 0_usize..200, span: (u8, u8)) {
        let mut seen = CompletionCache::default();
        let users = json!([{"id": 7, "username": "a b"}, {"id": 71, "username": "é$x"}]);
        seen.learn_names(&APIS[0], Live::UserId, "id", &users);
        let span = (usize::from(span.0) % 40, usize::from(span.1) % 40);
        look_at(&line, api, &seen, room, span);
    }

    #[test]
    fn quoted_text_is_read_back(text in odd()) {
        let line = format!("x {} y", quoted(&text));
        let args = expand(&words(&line), &Known).expect("no variables");
        prop_assert_eq!(args.len(), 3);
        prop_assert_eq!(&args[1].text, &text);
    }

    #[test]
    fn a_completed_word_means_the_name(
        names in vec(odd_name(), 1..4),
        before in select(&[
            "start_quota_scan ", "get_users --username ", "get_users --username=",
            "get_users '--username'=", "get_users \"--username=", "explain update_user 7 ",
            "get_users; add_user ",
        ][..]),
        typed in 0_usize..4,
        quote in select(&["", "'", "\""][..]),
    ) {
        let mut seen = CompletionCache::default();
        let users = names.iter().enumerate();
        let users: Vec<_> = users.map(|(id, name)| json!({"id": id, "username": name})).collect();
        seen.learn_names(&APIS[0], Live::UserId, "id", &Value::Array(users));
        // The beginning of a name, as it may stand in an open quote.
        let quote = if before.contains('"') { "" } else { quote };
        let begun: String = names[0].chars().take(typed).filter(|c| c.is_alphanumeric()).collect();
        let line = format!("{before}{quote}{begun}");
        let (start, found) = complete(&line, line.len(), &APIS[0], &seen);
        prop_assert!(!found.is_empty() || !names[0].starts_with(&begun), "{}", line);
        for candidate in found {
            if candidate.text.starts_with("--") && begun.is_empty() {
                continue;
            }
            let line = format!("{}{}", &line[..start], candidate.text);
            prop_assert!(lex(&line).open.is_none(), "{}", line);
            let args = expand(&words(&line), &Known).expect("no variables");
            let last = &args.last().expect("words").text;
            let said = last.strip_prefix("--username=").unwrap_or(last);
            prop_assert!(names.iter().any(|name| name == said), "{line} says {said}");
        }
    }

    #[test]
    fn a_completed_name_parses_back(
        names in vec((select(&["", "-", "--", "$", "#", "~", "=", "@", "'"][..]), odd_name()), 1..4),
        (before, param) in select(&[
            ("get_user_by_username ", "username"), ("delete_user -- ", "username"),
            ("add_user x --role ", "role"), ("add_user x --role=", "role"),
            ("add_user x '--role=", "role"), ("get_users; delete_group ", "name"),
            ("update_role ", "name"), ("get_event_rule_by_name ", "name"),
        ][..]),
    ) {
        let v2 = sftpgo_shell::catalog::api("v2").expect("an API");
        let names: Vec<String> = names.into_iter().map(|(first, rest)| format!("{first}{rest}")).collect();
        let list = |key: &str| -> Value { names.iter().map(|name| json!({key: name})).collect() };
        let mut seen = CompletionCache::default();
        seen.learn_names(v2, Live::Username, "username", &list("username"));
        for live in [Live::Role, Live::Group, Live::EventRule] {
            seen.learn_names(v2, live, "name", &list("name"));
        }
        let (start, found) = complete(before, before.len(), v2, &seen);
        let own = found.iter().filter(|candidate| names.contains(&candidate.shown));
        let mut count = 0;
        for candidate in own {
            let line = format!("{}{}", &before[..start], candidate.text);
            let split = sftpgo_shell::line::split(&line).expect("no quote is open");
            let words = split.last().expect("a command");
            let args = expand(words, &Known).expect("no variables");
            let parsed = Parser::default().parse(&args, v2);
            let Ok(Content::Call(call)) = parsed.map(|parsed| parsed.content) else {
                return Err(TestCaseError::fail(format!("{line} does not parse")));
            };
            prop_assert_eq!(call.text(param), candidate.shown.as_str(), "{}", line);
            count += 1;
        }
        let expected: std::collections::BTreeSet<&String> = names.iter().collect();
        prop_assert_eq!(count, expected.len());
    }

    #[test]
    fn a_shown_setting_can_be_set(at in 0..TABLE.len(), value in value()) {
        let setting = &TABLE[at];
        let mut settings = Settings::default();
        if settings.set(setting, &value, Origin::Set).is_ok() {
            let shown = settings.shown(setting).0.to_owned();
            let before = format!("{settings:?}");
            prop_assert_eq!(settings.set(setting, &shown, Origin::Set), Ok(()));
            prop_assert_eq!(settings.shown(setting).0, shown);
            prop_assert_eq!(format!("{settings:?}"), before);
        }
    }

    #[test]
    fn cleaned_json_is_the_same_value(value in answers()) {
        let text = value.to_string();
        let shown = clean::json(&text);
        prop_assert!(!shown.contains(is_unsafe));
        prop_assert_eq!(serde_json::from_str::<Value>(&shown).expect("JSON"), value);
    }

    #[test]
    fn an_answer_is_shown_in_its_order_and_numbers(value in answers()) {
        let text = value.to_string();
        let value: Value = serde_json::from_str(&text).expect("JSON");
        let compact = render_json(&value, Output::Compact, false, false);
        prop_assert_eq!(compact, format!("{text}\n"));
        for terminal in [false, true] {
            let shown = render_json(&value, Output::Json, false, terminal);
            let coloured = render_json(&value, Output::Json, true, terminal);
            prop_assert_eq!(&plain(&coloured), &shown);
            // The same text again, so the same order and the same digits.
            let again: Value = serde_json::from_str(&shown).expect("JSON");
            prop_assert_eq!(again.to_string(), text.clone());
            prop_assert!(!terminal || !shown.replace('\n', "").contains(is_unsafe));
        }
    }
}

/// Values for settings.
fn value() -> impl Strategy<Value = String> {
    let likely = [
        "on",
        "off",
        "yes",
        "0",
        "1",
        "only",
        "json",
        "raw",
        "auto",
        "2019",
        "v1",
        "5s",
        "1.50s",
        "0.5m",
        "007",
        "1e3",
        "http://h",
        "http://h/",
        "HTTP://H:80/a b//",
        "https://[::1]:8080/p/",
        "http://h/é?x",
        "",
    ];
    prop_oneof![select(likely.map(str::to_owned).to_vec()), odd()]
}

/// JSON as servers write it, numbers as text included.
fn answers() -> impl Strategy<Value = Value> {
    let numbers = [
        "0",
        "-0",
        "1.10",
        "12345678901234567890123",
        "-1.5e-7",
        "0.0000",
    ];
    let numbers = numbers.map(|text| serde_json::from_str::<Value>(text).expect("a number"));
    let leaf = prop_oneof![
        select(numbers.to_vec()),
        any::<i64>().prop_map(Value::from),
        any::<Option<bool>>().prop_map(Value::from),
        text_of(ODD, 6).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((odd(), inner), 0..5).prop_map(|members| members.into_iter().collect()),
        ]
    })
}
