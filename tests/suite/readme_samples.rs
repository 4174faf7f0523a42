//! Every sample of the original README works unchanged, in every mode, with the same output.

use crate::support::{PIPED, Run, asked, practice, words};

/// The samples, a command file; `#>` begins a line of what the command above it prints.
const SAMPLES: &str = include_str!("data/seed.sftpgo");

/// A sample and what it prints.
struct Sample {
    line: &'static str,
    out: String,
}

fn samples() -> Vec<Sample> {
    let mut samples: Vec<Sample> = Vec::new();
    for line in SAMPLES.lines() {
        if let Some(out) = line.strip_prefix("#> ") {
            let last = samples.last_mut().expect("a command stands above it");
            last.out.push_str(out);
            last.out.push('\n');
        } else if !line.is_empty() && !line.starts_with('#') {
            let out = String::new();
            samples.push(Sample { line, out });
        }
    }
    assert_eq!(samples.len(), 9, "one for each command of the seed");
    samples
}

/// `docs/migrating.md` says that they run word for word, with or without the client's name.
#[test]
fn the_samples_are_in_migrating_md() {
    let page = include_str!("../../docs/migrating.md").replace("\r\n", "\n");
    let (_, rest) = page.split_once("```sh nine.sftpgo\n").expect("the block");
    let (block, _) = rest.split_once("```").expect("its end");
    let without_name = |sample: &Sample| {
        let line = sample.line.split_once("sftpgo_api_cli.py ");
        line.expect("the client's name").1.to_owned()
    };
    let samples: Vec<String> = samples().iter().map(without_name).collect();
    assert_eq!(block.lines().collect::<Vec<_>>(), samples);
}

/// What all samples print, one after another.
fn all() -> String {
    samples().into_iter().map(|sample| sample.out).collect()
}

/// What the Python client sent for the samples.
fn sent() -> Vec<String> {
    let user = |id, rest| format!(r#"{{"id":{id},"username":"test_username",{rest}}}"#);
    let add = r#""home_dir":"/tmp/test_home_dir","uid":33,"gid":1000,"max_sessions":2,"quota_size":0,"quota_files":3,"permissions":["list","download","upload","delete","rename","create_dirs"],"upload_bandwidth":100,"download_bandwidth":60,"password":"test_pwd""#;
    let update = r#""home_dir":"/tmp/test_home_dir","uid":0,"gid":33,"max_sessions":2,"quota_size":0,"quota_files":4,"permissions":["*"],"upload_bandwidth":90,"download_bandwidth":80,"password":"test_pwd""#;
    let scan = r#""home_dir":"","uid":0,"gid":0,"max_sessions":0,"quota_size":0,"quota_files":0,"permissions":[],"upload_bandwidth":0,"download_bandwidth":0"#;
    vec![
        format!("POST /api/v1/user {}", user(0, add)),
        format!("PUT /api/v1/user/5140 {}", user(5140, update)),
        "GET /api/v1/user/5140".to_owned(),
        "GET /api/v1/user?limit=1&offset=0&order=DESC&username=test_username".to_owned(),
        "GET /api/v1/sftp_connection".to_owned(),
        "DELETE /api/v1/sftp_connection/76a11b22260ee4249328df28bef34dc64c70f7c097db52159fc24049eeb0e32c".to_owned(),
        "GET /api/v1/quota_scan".to_owned(),
        format!("POST /api/v1/quota_scan {}", user(0, scan)),
        "DELETE /api/v1/user/5140".to_owned(),
    ]
}

/// Reads that follow one another may be in progress together: their order is not settled.
fn reads_sorted(mut requests: Vec<String>) -> Vec<String> {
    let reads = |line: &String| line.starts_with("GET ");
    for run in requests.chunk_by_mut(|one, next| reads(one) && reads(next)) {
        run.sort();
    }
    requests
}

#[test]
fn piped() {
    let server = practice();
    Run::at(&server, &PIPED)
        .input(SAMPLES)
        .go()
        .is(0, &all(), "");
    assert_eq!(reads_sorted(asked(&server)), reads_sorted(sent()));
}

#[test]
fn as_a_file_on_standard_input() {
    let server = practice();
    let run = Run::at(&server, &PIPED).file("seed.sftpgo", SAMPLES);
    run.input_file("seed.sftpgo").go().is(0, &all(), "");
    assert_eq!(reads_sorted(asked(&server)), reads_sorted(sent()));
}

#[test]
fn by_file() {
    let server = practice();
    let run = Run::at(&server, &["--file", "seed.sftpgo"]).file("seed.sftpgo", SAMPLES);
    run.go().is(0, &all(), "");
    assert_eq!(reads_sorted(asked(&server)), reads_sorted(sent()));
}

#[test]
fn by_c_in_one_text() {
    let server = practice();
    let lines: Vec<_> = samples().iter().map(|sample| sample.line).collect();
    let text = lines.join("; ");
    Run::at(&server, &["-c", &text]).go().is(0, &all(), "");
    assert_eq!(reads_sorted(asked(&server)), reads_sorted(sent()));
}

#[test]
fn by_c_one_by_one() {
    let server = practice();
    for sample in samples() {
        let ran = Run::at(&server, &["-c", sample.line]).go();
        ran.is(0, &sample.out, "");
    }
    assert_eq!(reads_sorted(asked(&server)), reads_sorted(sent()));
}

#[test]
fn one_shot_with_the_old_prefix() {
    let server = practice();
    for sample in samples() {
        let ran = Run::at(&server, &words(sample.line)).go();
        ran.is(0, &sample.out, "");
    }
    assert_eq!(reads_sorted(asked(&server)), reads_sorted(sent()));
}

#[test]
fn one_shot_as_a_drop_in_replacement() {
    let server = practice();
    for sample in samples() {
        let ran = Run::at(&server, &words(sample.line)[2..]).go();
        ran.is(0, &sample.out, "");
    }
    assert_eq!(reads_sorted(asked(&server)), reads_sorted(sent()));
}

#[test]
fn with_the_old_client_s_globals_before_the_command() {
    let server = practice();
    let url = server.url();
    let line = format!("$ ./sftpgo_api_cli.py --base_url {url} get_quota_scans");
    let sample = samples().remove(6);
    assert!(sample.line.ends_with(" get_quota_scans"));
    Run::new(&PIPED).input(&line).go().is(0, &sample.out, "");
    Run::new(&words(&line)).go().is(0, &sample.out, "");
}

#[test]
fn the_usage_samples_show_help() {
    for line in [
        "python sftpgo_api_cli.py --help",
        "python sftpgo_api_cli.py add_user --help",
    ] {
        let piped = Run::new(&PIPED).input(line).go();
        let once = Run::new(&words(line)).go();
        for ran in [&piped, &once] {
            assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
            assert!(ran.out.contains("add_user"), "{line}: {}", ran.out);
        }
        assert_eq!(piped.out, once.out, "{line}");
    }
}
