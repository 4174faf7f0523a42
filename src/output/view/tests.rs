use super::*;
use crate::catalog::{self, Command, Route};
use crate::query::FieldPath;
use crate::text::clean::is_unsafe;
use crate::text::width::width;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

fn clock() -> Clock {
    Clock {
        now: "2026-11-27T12:00:00Z".parse().unwrap(),
        zone: jiff::tz::TimeZone::UTC,
    }
}

fn canvas(clock: &Clock, width: Option<usize>, color: bool) -> Canvas<'_> {
    Canvas {
        width,
        color,
        clock,
    }
}

fn look(output: Output, columns: Option<&str>) -> Look {
    Look {
        output,
        kind: Some(AnswerType::List("User")),
        columns: columns.map(|text| Columns::read(Some("User"), text).expect("columns")),
        human: false,
        speaks: false,
    }
}

fn shown(json: &Json, look: &Look, width: usize) -> Picture {
    let clock = clock();
    picture(json, look, canvas(&clock, Some(width), false), "last").expect("objects")
}

#[test]
fn layouts_name_fields() {
    let items = catalog::every()
        .filter_map(Command::route)
        .filter_map(Route::item);
    for item in items {
        let layout = &schema::schema(item).expect(item).layout;
        assert!(layout.nouns.is_some(), "{item} has no `!nouns`");
        assert!(!layout.columns.is_empty(), "{item} has no `!columns`");
    }
    for schema in schema::every() {
        let layout = &schema.layout;
        let columns = layout.columns.iter();
        let paths = columns.flat_map(|column| [Some(column.path), column.limit]);
        for path in paths.flatten() {
            let found = FieldPath::read(schema.name, path).expect(path);
            assert!(!found.is_secret(), "{path} of {}", schema.name);
        }
        let mark = layout.mark.iter().map(|mark| mark.field);
        for name in layout.label.iter().copied().chain(mark) {
            assert!(schema.own(name).is_some(), "{name} of {}", schema.name);
        }
        if let Some(mark) = layout.mark {
            let field = schema.own(mark.field).expect("a field");
            assert!(field.words(None).any(|word| word == mark.word));
        }
    }
}

#[test]
fn a_table_says_what_it_leaves_out() {
    let users = json!([
        {"username": "anna", "status": 1, "quota_size": 1 << 30, "used_quota_size": 655_360,
         "quota_files": 8000, "used_quota_files": 1, "expiration_date": 1_803_556_800_000_i64,
         "home_dir": "/srv/a\u{1b}[31m", "groups": [{"name": "staff", "type": 1}, {"name": "x", "type": 2}],
         "filesystem": {"provider": 1}},
        {"username": "用户", "status": 0, "home_dir": "/srv/b"},
    ]);
    let picture = shown(&users, &look(Output::Table, None), 80);
    assert_eq!(
        picture.text,
        "USERNAME  STATUS    QUOTA            FILES   GROUPS     EXPIRES     STORAGE\n\
         anna      enabled   640 KiB / 1 GiB  1/8000  staff*, x  in 90 days  s3\n\
         用户      disabled  0 / -            0/-     -          never       -\n"
    );
    assert_eq!(
        picture.remark,
        "2 users; * primary group; no room for home_dir (`--columns +home_dir`); \
         empty: last_login, role, permissions and 6 more; `last` shows all fields\n"
    );
    let picture = shown(
        &users,
        &look(Output::Table, Some("+home_dir,groups.name")),
        50,
    );
    assert_eq!(
        picture.text,
        "USERNAME  HOME_DIR          GROUPS.NAME  STATUS\n\
         anna      /srv/a\\u001b[31m  staff, x     enabled\n\
         用户      /srv/b            -            disabled\n"
    );
    let picture = shown(&json!([]), &look(Output::Table, None), 80);
    assert_eq!((&*picture.text, &*picture.remark), ("", "no users\n"));
    let picture = shown(&Json::Null, &look(Output::Table, None), 80);
    assert_eq!(picture.remark, "no users\n");
}

