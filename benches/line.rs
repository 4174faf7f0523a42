//! The cost of a key and of a line, without a network: `cargo bench`.

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use sftpgo_shell::catalog::{self, CommandKind, Live};
use sftpgo_shell::error::Error;
use sftpgo_shell::line::alias::Aliases;
use sftpgo_shell::line::call::Content;
use sftpgo_shell::line::completion_cache::CompletionCache;
use sftpgo_shell::line::parse::Parser;
use sftpgo_shell::line::variables::{PathPart, Scope, VariableValue, expand};
use sftpgo_shell::line::{complete, highlight, hint, split};
use sftpgo_shell::request;
use std::hint::black_box;
use url::Url;

const ADD: &str = "add_user test_username --password \"test_pwd\" --home_dir=\"/tmp/test_home_dir\" --uid 33 \
    --gid 1000 --max_sessions 2 --quota_size 0 --quota_files 3 --permissions \"list\" \"download\" \"upload\" \
    \"delete\" \"rename\" \"create_dirs\" --upload_bandwidth 100 --download_bandwidth 60";

struct NoVariables;

impl Scope for NoVariables {
    fn variable(&self, name: &str, _: &[PathPart]) -> Result<VariableValue, Error> {
        Err(Error::typed(name))
    }
}

/// The request that a line makes.
fn request(parser: &mut Parser, line: &str, base: &Url) -> request::RequestSpec {
    request_of(parser, line, base, &catalog::APIS[0])
}

fn request_of(
    parser: &mut Parser,
    line: &str,
    base: &Url,
    api: &'static catalog::Api,
) -> request::RequestSpec {
    let words = split(line).expect("the line is right").remove(0);
    let args = expand(&words, &NoVariables).expect("no variables");
    let Content::Call(call) = parser.parse(&args, api).expect("the line is right").content else {
        panic!("a command")
    };
    let CommandKind::Request(route) = &call.command.kind else {
        panic!("a request")
    };
    request::build(&call, route, base, api.prefix)
}

fn lines(criterion: &mut Criterion) {
    let base = Url::parse("http://127.0.0.1:8080").expect("a constant");
    let api = &catalog::APIS[0];
    let mut parser = Parser::default();
    criterion.bench_function("request of a short line", |bencher| {
        bencher.iter(|| request(&mut parser, black_box("get_user_by_id 5140"), &base));
    });
    criterion.bench_function("request of the seed's add_user", |bencher| {
        bencher.iter(|| request(&mut parser, black_box(ADD), &base));
    });
    criterion.bench_function(
        "request of the seed's add_user, first line of a session",
        |bencher| {
            bencher.iter(|| request(&mut Parser::default(), black_box(ADD), &base));
        },
    );
    let seen = CompletionCache::default();
    criterion.bench_function(
        "a key: colours and hint of the seed's add_user",
        |bencher| {
            bencher.iter(|| {
                (
                    highlight::highlight(black_box(ADD), api, &Aliases::default()),
                    hint::hint(black_box(ADD), api, 80),
                )
            });
        },
    );
    let v2 = catalog::api("v2").expect("a generation");
    let paths = [
        "",
        "get",
        "help ",
        "add_user x --",
        "add_user x --set ",
        "add_user x --set filesystem.s3config.",
        "add_user x --set filesystem.provider=",
    ];
    criterion.bench_function("Tab at seven places of the API v2", |bencher| {
        bencher.iter(|| {
            for line in paths {
                black_box(complete::complete(black_box(line), line.len(), v2, &seen));
            }
        });
    });
    criterion.bench_function("request of a v2 line with three paths", |bencher| {
        let line = "add_user bob --home_dir /srv/bob --set filesystem.provider=s3 filesystem.s3config.bucket=b \
            filesystem.s3config.access_secret=x";
        bencher.iter(|| request_of(&mut parser, black_box(line), &base, v2));
    });
    criterion.bench_function("Tab after the seed's add_user", |bencher| {
        let line = format!("{ADD} ");
        bencher.iter(|| complete::complete(black_box(&line), line.len(), api, &seen));
    });
}

/// A key with a hundred thousand users, as many groups, and their descriptions.
fn names(criterion: &mut Criterion) {
    let v2 = catalog::api("v2").expect("a generation");
    let users: Value = (0..100_000)
        .map(|n| json!({"username": format!("user{n:06}.{}", n * 7919 % 1000), "status": n % 2, "quota_size": n}))
        .collect();
    let mut known = CompletionCache::default();
    known.learn_names(v2, Live::Username, "username", &users);
    known.prepare();
    for (case, typed) in [
        ("nothing typed", ""),
        ("a beginning that many have", "user0"),
        ("a beginning", "user0471"),
        ("a part", "71.24"),
        ("letters in order", "u47139"),
        ("letters that many have, in another order", "71.13"),
        ("letters that none has", "zyx"),
    ] {
        let line = format!("delete_user {typed}");
        criterion.bench_function(&format!("Tab with 100,000 names: {case}"), |bencher| {
            bencher.iter(|| complete::complete(black_box(&line), line.len(), v2, &known));
        });
    }
    let line = "delete_user user0471";
    criterion.bench_function("a key with 100,000 names: colours and hint", |bencher| {
        bencher.iter(|| {
            (
                highlight::highlight(black_box(line), v2, &Aliases::default()),
                hint::hint(black_box(line), v2, 80),
            )
        });
    });
    criterion.bench_function("a line is read with 100,000 names known", |bencher| {
        bencher.iter(|| {
            let view = black_box(&known).clone();
            view.prepare();
            view
        });
    });
}

criterion_group!(benches, lines, names);
criterion_main!(benches);
