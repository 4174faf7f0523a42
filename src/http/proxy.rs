//! Whether a request goes through a proxy: what the environment says of it,
//! by curl's rules. Pure.

use super::is_loopback;
use hyper_util::client::proxy::matcher::Matcher;
use std::collections::BTreeMap;
use url::Url;

/// How a URL is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way<'a> {
    /// Without a proxy.
    Direct,
    /// By a proxy of the environment, which this variable sets, or of the system.
    Proxy(Option<&'a str>),
    /// This variable sets a SOCKS proxy, which is not supported.
    Socks(&'a str),
}

/// How a URL is reached in this environment.
pub fn way<'a>(vars: &'a BTreeMap<String, String>, url: &Url) -> Way<'a> {
    if is_loopback(url) || is_exempt(vars, url) {
        return Way::Direct;
    }
    let upper = format!("{}_PROXY", url.scheme().to_uppercase());
    let names = [upper.as_str(), "ALL_PROXY"];
    let set = names.iter().find_map(|name| {
        let set = first(vars, name)?;
        (!set.1.is_empty()).then_some(set)
    });
    match set {
        Some((name, value)) if value.to_lowercase().starts_with("socks") => Way::Socks(name),
        set => Way::Proxy(set.map(|(name, _)| name)),
    }
}

/// A variable in capitals, or else in small letters.
fn first<'a>(vars: &'a BTreeMap<String, String>, name: &str) -> Option<(&'a str, &'a str)> {
    let set = vars.get_key_value(name);
    let set = set.or_else(|| vars.get_key_value(&name.to_lowercase()));
    set.map(|(name, value)| (name.as_str(), value.trim()))
}

/// Whether `NO_PROXY` names the host.
fn is_exempt(vars: &BTreeMap<String, String>, url: &Url) -> bool {
    let Some((_, exempt)) = first(vars, "NO_PROXY") else {
        return false;
    };
    let hosts = || exempt.split(',').map(str::trim);
    if hosts().any(|host| host == "*") {
        return true;
    }
    let Ok(uri) = url.as_str().parse() else {
        return false;
    };
    // `*.example.com`, which curl does not know but other programs do.
    let hosts: Vec<&str> = hosts()
        .map(|host| host.strip_prefix('*').unwrap_or(host))
        .collect();
    let rules = Matcher::builder()
        .all("http://proxy")
        .no(hosts.join(","))
        .build();
    rules.intercept(&uri).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(vars: &[(&str, &str)], url: &str, expected: Way<'_>) {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let vars = vars.iter().map(own).collect();
        let url = Url::parse(url).expect("a URL");
        assert_eq!(way(&vars, &url), expected, "{vars:?} {url}");
    }

    #[test]
    fn the_proxy_of_the_scheme_or_of_all() {
        let http = ("http_proxy", "http://p:1");
        let all = ("ALL_PROXY", "p:1");
        is(&[], "http://h", Way::Proxy(None));
        is(&[http], "http://h", Way::Proxy(Some("http_proxy")));
        is(&[http], "https://h", Way::Proxy(None));
        is(&[http, all], "https://h", Way::Proxy(Some("ALL_PROXY")));
        is(
            &[("HTTP_PROXY", ""), all],
            "http://h",
            Way::Proxy(Some("ALL_PROXY")),
        );
        for local in ["http://localhost", "http://127.0.0.9:1", "http://[::1]"] {
            is(&[http], local, Way::Direct);
        }
    }

    #[test]
    fn socks() {
        for value in ["socks5://p:1", "SOCKS5H://p:1", "socks4a://p"] {
            is(&[("all_proxy", value)], "http://h", Way::Socks("all_proxy"));
            let vars = [("all_proxy", value), ("https_proxy", "p:1")];
            is(&vars, "https://h", Way::Proxy(Some("https_proxy")));
            is(&[("https_proxy", value)], "http://h", Way::Proxy(None));
            is(
                &[("all_proxy", value), ("NO_PROXY", "*")],
                "http://h",
                Way::Direct,
            );
        }
    }

    #[test]
    fn who_is_exempt() {
        let under = |exempt: &str, url: &str, is_exempt: bool| {
            let vars = [("http_proxy", "p:1"), ("NO_PROXY", exempt)];
            let way = if is_exempt {
                Way::Direct
            } else {
                Way::Proxy(Some("http_proxy"))
            };
            is(&vars, url, way);
        };
        for all in ["*", " * ", "x.example,*", "*,x.example"] {
            for url in [
                "http://192.0.2.1",
                "http://h:8080/p",
                "http://[2001:db8::1]",
            ] {
                under(all, url, true);
            }
        }
        under("192.0.2.1", "http://192.0.2.1:8080", true);
        under("192.0.2.0/24", "http://192.0.2.7", true);
        under("192.0.2.1", "http://192.0.2.2", false);
        under("2001:db8::1", "http://[2001:db8::1]:8080", true);
        under("example.com", "http://sftp.example.com", true);
        under(".example.com, other", "http://sftp.example.com", true);
        under("*.example.com", "http://sftp.example.com", true);
        under("x, *.example.com", "http://a.b.example.com", true);
        under("*.example.com", "http://notexample.com", false);
        under("example.com", "http://notexample.com", false);
        under("", "http://h", false);
    }
}
