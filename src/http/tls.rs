//! Whom a TLS connection trusts, and what it shows of itself.

use crate::error::system;
use crate::settings::Tls;
use reqwest::blocking::ClientBuilder;
use reqwest::{Certificate, Identity};
use std::path::Path;

/// The builder of a client with these certificates. The error says what is wrong with a file.
pub(super) fn apply(tls: &Tls, mut builder: ClientBuilder) -> Result<ClientBuilder, String> {
    if tls.insecure {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    if let Some(path) = &tls.cacert {
        let certificates = Certificate::from_pem_bundle(&read(path)?).unwrap_or_default();
        if certificates.is_empty() {
            return Err(format!("`{}` holds no certificate in PEM", path.display()));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    match (&tls.cert, &tls.key) {
        (Some(cert), key) => {
            let mut pem = read(cert)?;
            if let Some(key) = key {
                pem.push(b'\n');
                pem.extend(read(key)?);
            }
            let identity = Identity::from_pem(&pem).map_err(|_| {
                    let with = key.as_ref().unwrap_or(cert).display();
                    format!(
                        "`{}` and its key in `{with}` are not both there in PEM, the key without a password",
                        cert.display()
                    )
                })?;
            Ok(builder.identity(identity))
        }
        (None, Some(_)) => Err("`client_key` is of no use without `client_cert`".to_owned()),
        (None, None) => Ok(builder),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unread = |why| format!("cannot read `{}`: {}", path.display(), system(&why));
    std::fs::read(path).map_err(unread)
}