#[test]
fn a_card_leaves_out_what_is_as_usual() {
    let user = json!({
        "id": 4, "username": "anna", "status": 0, "expiration_date": 1_803_556_800_000_i64,
        "used_quota_size": 0, "quota_size": 1 << 30, "description": "",
        "upload_bandwidth": 64, "permissions": {"/": ["list"], "/in": ["*"]},
        "groups": [{"name": "staff", "type": 1}], "max_sessions": 0,
        "filters": {"allowed_ip": ["10.0.0.0/8"], "hooks": {"pre_login_disabled": false}},
        "filesystem": {"provider": 1, "s3config": {
            "bucket": "acme", "access_secret": {"status": "Secretbox", "payload": "abc"}}},
        "later": {"than": "this"},
    });
    let mut look = look(Output::Table, None);
    look.kind = Some(AnswerType::Object("User"));
    let picture = shown(&user, &look, 80);
    assert_eq!(
        picture.text,
        "username            anna                 status              disabled\n\
         quota               0 / 1 GiB            groups              staff (primary)\n\
         expires             2027-02-25 12:00 (in 90 days)\n\
         permissions         /: list; /in: *      storage             s3\n\
         upload_bandwidth    64 KB/s              id                  4\n\
         filters.allowed_ip  10.0.0.0/8           later               than: this\n\
         filesystem.s3config.bucket         acme\n\
         filesystem.s3config.access_secret  ********\n"
    );
    assert_eq!(
        picture.remark,
        "3 fields are empty or as usual: `last` shows all\n"
    );
    look.columns = Columns::read(Some("User"), "username,email,quota_size").ok();
    let picture = shown(&user, &look, 80);
    assert_eq!(
        picture.text,
        "username    anna                         email       -\nquota_size  1 GiB\n"
    );
    assert_eq!(picture.remark, "");
}

#[test]
fn what_is_below_a_table_takes_two_lines() {
    let user =
        |at: usize| json!({"username": format!("user{at}"), "status": 1, "email": "a@b.example"});
    let list: Json = (0..3).map(user).collect();
    for width in [80, 100, 160] {
        let below = shown(&list, &look(Output::Table, None), width).remark;
        let lines = crate::text::wrap::lines(&below, width, 2);
        assert!(lines.lines().count() <= 2, "{width}: {below}");
        assert!(below.contains("`last` shows all fields"), "{below}");
    }
}

#[test]
fn an_object_of_no_known_type_is_shown_by_its_paths() {
    let status = json!({
        "ssh": {"is_active": true, "bindings": [{"address": "", "port": 22}, {"port": 23}]},
        "mfa": {"is_active": false},
        "access_secret": {"payload": "HIDDEN"},
        "password": "HIDDEN",
    });
    let look = Look::plain(Output::Table);
    let text = shown(&status, &look, 60).text;
    assert!(
        text.contains("ssh.bindings") && text.contains("address: , port: 22; port: 23"),
        "{text}"
    );
    assert!(
        text.contains("mfa.is_active") && text.contains("false"),
        "{text}"
    );
    assert!(!text.contains("HIDDEN") && !text.contains('{'), "{text}");
}

#[test]
fn what_has_no_objects_is_no_picture() {
    let clock = clock();
    let none = |json: Json, kind| {
        let mut look = look(Output::Csv, None);
        look.kind = kind;
        picture(&json, &look, canvas(&clock, None, false), "").is_none()
    };
    let (list, one) = (AnswerType::List("User"), AnswerType::Object("User"));
    assert!(none(json!({"username": "a"}), Some(list)));
    assert!(none(json!([{"username": "a"}, 1]), Some(list)));
    assert!(none(json!([]), Some(one)));
    assert!(none(json!("text"), None));
    assert!(none(json!([1, 2]), None));
    assert!(!none(json!({"any": 1}), None));
}

#[test]
fn colours_say_something_and_take_no_room() {
    let users = json!([
        {"username": "gone", "status": 1, "expiration_date": 1_600_000_000_000_i64},
        {"username": "off", "status": 0},
        {"username": "full", "status": 1, "quota_size": 100, "used_quota_size": 91},
        {"username": "most", "status": 1, "quota_size": 100, "used_quota_size": 90},
    ]);
    let clock = clock();
    let look = look(Output::Table, None);
    let lines = |color| {
        let picture = picture(&users, &look, canvas(&clock, Some(80), color), "").unwrap();
        picture.text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (plain, coloured) = (lines(false), lines(true));
    let paint = |code: &str, text: &str| format!("\u{1b}[{code}m{text}\u{1b}[0m");
    assert_eq!(coloured[0], paint("1", &plain[0]));
    assert!(
        coloured[1].starts_with("\u{1b}[31mgone "),
        "{:?}",
        coloured[1]
    );
    assert!(
        coloured[2].starts_with("\u{1b}[2moff "),
        "{:?}",
        coloured[2]
    );
    assert!(
        coloured[3].contains(&paint("33", "91 B / 100 B")),
        "{:?}",
        coloured[3]
    );
    assert_eq!(coloured[4], plain[4]);
}

/// Texts that are wide, control the terminal, or need quotes.
const ODD: &[&str] = &[
    "a",
    "anna",
    "用户名",
    "é",
    "e\u{301}",
    "👍",
    "\u{1b}[31m",
    "\u{9b}1m",
    "\n",
    "\r\n",
    "\t",
    "\\",
    "\"",
    ",",
    ";",
    "'",
    " ",
    "\u{202e}",
    "\u{200d}",
    "=1+1",
    "",
    "null",
    "\\n",
    "🇩🇪",
];

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(select(ODD), 0..6).prop_map(|parts| parts.concat())
}

