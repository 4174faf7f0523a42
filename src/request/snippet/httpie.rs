//! A request as a line of HTTPie for sh.

use crate::request::curl::{quoted, word_of_sh};
use crate::request::{Proof, RequestSpec};

pub(super) fn line(spec: &RequestSpec) -> String {
    // Standard input would be the body.
    let mut line = "http --ignore-stdin".to_owned();
    let tls = &spec.tls;
    if tls.insecure {
        line.push_str(" --verify=no");
    }
    let files = [
        ("verify", &tls.cacert),
        ("cert", &tls.cert),
        ("cert-key", &tls.key),
    ];
    for (flag, file) in files {
        if let Some(file) = file {
            line.push_str(&format!(" --{flag} {}", quoted(&file.to_string_lossy())));
        }
    }
    if spec.proof == Proof::Basic {
        line.push_str(" --auth \"$SFTPGO_USERNAME:$SFTPGO_PASSWORD\"");
    }
    if let Some(body) = &spec.body {
        line.push_str(&format!(" --raw={}", word_of_sh(body)));
    }
    line.push_str(&format!(
        " {} {}",
        spec.method.as_str(),
        quoted(spec.url.as_str())
    ));
    line.push_str(match spec.proof {
        Proof::None | Proof::Basic => "",
        Proof::Token => " Authorization:\"Bearer $SFTPGO_TOKEN\"",
        Proof::Key => " X-SFTPGO-API-KEY:\"$SFTPGO_API_KEY\"",
    });
    if spec.body.is_some() {
        line.push_str(" Content-Type:application/json");
    }
    line + "\n"
}
