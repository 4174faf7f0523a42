//! TLS: which servers the shell trusts, and its client certificate.
//!
//! The certificates in `data/tls` are sample and good for a hundred years; the
//! key of the authority that signed them is gone.

use crate::proxy::Message;
use crate::support::{Ran, Run, practice};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use sftpgo_shell::practice::Practice;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

pub(crate) const CA: &str = include_str!("data/tls/ca.pem");
const CLIENT: (&str, &str) = (
    include_str!("data/tls/client.pem"),
    include_str!("data/tls/client.key"),
);
/// For 127.0.0.1.
pub(crate) const SERVER: (&str, &str) = (
    include_str!("data/tls/server.pem"),
    include_str!("data/tls/server.key"),
);
/// For another name.
const OTHER: (&str, &str) = (
    include_str!("data/tls/other.pem"),
    include_str!("data/tls/other.key"),
);

/// For 127.0.0.1 and `::1`, signed by itself and an authority, as `openssl req -x509` makes it.
const OWN: (&str, &str) = (
    include_str!("data/tls/own.pem"),
    include_str!("data/tls/own.key"),
);
/// The same, for another name.
const OWN_OTHER: (&str, &str) = (
    include_str!("data/tls/own-other.pem"),
    include_str!("data/tls/own-other.key"),
);
/// The same, expired.
const OWN_EXPIRED: (&str, &str) = (
    include_str!("data/tls/own-expired.pem"),
    include_str!("data/tls/own-expired.key"),
);
/// For 127.0.0.1, signed by an authority that nobody has.
const LEAF: (&str, &str) = (
    include_str!("data/tls/leaf.pem"),
    include_str!("data/tls/leaf.key"),
);

/// A practice server behind TLS.
pub(crate) struct Front {
    pub(crate) url: String,
    pub(crate) practice: Practice,
}