fn user() -> impl Strategy<Value = Json> {
    let number = || prop_oneof![Just(0), any::<i64>(), 0..2_000_000_000_000_i64];
    let texts = [text(), text(), text(), text()];
    let amounts = [number(), number(), number(), number()];
    (texts, amounts, -1..3_i64, any::<bool>()).prop_map(|(texts, amounts, status, more)| {
        let [name, folder, group, last] = texts;
        let [size, quota, expiration, login] = amounts;
        let mut user = json!({
            "username": name, "status": status, "used_quota_size": size, "quota_size": quota,
            "expiration_date": expiration, "last_login": login, "home_dir": folder,
            "permissions": {"/": ["*"], last.as_str(): ["list", "download"]},
            "email": null, "upload_bandwidth": size,
        });
        if more {
            user["groups"] = json!([{"name": group, "type": status}, {"name": last, "type": 2}]);
            user["filters"] = json!({"allowed_ip": [folder], "user_type": last});
            user["filesystem"] = json!({"provider": 1, "s3config": {"bucket": group}});
            user["unknown"] = json!({"a": [1.10, last]});
        }
        user
    })
}

const COLUMNS: &[Option<&str>] = &[
    None,
    Some("username"),
    Some("+email,groups.name"),
    Some(
        "home_dir,groups,groups.name,groups[1].name,filters,filters.allowed_ip,permissions./,quota_size",
    ),
];

proptest! {
    #[test]
    fn no_line_is_wider_than_the_terminal(
        users in proptest::collection::vec(user(), 0..5),
        columns in select(COLUMNS),
        columns_of_terminal in 1..200_usize,
    ) {
        let clock = clock();
        let mut look = look(Output::Table, columns);
        let list = Json::Array(users.clone());
        let mut texts = vec![shown(&list, &look, columns_of_terminal).text];
        let lines = texts[0].lines().count();
        prop_assert_eq!(lines, if users.is_empty() { 0 } else { users.len() + 1 });
        look.kind = Some(AnswerType::Object("User"));
        texts.extend(users.iter().map(|user| shown(user, &look, columns_of_terminal).text));
        for line in texts.iter().flat_map(|text| text.lines()) {
            prop_assert!(width(line) <= columns_of_terminal, "{:?}", line);
            prop_assert!(!line.contains(is_unsafe), "{:?}", line);
        }
        // Colours change nothing but colours.
        look.kind = Some(AnswerType::List("User"));
        let coloured = picture(&list, &look, canvas(&clock, Some(columns_of_terminal), true), "");
        let coloured = coloured.expect("objects").text;
        let mut parts = coloured.split('\u{1b}');
        let first = parts.next().unwrap_or_default().to_owned();
        let plain = parts.fold(first, |text, part| text + part.split_once('m').unwrap().1);
        prop_assert_eq!(&plain, &texts[0]);
    }

    #[test]
    fn nothing_is_cut_in_a_file(users in proptest::collection::vec(user(), 1..4)) {
        let clock = clock();
        let list = Json::Array(users);
        let text = picture(&list, &look(Output::Table, None), canvas(&clock, None, false), "");
        prop_assert!(!text.expect("objects").text.contains('…'));
    }

    #[test]
    fn sheets_read_back_are_the_json(
        users in proptest::collection::vec(user(), 0..5),
        columns in select(COLUMNS),
    ) {
        let list = Json::Array(users.clone());
        let csv = shown(&list, &look(Output::Csv, columns), 20).text;
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader.records().map(|row| row.unwrap());
        let rows: Vec<Vec<String>> = rows.map(|row| row.iter().map(str::to_owned).collect()).collect();
        let tsv = shown(&list, &look(Output::Tsv, columns), 20).text;
        let mut lines = tsv.split_terminator('\n').map(|line| {
            line.split('\t').map(unescaped).collect::<Vec<_>>()
        });
        let first = lines.next();
        prop_assert_eq!(first.as_ref(), Some(&header));
        prop_assert_eq!(&lines.collect::<Vec<_>>(), &rows);
        prop_assert_eq!(rows.len(), users.len());
        for (row, user) in rows.iter().zip(&users) {
            for (name, cell) in header.iter().zip(row) {
                prop_assert_eq!(cell, &independent(user, name), "{}", name);
            }
        }
    }
}

