//! Proxies of the environment: when one is used, and what is said if it is not there.

use crate::raw_server::Hostile;
use crate::support::Run;

/// For documentation: no server is there.
const FAR: &str = "http://192.0.2.1:8080";

fn answering() -> Hostile {
    Hostile::saying(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]",
    )
}

fn run(url: &str, vars: &[(&str, &str)]) -> crate::support::Ran {
    let args = [
        "--connect_timeout",
        "200ms",
        "--base_url",
        url,
        "get_quota_scans",
    ];
    let run = Run::new(&args);
    vars.iter()
        .fold(run, |run, (name, value)| run.env(name, value))
        .go()
}

#[test]
fn a_proxy_is_used_for_other_machines() {
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"] {
        let proxy = answering();
        let ran = run(FAR, &[(name, &proxy.url)]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{name}");
        assert_eq!(proxy.asked(), [format!("GET {FAR}/api/v1/quota_scan")]);
    }
}

#[test]
fn a_star_means_all_hosts() {
    let proxy = answering();
    for exempt in ["*", "example.com, *", "192.0.2.1", "192.0.2.0/24"] {
        for name in ["NO_PROXY", "no_proxy"] {
            let ran = run(FAR, &[("http_proxy", &proxy.url), (name, exempt)]);
            assert_eq!(ran.code, 3, "{exempt}");
            assert!(!ran.err.contains("sets a proxy"), "{}", ran.err);
        }
    }
    assert_eq!(proxy.asked(), [""; 0]);
}

#[test]
fn unreachable_proxy() {
    let ran = run(FAR, &[("ALL_PROXY", "http://127.0.0.1:1")]);
    ran.is(
        3,
        "",
        &format!(
            "error: cannot connect to {FAR}: connection refused; nothing was sent\n\
             hint: `ALL_PROXY` sets a proxy; is it running? Use `NO_PROXY` to bypass it for this server\n"
        ),
    );
}

#[test]
fn socks_is_not_supported() {
    for value in [
        "socks5://127.0.0.1:1080",
        "socks5h://u:hunter2@h",
        "SOCKS4://h",
    ] {
        for url in [FAR, "https://192.0.2.1"] {
            let ran = run(url, &[("all_proxy", value)]);
            ran.is(
                3,
                "",
                &format!(
                    "error: cannot connect to {url}: `all_proxy` sets a SOCKS proxy, and SOCKS is not supported; nothing was sent\n\
                     hint: use `ssh -L` to forward the port, or `NO_PROXY` to bypass it for this server\n"
                ),
            );
        }
    }
    // Not for this machine.
    let server = answering();
    let ran = run(&server.url, &[("ALL_PROXY", "socks5://127.0.0.1:1")]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}
