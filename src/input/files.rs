//! File names for completion.

use crate::text::clean;
use std::fs;

/// At most this many entries of a folder are looked at.
const MOST: usize = 10_000;

/// The files and folders whose paths have this prefix, folders with a trailing
/// `/`. Hidden ones are listed if the dot is typed; names that cannot be typed
/// are left out.
pub(crate) fn beginning(typed: &str) -> Vec<String> {
    let (folder, name) = match typed.rfind('/') {
        Some(at) => typed.split_at(at + 1),
        None => ("", typed),
    };
    let place = if folder.is_empty() { "." } else { folder };
    let entries = fs::read_dir(place).into_iter().flatten().take(MOST);
    let mut found: Vec<String> = entries
        .flatten()
        .filter_map(|entry| {
            let own = entry.file_name().into_string().ok()?;
            let fits = own.starts_with(name)
                && (!own.starts_with('.') || name.starts_with('.'))
                && !own.contains(clean::is_unsafe);
            // A link to a folder counts as a folder.
            let is_folder = || fs::metadata(entry.path()).is_ok_and(|about| about.is_dir());
            fits.then(|| format!("{folder}{own}{}", if is_folder() { "/" } else { "" }))
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_the_prefix() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| format!("{}/{name}", folder.path().display());
        for name in ["users.csv", "users two.csv", ".hidden", "a\x1bb", "other"] {
            fs::write(at(name), "").unwrap();
        }
        fs::create_dir(at("users")).unwrap();
        assert_eq!(
            beginning(&at("us")),
            [at("users two.csv"), at("users.csv"), at("users/")]
        );
        assert_eq!(beginning(&at(".h")), [at(".hidden")]);
        assert_eq!(beginning(&at("")).len(), 4);
        assert!(beginning(&at("none/")).is_empty());
    }
}
