//! When a certificate ends.

use rustls::pki_types::{CertificateDer, UnixTime};
use std::time::{Duration, SystemTime};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, Error, KeyUsage};

/// A moment after the end of each certificate: a date in one has a year of four digits.
const LATE: Duration = Duration::from_hours(10_000 * 366 * 24);

/// The last moment at which a certificate is valid. Of what the library reads of one, only
/// the error about a later moment shows it.
pub(super) fn end(der: &[u8]) -> Option<SystemTime> {
    let der = CertificateDer::from(der);
    let certificate = EndEntityCert::try_from(&der).ok()?;
    let late = UnixTime::since_unix_epoch(LATE);
    let usage = KeyUsage::server_auth();
    let algorithms = ALL_VERIFICATION_ALGS;
    let verified = certificate.verify_for_usage(algorithms, &[], &[], late, usage, None, None);
    match verified.err()? {
        Error::CertExpired { not_after, .. } => {
            SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(not_after.as_secs()))
        }
        _ => None,
    }
}
