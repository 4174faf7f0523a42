//! What a quota scan is made up to find.

/// The files and bytes of an account or folder.
#[derive(Clone, Copy)]
pub(super) struct Usage {
    pub(super) files: i64,
    pub(super) size: i64,
}

/// Some more than last time, or figures of the id's own that stay within the quota.
pub(super) fn count(used: Usage, quota: Usage, id: i64) -> Usage {
    const FILE_SIZE: i64 = 48_611;
    let within = |figure: i64, quota: i64| if quota > 0 { figure.min(quota) } else { figure };
    if used.files > 0 {
        return Usage {
            files: used.files + used.files / 100,
            size: used.size + used.size / 100,
        };
    }
    let files = within(100 + id % 50 * 17, quota.files);
    let size = within(files * FILE_SIZE, quota.size);
    Usage { files, size }
}
