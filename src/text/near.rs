//! Names near to a mistyped one, three at most.

/// The names of `all` that are near to `word`, nearest first, three at most.
pub fn near<'a>(word: &str, all: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase().replace('-', "_");
    let mut scored: Vec<(usize, &str)> = all
        .filter_map(|name| score(&word, name).map(|score| (score, name)))
        .collect();
    scored.sort_unstable();
    scored.dedup_by_key(|(_, name)| *name);
    scored.into_iter().map(|(_, name)| name).take(3).collect()
}

/// Whether a word is a name with a typing mistake: one letter, or two of a long name.
pub fn is_misspelt(word: &str, name: &str) -> bool {
    let (typed, meant) = (word.chars().count(), name.chars().count());
    let within = if meant < 8 { 1 } else { 2 };
    meant > 3 && typed.abs_diff(meant) <= within && edits(word, name) <= within
}

/// The distance of `name` from `word`; `None` if it is too large for a typing mistake.
fn score(word: &str, name: &str) -> Option<usize> {
    if word.is_empty() {
        return None;
    }
    let (typed, meant) = (word.chars().count(), name.chars().count());
    let within = (typed.max(meant) / 3).clamp(1, 3);
    // Compare the lengths first: a word may be as long as a line.
    if typed.abs_diff(meant) <= within {
        let distance = edits(word, name);
        if distance <= within {
            return Some(distance);
        }
    }
    // The word is a part of the name, as in `users` or `scan`: the shortest name first.
    (typed >= 3 && name.contains(word)).then_some(10 + meant)
}

/// Optimal string alignment: insertions, deletions, changes and swaps of neighbours.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_first_and_three_at_most() {
        let names = [
            "get_users",
            "get_user_by_id",
            "add_user",
            "update_user",
            "delete_user",
            "set",
        ];
        let near = |word| near(word, names.into_iter());
        assert_eq!(near("get_user"), ["get_users", "get_user_by_id"]);
        assert_eq!(near("ad_user"), ["add_user"]);
        assert_eq!(near("add-usre"), ["add_user"]);
        assert_eq!(near("frobnicate"), Vec::<&str>::new());
        assert!(near("user").len() == 3);
        assert_eq!(near(""), Vec::<&str>::new());
    }
}
