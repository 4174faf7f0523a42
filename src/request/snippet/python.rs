//! A request as a program in Python, with the package `requests`.

use super::has_plain_escape;
use crate::request::pieces::{Piece, pieces};
use crate::request::{Body, Proof, RequestSpec};
use crate::text::clean;
use serde_json::Value as Json;

pub(super) fn program(spec: &RequestSpec) -> String {
    let method = literal(spec.method.as_str());
    let address = literal(spec.url.as_str());
    let mut arguments = vec![method, address.clone()];
    let headers = headers(spec);
    if !headers.is_empty() {
        arguments.push(format!("headers={{{}}}", headers.join(", ")));
    }
    if spec.proof == Proof::Basic {
        let variable = |name: &str| format!("{}.encode()", environment(name));
        arguments.push(format!(
            "auth=({}, {})",
            variable("SFTPGO_USERNAME"),
            variable("SFTPGO_PASSWORD")
        ));
    }
    if let Some(body) = &spec.body {
        arguments.push(format!("data=({}).encode()", text_of(body)));
    }
    let mut options = tls(spec);
    options.push("allow_redirects=False".to_owned());
    let call = if has_plain_escape(&spec.url[url::Position::BeforePath..]) {
        // `requests` undoes such escapes when it prepares a request.
        let mut sent = vec!["prepared".to_owned()];
        sent.extend(options);
        format!(
            "prepared = requests.Request({}).prepare()\nprepared.url = {address}\nresponse = requests.Session().send({})\n",
            in_lines(&arguments),
            in_lines(&sent)
        )
    } else {
        arguments.extend(options);
        format!("response = requests.request({})\n", in_lines(&arguments))
    };
    let uses = |name: &str| call.contains(&format!("{name}."));
    let mut text = String::new();
    for module in ["json", "os"].into_iter().filter(|name| uses(name)) {
        text.push_str(&format!("import {module}\n"));
    }
    format!("{text}import requests\n\n{call}print(response.text)\n")
}

/// Arguments, each on a line.
fn in_lines(arguments: &[String]) -> String {
    let lines = arguments
        .iter()
        .map(|argument| format!("\n    {argument},"));
    lines.collect::<String>() + "\n"
}

fn headers(spec: &RequestSpec) -> Vec<String> {
    let mut headers = Vec::new();
    match spec.proof {
        Proof::None | Proof::Basic => {}
        Proof::Token => headers.push(format!(
            "\"Authorization\": \"Bearer \" + {}",
            environment("SFTPGO_TOKEN")
        )),
        Proof::Key => headers.push(format!(
            "\"X-SFTPGO-API-KEY\": {}",
            environment("SFTPGO_API_KEY")
        )),
    }
    if spec.body.is_some() {
        headers.push("\"Content-Type\": \"application/json\"".to_owned());
    }
    headers
}

fn tls(spec: &RequestSpec) -> Vec<String> {
    let tls = &spec.tls;
    let file = |path: &std::path::PathBuf| literal(&path.to_string_lossy());
    let mut options = Vec::new();
    if tls.insecure {
        options.push("verify=False".to_owned());
    } else if let Some(authority) = &tls.cacert {
        options.push(format!("verify={}", file(authority)));
    }
    if let Some(cert) = &tls.cert {
        let key = tls.key.as_ref().unwrap_or(cert);
        options.push(format!("cert=({}, {})", file(cert), file(key)));
    }
    options
}

/// The JSON of a body, its secrets from the environment.
fn text_of(body: &Body) -> String {
    let parts = pieces(body).into_iter().filter_map(|piece| match piece {
        Piece::Text(text) => (!text.is_empty()).then(|| literal(&text)),
        Piece::Secret(secret) => Some(match secret.value {
            // The quotes are in the texts around it.
            Json::String(_) => format!(
                "json.dumps({}, ensure_ascii=False)[1:-1]",
                environment(&secret.variable)
            ),
            _ => environment(&secret.variable),
        }),
    });
    parts.collect::<Vec<_>>().join(" + ")
}

fn environment(name: &str) -> String {
    format!("os.environ[\"{name}\"]")
}

/// A string of Python: the escapes of JSON are those of Python.
fn literal(text: &str) -> String {
    clean::json(&Json::from(text).to_string()).into_owned()
}
