//! Whatever the rows are, the server has the expected users afterwards.

use super::Site;
use crate::generators::cases;
use crate::support::{SAMPLED, start};
use proptest::prelude::*;
use serde_json::{Value, json};
use sftpgo_shell::practice::{Clock, Data};
use std::collections::BTreeMap;

/// The outcome of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// The server takes it.
    Good,
    /// The server refuses it: its home directory is relative.
    Refused,
    /// The server refuses it unless it has a password.
    Bare,
    /// A user of that name is there.
    There,
}

#[derive(Clone, Debug)]
struct Row {
    fate: Fate,
    name: String,
    uid: Option<i32>,
    password: String,
}

impl Row {
    fn name(&self, at: usize) -> String {
        format!("{}{at}", self.name)
    }

    fn home(&self) -> &'static str {
        if self.fate == Fate::Refused {
            "srv/x"
        } else {
            "/srv/x"
        }
    }

    /// None is a password that the server misses.
    fn password(&self) -> Option<&str> {
        (self.fate != Fate::Bare).then_some(self.password.as_str())
    }

    fn is_refused(&self) -> bool {
        matches!(self.fate, Fate::Refused | Fate::Bare)
    }
}

fn row() -> impl Strategy<Value = Row> {
    let fate = prop_oneof![
        4 => Just(Fate::Good),
        1 => Just(Fate::Refused),
        1 => Just(Fate::Bare),
        2 => Just(Fate::There),
    ];
    // What CSV, URLs and JSON have a meaning for, and what lines are split at.
    let name = "[a-zé,;\"' &%?/#\\\\-]{1,6}";
    (
        fate,
        name,
        proptest::option::of(-5..99_999_i32),
        "[a-z]{4}[\",0-9é ]{8}",
    )
        .prop_map(|(fate, name, uid, password)| Row {
            fate,
            name,
            uid,
            password,
        })
}

/// The rows as a file; the passwords of those that have none put in if `fixed`.
fn file(rows: &[(usize, &Row)], is_csv: bool, mended: bool) -> String {
    let mut csv = writer();
    csv.write_record(["username", "home_dir", "permissions", "uid", "password"])
        .expect("memory");
    let mut lines = String::new();
    for (at, row) in rows {
        let home = if mended { "/srv/x" } else { row.home() };
        let password = if mended {
            Some(row.password.as_str())
        } else {
            row.password()
        };
        let uid = row.uid.map(|uid| uid.to_string()).unwrap_or_default();
        let cells = [
            &row.name(*at),
            home,
            "list download",
            &uid,
            password.unwrap_or(""),
        ];
        csv.write_record(cells).expect("memory");
        let object = json!({
            "username": row.name(*at), "home_dir": home, "permissions": ["list", "download"],
            "uid": row.uid, "password": password,
        });
        lines.push_str(&format!("{object}\n"));
    }
    if is_csv {
        String::from_utf8(csv.into_inner().expect("memory")).expect("UTF-8")
    } else {
        lines
    }
}

/// The users on the server by name: home directory and uid.
fn on(site: &Site) -> BTreeMap<String, (Value, Value)> {
    let users = site.users().into_iter();
    users
        .map(|user| {
            let name = user["username"].as_str().expect("a name").to_owned();
            (name, (user["home_dir"].clone(), user["uid"].clone()))
        })
        .collect()
}

