//! How the objects of a type are listed: facts of the table, in lines that begin with `!`.

/// How the objects of a type are listed, and how one is called inside another.
#[derive(Debug, Default)]
pub struct Layout {
    /// One of them and several: `user`, `users`.
    pub nouns: Option<(&'static str, &'static str)>,
    /// The usual columns of a list, the most important first.
    pub columns: Vec<UsualColumn>,
    /// The fields that stand for an object in a cell.
    pub label: Vec<&'static str>,
    /// The mark of some of these objects, and what it means.
    pub mark: Option<Mark>,
}

/// A usual column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualColumn {
    /// The heading, if it is not the path.
    pub heading: Option<&'static str>,
    /// The path of the field.
    pub path: &'static str,
    /// The field that limits it: both are one column, `640 KiB / 10 GiB`.
    pub limit: Option<&'static str>,
}

/// The mark of objects with a certain value: `* type=1 primary group`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    pub sign: &'static str,
    pub field: &'static str,
    pub word: &'static str,
    pub means: &'static str,
}

impl Layout {
    /// The usual column with this heading, in small or capital letters.
    pub fn headed(&self, heading: &str) -> Option<&UsualColumn> {
        let is_it = |column: &&UsualColumn| {
            let own = column.heading.unwrap_or(column.path);
            own.eq_ignore_ascii_case(heading)
        };
        self.columns.iter().find(is_it)
    }

    /// Adds a line of the table, without its `!`.
    pub(super) fn read(&mut self, line: &'static str) {
        let (name, rest) = line.split_once(' ').expect("a name and a value");
        match name {
            "nouns" => self.nouns = rest.split_once(' '),
            "columns" => self.columns = rest.split(' ').map(column).collect(),
            "label" => self.label = rest.split(' ').collect(),
            "mark" => self.mark = Some(mark(rest)),
            _ => unreachable!("a line of the table: tested"),
        }
    }
}

/// `expires=expiration_date`, `quota=used_quota_size/quota_size`.
fn column(text: &'static str) -> UsualColumn {
    let (heading, rest) = match text.split_once('=') {
        Some((heading, rest)) => (Some(heading), rest),
        None => (None, text),
    };
    let (path, limit) = match rest.split_once('/') {
        Some((path, limit)) => (path, Some(limit)),
        None => (rest, None),
    };
    UsualColumn {
        heading,
        path,
        limit,
    }
}

fn mark(text: &'static str) -> Mark {
    let mut parts = text.splitn(3, ' ');
    let mut part = || parts.next().expect("a sign, a condition and a meaning");
    let (sign, condition, means) = (part(), part(), part());
    let (field, word) = condition.split_once('=').expect("a field and a word");
    Mark {
        sign,
        field,
        word,
        means,
    }
}
