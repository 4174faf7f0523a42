//! What a quota scan finds: sample figures, since there are no files to count.

use super::go::shape::{Object, int, set};

/// Stores what a scan of an account or a folder has found: slightly more than the last time, or
/// figures that depend on its id and stay within the quota.
pub(super) fn finish(object: &mut Object, ended: i64) {
    const FILE_SIZE: i64 = 48_611;
    let within = |figure: i64, quota: &str| match int(object, quota) {
        limit if limit > 0 => figure.min(limit),
        _ => figure,
    };
    let files = int(object, "used_quota_files");
    let (files, size) = if files > 0 {
        let size = int(object, "used_quota_size");
        (files + files / 100, size + size / 100)
    } else {
        let files = within(100 + int(object, "id") % 50 * 17, "quota_files");
        (files, within(files * FILE_SIZE, "quota_size"))
    };
    set(object, "used_quota_files", files);
    set(object, "used_quota_size", size);
    set(object, "last_quota_update", ended);
}
