//! The certificates that a TLS connection trusts, and its own.

use crate::error::system;
use crate::settings::Tls;
use reqwest::blocking::ClientBuilder;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme,
};
use rustls_platform_verifier::Verifier;
use std::path::Path;
use std::sync::Arc;

/// The builder of a client with these certificates. The error names the invalid file.
pub(super) fn apply(tls: &Tls, builder: ClientBuilder) -> Result<ClientBuilder, String> {
    Ok(builder.tls_backend_preconfigured(config(tls)?))
}

fn config(tls: &Tls) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let named = tls
        .cacert
        .as_deref()
        .map_or_else(|| Ok(Vec::new()), named)?;
    let trust = Trust::new(tls, named, &provider)?;
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|why| format!("cannot use TLS: {why}"))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust));
    let mut config = match own(tls)? {
        Some((certificates, key, invalid)) => builder
            .with_client_auth_cert(certificates, key)
            .map_err(|_| invalid)?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// The certificates of a file.
fn named(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let none = || format!("`{}` contains no PEM certificate", path.display());
    let pem = read(path)?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    all.ok().filter(|all| !all.is_empty()).ok_or_else(none)
}

type Own = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>, String);

/// The certificate of this client, its key, and what to say if they are invalid.
fn own(tls: &Tls) -> Result<Option<Own>, String> {
    let (cert, key) = match (&tls.cert, &tls.key) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err("`client_key` requires `client_cert`".to_owned()),
        (Some(cert), key) => (cert, key.as_ref()),
    };
    let pem = read(cert)?;
    // Without a key of its own the file has both. It is read once: it may be a pipe.
    let (key, invalid) = match key {
        Some(key) => {
            let names = format!("`{}` and `{}`", cert.display(), key.display());
            (
                PrivateKeyDer::from_pem_slice(&read(key)?),
                format!("{names} must be PEM, and the key must not be encrypted"),
            )
        }
        None => (
            PrivateKeyDer::from_pem_slice(&pem),
            format!(
                "`{}` must have a certificate and its key as PEM, and the key must not be encrypted",
                cert.display()
            ),
        ),
    };
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match (certificates, key) {
        (Ok(certificates), Ok(key)) if !certificates.is_empty() => {
            Ok(Some((certificates, key, invalid)))
        }
        _ => Err(invalid),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let unread = |why| format!("cannot read `{}`: {}", path.display(), system(&why));
    std::fs::read(path).map_err(unread)
}

/// Which servers are trusted: those with a certificate of an authority, and those
/// with one of the named certificates, whoever signed it. `openssl req -x509`
/// makes one that is an authority itself, which a server may not show otherwise.
#[derive(Debug)]
struct Trust {
    /// `None` if the certificate is not verified.
    authorities: Option<Verifier>,
    named: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl Trust {
    fn new(
        tls: &Tls,
        named: Vec<CertificateDer<'static>>,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, String> {
        let invalid = |why: TlsError| match &tls.cacert {
            Some(path) => format!("`{}` cannot be used: {why}", path.display()),
            None => format!("cannot read this machine's certificate authorities: {why}"),
        };
        let authorities = (!tls.insecure)
            .then(|| Verifier::new_with_extra_roots(named.iter().cloned(), Arc::clone(provider)))
            .transpose()
            .map_err(invalid)?;
        Ok(Self {
            authorities,
            named,
            provider: Arc::clone(provider),
        })
    }
}

/// Whether a certificate is valid but for who signed it. The time is checked
/// before these two are found out.
fn lacks_only_an_authority(why: &TlsError) -> bool {
    match why {
        TlsError::InvalidCertificate(CertificateError::UnknownIssuer) => true,
        TlsError::InvalidCertificate(CertificateError::Other(other)) => {
            other.0.to_string() == "CaUsedAsEndEntity"
        }
        _ => false,
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let Some(authorities) = &self.authorities else {
            return Ok(ServerCertVerified::assertion());
        };
        match authorities.verify_server_cert(certificate, intermediates, name, ocsp, now) {
            Err(why) if lacks_only_an_authority(&why) => {
                if !self.named.contains(certificate) {
                    return Err(CertificateError::UnknownIssuer.into());
                }
                verify_server_name(&ParsedCertificate::try_from(certificate)?, name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        match &self.authorities {
            Some(verifier) => verifier.verify_tls12_signature(message, certificate, signature),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        match &self.authorities {
            Some(verifier) => verifier.verify_tls13_signature(message, certificate, signature),
            None => Ok(HandshakeSignatureValid::assertion()),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn a_file_with_certificate_and_key_may_be_a_pipe() {
        const BOTH: &str = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n\
            -----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pipe = folder.path().join("pipe");
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo runs").success());
        let writer = pipe.clone();
        // Whoever opens it a second time reads nothing.
        std::thread::spawn(move || [BOTH, ""].map(|text| std::fs::write(&writer, text)));
        let tls = Tls {
            cert: Some(pipe),
            ..Tls::default()
        };
        let (certificates, ..) = own(&tls).expect("PEM").expect("a certificate");
        assert_eq!(certificates.len(), 1);
    }
}
