//! A request as a line of PowerShell 7.

use crate::error::Error;
use crate::request::pieces::{Piece, pieces};
use crate::request::{Body, Proof, RequestSpec};
use serde_json::Value as Json;

pub(super) fn line(spec: &RequestSpec) -> Result<String, Error> {
    let tls = &spec.tls;
    if tls.cacert.is_some() || tls.cert.is_some() {
        return Err(Error::typed(
            "PowerShell cannot take the certificates of `cacert` and `cert` from files",
        )
        .hint("`--as curl` and `--as python` can"));
    }
    let mut line = format!(
        "(Invoke-WebRequest -Method {} -Uri {} -SkipHttpErrorCheck -MaximumRedirection 0",
        spec.method.as_str(),
        quoted(spec.url.as_str())
    );
    if tls.insecure {
        line.push_str(" -SkipCertificateCheck");
    }
    line.push_str(match spec.proof {
        Proof::None => "",
        Proof::Token => " -Headers @{'Authorization' = \"Bearer $env:SFTPGO_TOKEN\"}",
        Proof::Key => " -Headers @{'X-SFTPGO-API-KEY' = $env:SFTPGO_API_KEY}",
        Proof::Basic => {
            " -Headers @{'Authorization' = 'Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes(\"${env:SFTPGO_USERNAME}:${env:SFTPGO_PASSWORD}\"))}"
        }
    });
    if let Some(body) = &spec.body {
        line.push_str(&format!(
            " -ContentType 'application/json' -Body ([Text.Encoding]::UTF8.GetBytes({}))",
            text_of(body)
        ));
    }
    Ok(line + ").Content\n")
}

/// The JSON of a body, its secrets from the environment.
fn text_of(body: &Body) -> String {
    let parts = pieces(body).into_iter().filter_map(|piece| match piece {
        Piece::Text(text) => (!text.is_empty()).then(|| quoted(&text)),
        Piece::Secret(secret) => Some(match secret.value {
            // The quotes are in the texts around it.
            Json::String(_) => format!(
                "((ConvertTo-Json $env:{}) -replace '^\"|\"$')",
                secret.variable
            ),
            _ => format!("$env:{}", secret.variable),
        }),
    });
    parts.collect::<Vec<_>>().join(" + ")
}

/// A string of PowerShell: each of its single quotes, also the typographic ones, is doubled.
fn quoted(text: &str) -> String {
    let mut word = "'".to_owned();
    for c in text.chars() {
        word.push(c);
        if matches!(c, '\'' | '\u{2018}'..='\u{201b}') {
            word.push(c);
        }
    }
    word + "'"
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn every_quote_is_doubled() {
        assert_eq!(quoted("a$b`c\"d"), "'a$b`c\"d'");
        assert_eq!(quoted("it's"), "'it''s'");
        assert_eq!(
            quoted("\u{2018}x\u{2019}"),
            "'\u{2018}\u{2018}x\u{2019}\u{2019}'"
        );
    }
}