impl Front {
    /// With this certificate; `asks` is whether clients have to show one.
    pub(crate) fn new(own: (&str, &str), asks: bool) -> Self {
        let practice = practice();
        let upstream = practice.addr();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("https://{}", listener.local_addr().expect("bound"));
        let config = config(own, asks);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let config = Arc::clone(&config);
                thread::spawn(move || {
                    let tls = ServerConnection::new(config).expect("a configuration");
                    let mut reader = BufReader::new(StreamOwned::new(tls, stream));
                    while let Some(request) = Message::read(&mut reader) {
                        let mut plain = TcpStream::connect(upstream).expect("it listens");
                        plain.write_all(&request.bytes).expect("it reads");
                        let answer = Message::read(&mut BufReader::new(plain));
                        let answer = answer.expect("it answers");
                        if reader.get_mut().write_all(&answer.bytes).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { url, practice }
    }

    fn run(&self, flags: &[&str]) -> Ran {
        self.line(flags, "get_quota_scans")
    }

    fn line(&self, flags: &[&str], line: &str) -> Ran {
        let args: Vec<&str> = flags.iter().chain(&["-c", line]).copied().collect();
        Run::new(&args)
            .env("SFTPGO_HOST", &self.url)
            .file("ca.pem", CA)
            .file("client.pem", CLIENT.0)
            .file("client.key", CLIENT.1)
            .file("both.pem", format!("{}{}", CLIENT.0, CLIENT.1))
            .file("none.pem", "nothing\n")
            .file("own.pem", OWN.0)
            .file("own-other.pem", OWN_OTHER.0)
            .file("own-expired.pem", OWN_EXPIRED.0)
            .file("leaf.pem", LEAF.0)
            .file("all.pem", [CA, OWN_OTHER.0, LEAF.0, OWN.0].concat())
            .go()
    }

    fn asked(&self) -> usize {
        self.practice.seen().len()
    }
}

fn config((certificate, key): (&str, &str), asks: bool) -> Arc<ServerConfig> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let pem = |text: &str| CertificateDer::from_pem_slice(text.as_bytes()).expect("PEM");
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
    let mut roots = RootCertStore::empty();
    roots.add(pem(CA)).expect("a certificate");
    let builder = ServerConfig::builder();
    let builder = if asks {
        let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build();
        builder.with_client_cert_verifier(verifier.expect("a verifier"))
    } else {
        builder.with_no_client_auth()
    };
    let config = builder.with_single_cert(vec![pem(certificate)], key);
    Arc::new(config.expect("they belong together"))
}

#[test]
fn a_ca_file_can_be_named() {
    let front = Front::new(SERVER, false);
    let ran = front.run(&[]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert!(ran.err.contains("certificate"), "{}", ran.err);
    assert!(ran.err.contains("nothing was sent"), "{}", ran.err);
    assert!(
        ran.err
            .contains("`--cacert FILE` adds a certificate authority"),
        "{}",
        ran.err
    );
    assert_eq!(front.asked(), 0);
    let ran = front.run(&["--cacert", "ca.pem"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let ran = front.line(
        &[],
        "set cacert ca.pem; get_quota_scans; set cacert ''; -get_quota_scans",
    );
    assert_eq!(front.asked(), 2, "{}", ran.err);
    // By environment, as all settings.
    let ran = Run::new(&["get_quota_scans"])
        .env("SFTPGO_HOST", &front.url)
        .env("SFTPGO_SHELL_CACERT", "ca.pem")
        .file("ca.pem", CA)
        .go();
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let front = Front::new(OTHER, false);
    let ran = front.run(&["--cacert", "ca.pem"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert_eq!(front.asked(), 0);
    // Unless one wants it so.
    let ran = front.run(&["--insecure"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let ran = front.line(&[], "--insecure get_quota_scans; -get_quota_scans");
    assert_eq!(front.asked(), 2, "for that command alone: {}", ran.err);
}

#[test]
fn the_servers_own_certificate_may_be_named() {
    for (own, file) in [(OWN, "own.pem"), (LEAF, "leaf.pem")] {
        let front = Front::new(own, false);
        for file in [file, "all.pem"] {
            let ran = front.run(&["--cacert", file]);
            assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{file}");
        }
        for other in ["ca.pem", "own-other.pem", "own-expired.pem"] {
            let ran = front.run(&["--cacert", other]);
            assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{other}");
            let said = "the server's certificate is not trusted: its issuer is unknown; nothing was sent\n";
            assert!(ran.err.contains(said), "{}", ran.err);
        }
        assert_eq!(front.run(&[]).code, 3);
        assert_eq!(front.asked(), 2);
    }
}

#[test]
fn a_named_certificate_is_only_for_its_names_and_its_time() {
    for (own, file, why) in [
        (OWN_OTHER, "own-other.pem", "certificate not valid for name"),
        (OWN_EXPIRED, "own-expired.pem", "certificate has expired"),
    ] {
        let front = Front::new(own, false);
        let ran = front.run(&["--cacert", file]);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""));
        assert!(ran.err.contains(why), "{}", ran.err);
        assert!(ran.err.contains("; nothing was sent\n"), "{}", ran.err);
        assert_eq!(front.asked(), 0);
        let ran = front.run(&["--insecure"]);
        assert_eq!((ran.code, front.asked()), (0, 1), "{}", ran.err);
    }
    // For another name too, if it is one of its names.
    let front = Front::new(OWN, false);
    let url = front.url.replace("127.0.0.1", "localhost");
    let ran = front.run(&["--cacert", "own.pem", "--base_url", &url]);
    assert_eq!((ran.code, front.asked()), (3, 0), "{}", ran.err);
}

#[test]
fn a_client_may_have_to_show_a_certificate() {
    let front = Front::new(SERVER, true);
    let trusts = ["--cacert", "ca.pem"];
    let ran = front.run(&trusts);
    assert_eq!(ran.code, 3, "{}", ran.err);
    for flags in [
        &["--client_cert", "both.pem"][..],
        &["--client_cert", "client.pem", "--client_key", "client.key"],
    ] {
        let ran = front.run(&[&trusts[..], flags].concat());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{flags:?}");
    }
    assert_eq!(front.asked(), 2);
}

#[test]
fn an_invalid_certificate_file_is_reported() {
    let front = Front::new(SERVER, false);
    for (flags, why) in [
        (
            &["--cacert", "gone.pem"][..],
            "cannot read `gone.pem`: no such file or directory; nothing was sent",
        ),
        (
            &["--cacert", "none.pem"],
            "`none.pem` contains no PEM certificate; nothing was sent",
        ),
        (
            &["--client_cert", "client.pem"],
            "`client.pem` must have a certificate and its key as PEM, and the key must not be encrypted; nothing was sent",
        ),
        (
            &["--client_cert", "client.pem", "--client_key", "client.pem"],
            "`client.pem` and `client.pem` must be PEM, and the key must not be encrypted; nothing was sent",
        ),
        (
            &["--client_key", "client.key"],
            "`client_key` requires `client_cert`; nothing was sent",
        ),
    ] {
        let ran = front.run(flags);
        assert_eq!(ran.code, 1, "{}", ran.err);
        assert!(ran.err.contains(&format!("error: {why}\n")), "{}", ran.err);
    }
    assert_eq!(front.asked(), 0);
    // Without TLS nobody looks at them.
    let server = practice();
    let ran = Run::at(&server, &["--cacert", "gone.pem", "get_quota_scans"]).go();
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[test]
fn curl_lines_name_the_certificate_file() {
    let front = Front::new(SERVER, false);
    let line = |flags: &[&str]| front.line(flags, "curl get_quota_scans").out;
    let url = format!("{}/api/v1/quota_scan", front.url);
    assert_eq!(line(&[]), format!("curl -sS {url}\n"));
    assert_eq!(
        line(&[
            "--cacert",
            "ca of it.pem",
            "--client_cert",
            "c",
            "--client_key",
            "k"
        ]),
        format!("curl -sS --cacert 'ca of it.pem' --cert c --key k {url}\n")
    );
    assert_eq!(line(&["--insecure"]), format!("curl -sS -k {url}\n"));
    let plain = Run::new(&["--insecure", "curl", "get_quota_scans"]).go();
    assert_eq!(
        plain.out,
        "curl -sS http://127.0.0.1:8080/api/v1/quota_scan\n"
    );
}

#[test]
fn another_server_does_not_get_the_certificate_settings() {
    let (first, other) = (Front::new(OTHER, false), Front::new(OTHER, false));
    let lines = [
        format!("connect {}; get_quota_scans", other.url),
        format!("--insecure connect {}; get_quota_scans", other.url),
        format!("--base_url {} get_quota_scans", other.url),
        format!(
            "--insecure get_quota_scans; --base_url {} get_quota_scans",
            other.url
        ),
        format!(
            "set insecure on; connect {}; connect {}; get_quota_scans",
            other.url, first.url
        ),
    ];
    for line in &lines {
        let before = first.asked();
        let ran = first.line(&["--insecure"], line);
        assert_eq!(ran.code, 3, "{line}: {}", ran.err);
        let says = ran
            .err
            .contains("`insecure` was set for https://127.0.0.1:");
        assert_eq!(says, line.contains("connect "), "{}", ran.err);
        assert!(first.asked() <= before + 1);
    }
    assert_eq!(other.asked(), 0);
    // Granted to it, it has it; and the first one still has its own.
    let line = format!(
        "--insecure --base_url {0} get_quota_scans; get_quota_scans; connect {0}; set insecure on; get_quota_scans",
        other.url
    );
    let ran = first.line(&["--insecure"], &line);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(other.asked(), 2);
}

#[test]
fn another_server_is_shown_no_certificate() {
    let (first, other) = (Front::new(SERVER, true), Front::new(SERVER, true));
    let flags = [
        "--cacert",
        "ca.pem",
        "--client_cert",
        "client.pem",
        "--client_key",
        "client.key",
    ];
    let ran = first.line(
        &flags,
        &format!("get_quota_scans; connect {}; get_quota_scans", other.url),
    );
    assert_eq!(
        (ran.code, first.asked(), other.asked()),
        (3, 1, 0),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("`client_key` was set for "), "{}", ran.err);
}

#[test]
fn doctor_shows_when_the_certificate_ends() {
    let certificate = |ran: &Ran| {
        let rows: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
        rows[4].clone()
    };
    let front = Front::new(SERVER, false);
    let ran = front.line(&["--cacert", "ca.pem"], "doctor");
    assert_eq!(ran.code, 0, "{ran:?}");
    let row = certificate(&ran);
    assert_eq!(row["outcome"], "ok", "{row}");
    let detail = row["detail"].as_str().expect("text");
    assert!(
        detail.starts_with("expires on 21") && detail.ends_with(" days"),
        "{detail}"
    );
    let ran = front.line(&["--insecure"], "doctor");
    assert_eq!(certificate(&ran)["outcome"], "warning");
    let front = Front::new(OWN_EXPIRED, false);
    let ran = front.line(&["--insecure"], "doctor");
    assert_eq!(certificate(&ran)["outcome"], "failed", "{ran:?}");
    assert_eq!(ran.code, 3);
    assert!(
        certificate(&ran)["detail"]
            .as_str()
            .is_some_and(|text| text.starts_with("expired on "))
    );
}