/// A cell of TSV as another program reads it.
fn unescaped(cell: &str) -> String {
    let mut out = String::new();
    let mut letters = cell.chars();
    while let Some(letter) = letters.next() {
        out.push(match letter {
            '\\' => match letters.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('\\') => '\\',
                other => panic!("{other:?} in {cell:?}"),
            },
            letter => letter,
        });
    }
    out
}

/// The value at a path, found otherwise than by `FieldPath`.
fn independent(user: &Json, name: &str) -> String {
    let value = match name {
        "groups.name" => user.get("groups").map(|groups| {
            let groups = groups.as_array().unwrap().iter();
            groups.map(|group| group["name"].clone()).collect::<Json>()
        }),
        "groups[1].name" => user.pointer("/groups/1/name").cloned(),
        "permissions./" => user.pointer("/permissions/~1").cloned(),
        name => user
            .pointer(&format!("/{}", name.replace('.', "/")))
            .cloned(),
    };
    match value {
        None | Some(Json::Null) => String::new(),
        Some(Json::String(text)) => text,
        Some(value) => value.to_string(),
    }
}

#[test]
fn words_for_sheets() {
    let users = json!([{"username": "a", "status": 1, "quota_size": 1 << 30, "last_login": 0,
        "expiration_date": 1_803_556_800_000_i64, "groups": [{"name": "g", "type": 1}, {"name": "h"}]}]);
    let names = "username,status,quota_size,last_login,expiration_date,groups,email";
    let mut look = look(Output::Csv, Some(names));
    look.human = true;
    assert_eq!(
        shown(&users, &look, 20).text,
        format!("{names}\na,enabled,1 GiB,never,2027-02-25 12:00,\"g (primary), h\",\n")
    );
    let secrets =
        json!([{"username": "a", "filesystem": {"s3config": {"access_secret": {"payload": "x"}}}}]);
    let mut look = self::look(Output::Table, Some("filesystem"));
    look.human = true;
    assert!(!shown(&secrets, &look, 200).text.contains("\"x\""));
}

#[test]
fn a_message_alone_is_shown_as_its_text() {
    let mut look = look(Output::Table, None);
    look.speaks = true;
    for (answer, text) in [
        (json!({"message": "User updated"}), Some("User updated")),
        (json!({"message": "done", "error": ""}), Some("done")),
        (json!({"message": ""}), None),
        (json!({"message": "saved", "key": "a.b"}), None),
        (json!({"message": 3}), None),
        (json!(["message"]), None),
    ] {
        assert_eq!(look.message(Some(&answer)), text, "{answer}");
    }
    look.speaks = false;
    assert_eq!(look.message(Some(&json!({"message": "a"}))), None);
}

#[test]
fn the_columns_of_a_sheet_are_known_before_its_rows() {
    let clock = clock();
    let users = json!([{"username": "a", "status": 1}, {"username": "b,c"}]);
    for columns in [None, Some("quota,username"), Some("+email")] {
        let look = look(Output::Csv, columns);
        let sheet = look.sheet_ahead(&clock).expect("a sheet");
        let items = users.as_array().expect("a list");
        let parts = items.chunks(1).map(|part| sheet.rows(part));
        let streamed: String = [sheet.header()].into_iter().chain(parts).collect();
        assert_eq!(streamed, shown(&users, &look, 80).text, "{columns:?}");
    }
    let untyped = Look::plain(Output::Csv);
    assert!(untyped.sheet_ahead(&clock).is_none());
}

#[test]
fn a_column_is_asked_for_by_its_heading() {
    let users = json!([{"username": "a", "used_quota_size": 1024, "quota_size": 2048}]);
    let picture = shown(
        &users,
        &look(Output::Table, Some("USERNAME,quota,EXPIRES")),
        80,
    );
    assert_eq!(
        picture.text,
        "USERNAME  QUOTA          EXPIRES\na         1 KiB / 2 KiB  never\n"
    );
}