/// How many of the requests since `before` write.
fn writes(site: &Site, before: usize) -> usize {
    let asked = site.asked_since(before);
    asked.iter().filter(|one| !one.starts_with("GET ")).count()
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn the_server_has_the_expected_users(
        rows in proptest::collection::vec(row(), 1..25),
        jobs in prop_oneof![Just(1), Just(8)],
        is_csv in any::<bool>(),
        skips in any::<bool>(),
    ) {
        let site = Site::with(start(Data::Empty, Clock::Fixed(SAMPLED)));
        let all: Vec<(usize, &Row)> = rows.iter().enumerate().collect();
        let (name, failed_name) = if is_csv { ("u.csv", "u.failed.csv") } else { ("u.ndjson", "u.failed.ndjson") };
        let only = |wanted: &dyn Fn(&Row) -> bool| -> Vec<(usize, &Row)> {
            all.iter().copied().filter(|(_, row)| wanted(row)).collect()
        };
        let command = format!("--jobs {jobs} --quiet --output compact add_users --from {name}");
        // Those that are there, with another home directory.
        let mut expected = BTreeMap::new();
        for (at, row) in only(&|row| row.fate == Fate::There) {
            let body = json!({"username": row.name(at), "home_dir": "/old", "permissions": ["*"], "password": "p"});
            let line = format!("post user --json {}", shlex::try_quote(&body.to_string()).expect("no NUL"));
            prop_assert_eq!(site.go(&line).code, 0);
            expected.insert(row.name(at), (json!("/old"), json!(0)));
        }
        for (at, row) in only(&|row| row.fate == Fate::Good) {
            expected.insert(row.name(at), (json!("/srv/x"), json!(row.uid.unwrap_or(0))));
        }

        // The first run.
        site.write(name, file(&all, is_csv, false));
        let skip = if skips { " --skip-existing" } else { "" };
        let ran = site.go(&format!("{command}{skip}"));
        let not_done = only(&|row| row.is_refused() || !skips && row.fate == Fate::There);
        prop_assert_eq!(ran.code == 0, not_done.is_empty(), "{}", ran.err);
        if ran.code != 0 {
            prop_assert_eq!(ran.code == 6, not_done.len() < all.len(), "{}", ran.err);
        }
        prop_assert_eq!(on(&site), expected.clone());
        // Each row that is not done is reported with its number and its user's name.
        let rows_told = ran.err.matches(": row ").count();
        prop_assert_eq!(rows_told, not_done.len());
        for (at, row) in &not_done {
            let told = format!("{name}: row {}: error: user `{}`: ", at + 1, row.name(*at));
            prop_assert!(ran.err.contains(&told), "{} in {}", told, ran.err);
        }
        for row in &rows {
            prop_assert!(!ran.err.contains(&row.password) && !ran.out.contains(&row.password));
        }

        // A second run writes nothing but what failed; that was refused once more.
        let before = site.count();
        let again = site.go(&format!("{command} --skip-existing --failed again.{}", if is_csv { "csv" } else { "ndjson" }));
        let refused = only(&Row::is_refused);
        prop_assert_eq!(writes(&site, before), refused.len());
        prop_assert_eq!(again.code == 0, refused.is_empty());
        prop_assert_eq!(on(&site), expected.clone());

        // The file of failed rows has them in order, without secrets, and can be read again.
        if not_done.is_empty() {
            prop_assert!(!site.path(failed_name).exists());
            return Ok(());
        }
        let failed = site.read(failed_name);
        for (_, row) in &not_done {
            prop_assert!(!failed.contains(&row.password));
        }
        let before = site.count();
        let ran = site.go(&format!("--jobs {jobs} --output compact add_users --from {failed_name} --skip-existing --dry-run"));
        prop_assert_eq!(ran.code, 0, "{}", ran.err);
        prop_assert_eq!(ran.out.matches("POST /api/v1/user HTTP/1.1\n").count(), not_done.len());
        prop_assert_eq!(site.count(), before);

        // With what was missing put in, the rest is added.
        site.write(name, mended(&failed, is_csv, &rows));
        let ran = site.go(&format!("{command} --skip-existing"));
        prop_assert_eq!(ran.code, 0, "{}", ran.err);
        for (at, row) in refused {
            expected.insert(row.name(at), (json!("/srv/x"), json!(row.uid.unwrap_or(0))));
        }
        prop_assert_eq!(on(&site), expected.clone());
        let before = site.count();
        prop_assert_eq!(site.go(&format!("{command} --skip-existing")).code, 0);
        prop_assert_eq!(writes(&site, before), 0);
        prop_assert!(!site.path(failed_name).exists());

        // Nor does a change to what the rows have, without passwords.
        site.write(name, "username,home_dir\n".to_owned() + &names(&expected));
        let before = site.count();
        let ran = site.go(&format!("{command} --format csv --update-existing"));
        prop_assert_eq!((ran.code, writes(&site, before)), (0, 0), "{}", ran.err);
    }
}

/// A blank at an edge of a cell belongs to it only in quotes.
fn writer() -> csv::Writer<Vec<u8>> {
    let mut builder = csv::WriterBuilder::new();
    builder.quote_style(csv::QuoteStyle::Always);
    builder.from_writer(Vec::new())
}

/// The file of failed rows with its passwords put in, and right home directories.
fn mended(failed: &str, is_csv: bool, rows: &[Row]) -> String {
    let password = |number: usize| rows[number - 1].password.as_str();
    if !is_csv {
        let lines = failed.lines().map(|line| {
            let mut object: Value = serde_json::from_str(line).expect("JSON");
            let number = object["row"].as_u64().expect("a number");
            object["password"] = password(number.try_into().expect("small")).into();
            object["home_dir"] = "/srv/x".into();
            format!("{object}\n")
        });
        return lines.collect();
    }
    let mut reader = csv::Reader::from_reader(failed.as_bytes());
    let mut writer = writer();
    writer
        .write_record(reader.headers().expect("CSV"))
        .expect("memory");
    for record in reader.records() {
        let record = record.expect("CSV");
        let number: usize = record[5].parse().expect("a number");
        let cells = [
            &record[0],
            "/srv/x",
            &record[2],
            &record[3],
            password(number),
            &record[5],
            &record[6],
        ];
        writer.write_record(cells).expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8")
}

/// Names and home directories as cells.
fn names(users: &BTreeMap<String, (Value, Value)>) -> String {
    let mut writer = writer();
    for (name, (home, _)) in users {
        writer
            .write_record([name, home.as_str().expect("a text")])
            .expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8")
}
