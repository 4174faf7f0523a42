//! The words of the libraries under us, as a person would say them, and the next
//! step for each.

/// A cause of a lost answer.
struct Cause {
    /// What a library says of it, or a part of that.
    library: &'static str,
    /// What we say; empty for the library's words.
    words: &'static str,
    hint: &'static str,
}

const fn cause(library: &'static str, words: &'static str, hint: &'static str) -> Cause {
    Cause {
        library,
        words,
        hint,
    }
}

/// What a server is that speaks another protocol.
const NOT_HTTP: &str = "the answer is not HTTP/1.1";

/// The same, of TLS.
const NOT_TLS: &str = "the answer is not TLS";

/// What listens on a port that begins with a greeting of SSH.
pub(super) const SSH: &str = "that is an SSH server";

/// What a port says that speaks no TLS.
const TLS_CLOSED: &str = "the connection was closed during the TLS handshake";

/// What a port says that speaks TLS, or dies.
const CLOSED: &str = "the connection was closed before the answer was complete";

const ANOTHER: &str =
    "for TLS use `https://`; for an SSH or SFTP port: the admin API has another port, usually 8080";

/// The first row that fits counts.
const CAUSES: &[Cause] = &[
    cause(SSH, "", "the admin API has another port, usually 8080"),
    cause("invalid HTTP", NOT_HTTP, ANOTHER),
    cause(
        "received unexpected message from connection",
        NOT_HTTP,
        ANOTHER,
    ),
    cause(
        "message head is too large",
        "the headers of the answer are too many or too long",
        "is this really SFTPGo's address?",
    ),
    cause(
        "connection closed before message completed",
        CLOSED,
        "did the server or a proxy stop? For TLS use `https://`",
    ),
    cause(
        "InvalidContentType",
        NOT_TLS,
        "the port does not speak TLS; did you mean `http://`?",
    ),
    cause(
        "tls handshake eof",
        TLS_CLOSED,
        "the port may not speak TLS; did you mean `http://`?",
    ),
    cause(
        "UnknownIssuer",
        "the server's certificate is not trusted: its issuer is unknown",
        "`--cacert FILE` adds a certificate authority, or the server's own certificate",
    ),
    cause(
        "certificate expired",
        "the server's certificate has expired",
        "it needs a new one; or is this machine's clock wrong?",
    ),
    cause(
        "certificate not valid yet",
        "the server's certificate is not valid yet",
        "is this machine's clock wrong?",
    ),
    cause(
        "not valid for name",
        "",
        "the certificate is for other host names: use one of them in the base URL",
    ),
    cause(
        "CertificateRequired",
        "the server asks for a client certificate",
        "`--client-cert FILE` sends one",
    ),
    cause(
        "certificate",
        "",
        "the certificate is not trusted; `--cacert FILE` adds a certificate authority, or the server's own certificate",
    ),
    cause(
        "SOCKS",
        "",
        "use `ssh -L` to forward the port, or `NO_PROXY` to bypass it for this server",
    ),
    cause(
        "lookup",
        "",
        "check the host name: `connect URL`, `--base_url` or SFTPGO_HOST set it",
    ),
    cause(
        "too many open files",
        "",
        "allow more with `ulimit -n`, or run fewer at once: `--jobs`, `--read-ahead`",
    ),
];

fn of(why: &str) -> Option<&'static Cause> {
    CAUSES.iter().find(|cause| {
        why.contains(cause.library) || !cause.words.is_empty() && why.contains(cause.words)
    })
}

/// The words of a library in ours.
pub(super) fn words(library: &str) -> String {
    match of(library) {
        Some(cause) if !cause.words.is_empty() => cause.words.to_owned(),
        _ => lower_first(library),
    }
}

/// The next step, by the words of a cause.
pub(super) fn hint(why: &str) -> Option<&'static str> {
    of(why).map(|cause| cause.hint)
}

/// Whether the server may speak another protocol.
pub(super) fn is_another_protocol(why: &str) -> bool {
    [NOT_HTTP, NOT_TLS].contains(&why)
}

/// Whether the port may speak the other one of TLS and plain HTTP.
pub(super) fn is_another_scheme(why: &str) -> bool {
    [NOT_HTTP, NOT_TLS, TLS_CLOSED, CLOSED].contains(&why)
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_words_have_the_hint_of_the_librarys() {
        for cause in CAUSES {
            let why = match cause.words {
                "" => cause.library.to_owned(),
                _ => words(cause.library),
            };
            assert_eq!(hint(&why), Some(cause.hint), "{why}");
        }
        assert_eq!(words("Connection refused"), "connection refused");
        assert_eq!(hint("connection refused"), None);
        assert!(is_another_protocol(&words("invalid HTTP version parsed")));
        assert!(!is_another_protocol(SSH));
    }
}
