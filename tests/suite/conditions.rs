//! Conditions and orders against filters that know nothing of them, on random objects.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};
use sftpgo_shell::catalog::{Clock, Release};
use sftpgo_shell::query::{Condition, Order};

const RELEASE: Release = Release::new(2, 7, 5);
const GIB: i64 = 1 << 30;

/// An account, as the filters below see it.
#[derive(Clone, Debug)]
struct Account {
    name: String,
    email: String,
    enabled: bool,
    /// In GiB; 0 is unlimited.
    quota: i64,
    /// In GiB.
    used: i64,
    groups: Vec<String>,
}

impl Account {
    /// As the server writes it, with or without what is empty.
    fn json(&self, omits: bool) -> Json {
        let groups: Vec<Json> = self
            .groups
            .iter()
            .map(|name| json!({"name": name, "type": 2}))
            .collect();
        let all = [
            ("username", json!(self.name)),
            ("email", json!(self.email)),
            ("status", json!(i32::from(self.enabled))),
            ("quota_size", json!(self.quota * GIB)),
            ("used_quota_size", json!(self.used * GIB)),
            ("groups", json!(groups)),
        ];
        let is_empty = |value: &Json| [json!(""), json!(0), json!([])].contains(value);
        let members = all
            .into_iter()
            .filter(|(_, value)| !omits || !is_empty(value));
        Json::Object(
            members
                .map(|(name, value)| (name.to_owned(), value))
                .collect::<Map<_, _>>(),
        )
    }
}

fn accounts() -> impl Strategy<Value = Account> {
    let word = || select(vec!["", "a", "ab", "b", "Bob", "é", "a.b"]).prop_map(str::to_owned);
    (
        word(),
        word(),
        any::<bool>(),
        0..5_i64,
        0..5_i64,
        vec(select(vec!["x", "y", "xy"]), 0..3),
    )
        .prop_map(|(name, email, enabled, quota, used, groups)| Account {
            name,
            email,
            enabled,
            quota,
            used,
            groups: groups.into_iter().map(str::to_owned).collect(),
        })
}

/// A condition, as a tree.
#[derive(Clone, Debug)]
enum Tree {
    Name(&'static str, String),
    Email(String),
    Contains(String),
    Quota(&'static str, i64),
    Unlimited,
    /// More than so many tenths of the quota is used.
    Full(i64),
    Enabled(bool),
    Group(String),
    GroupIn(String, String),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
}

fn holds<T: PartialOrd>(one: &T, op: &str, other: &T) -> bool {
    match op {
        "=" => one == other,
        "!=" => one != other,
        "<" => one < other,
        "<=" => one <= other,
        ">" => one > other,
        _ => one >= other,
    }
}

impl Tree {
    fn holds(&self, of: &Account) -> bool {
        match self {
            Self::Name(op, text) => holds(&of.name, op, text),
            Self::Email(text) => of.email == *text,
            Self::Contains(text) => of.name.contains(text.as_str()),
            Self::Quota(op @ ("=" | "!="), gib) => holds(&of.quota, op, gib),
            Self::Quota(op, gib) => of.quota != 0 && holds(&of.quota, op, gib),
            Self::Unlimited => of.quota == 0,
            Self::Full(tenths) => of.quota != 0 && of.used * 10 > of.quota * tenths,
            Self::Enabled(on) => of.enabled == *on,
            Self::Group(name) => of.groups.iter().any(|own| own == name),
            Self::GroupIn(one, other) => of.groups.iter().any(|own| own == one || own == other),
            Self::Not(tree) => !tree.holds(of),
            Self::And(left, right) => left.holds(of) && right.holds(of),
            Self::Or(left, right) => left.holds(of) || right.holds(of),
        }
    }

    /// As it is typed; parentheses only where they are needed.
    fn text(&self) -> String {
        let inside = |tree: &Self| match tree {
            Self::Or(..) => format!("({})", tree.text()),
            tree => tree.text(),
        };
        match self {
            Self::Name(op, text) => format!("username {op} \"{text}\""),
            Self::Email(text) if text.is_empty() => "email=null".to_owned(),
            Self::Email(text) => format!("email == '{text}'"),
            Self::Contains(text) => format!("username has \"{text}\""),
            Self::Quota(op, gib) if gib % 2 == 0 => format!("quota_size{op}{}", gib * GIB),
            Self::Quota(op, gib) => format!("quota_size {op} {gib}GiB"),
            Self::Unlimited => "quota_size = unlimited".to_owned(),
            Self::Full(tenths) if tenths % 2 == 0 => {
                format!("10 * used_quota_size > {tenths}*quota_size")
            }
            Self::Full(tenths) => format!("used_quota_size > 0.{tenths} * quota_size"),
            Self::Enabled(true) => "status = enabled".to_owned(),
            Self::Enabled(false) => "status=0".to_owned(),
            Self::Group(name) => format!("groups has {name}"),
            Self::GroupIn(one, other) => format!("groups.name in ({one},{other})"),
            Self::Not(tree) => match &**tree {
                Self::And(..) | Self::Or(..) => format!("not ({})", tree.text()),
                tree => format!("NOT {}", tree.text()),
            },
            Self::And(left, right) => format!("{} and {}", inside(left), inside(right)),
            Self::Or(left, right) => format!("{} or {}", left.text(), right.text()),
        }
    }
}

fn trees() -> impl Strategy<Value = Tree> {
    let op = || select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let word = || select(vec!["", "a", "ab", "b", "é"]).prop_map(str::to_owned);
    let group = || select(vec!["x", "y", "z"]).prop_map(str::to_owned);
    let leaf = prop_oneof![
        (op(), word()).prop_map(|(op, text)| Tree::Name(op, text)),
        word().prop_map(Tree::Email),
        word().prop_map(Tree::Contains),
        (op(), 1..5_i64).prop_map(|(op, gib)| Tree::Quota(op, gib)),
        Just(Tree::Unlimited),
        (1..10_i64).prop_map(Tree::Full),
        any::<bool>().prop_map(Tree::Enabled),
        group().prop_map(Tree::Group),
        (group(), group()).prop_map(|(one, other)| Tree::GroupIn(one, other)),
    ];
    leaf.prop_recursive(5, 40, 2, |inner| {
        let pair = || (inner.clone(), inner.clone());
        prop_oneof![
            inner.clone().prop_map(|tree| Tree::Not(Box::new(tree))),
            pair().prop_map(|(left, right)| Tree::And(Box::new(left), Box::new(right))),
            pair().prop_map(|(left, right)| Tree::Or(Box::new(left), Box::new(right))),
        ]
    })
}

fn read(text: &str) -> Result<Condition, String> {
    let read = Condition::read(text, "User", RELEASE, &Clock::system());
    read.map_err(|wrong| format!("{text}: {}", wrong.message))
}

/// What conditions are made of, and what breaks them.
const PIECES: &[&str] = &[
    "username",
    "quota_size",
    "groups.name",
    "groups",
    "groups[0].name",
    "permissions",
    "permissions./",
    "status",
    "has_password",
    "filters",
    "expiration_date",
    "oidc_custom_fields.x",
    "=",
    "==",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "~",
    "has",
    "in",
    "and",
    "or",
    "not",
    "(",
    ")",
    "[",
    "]",
    ",",
    "*",
    "/",
    "0.9",
    "10G",
    "-1",
    "1e9",
    "+30d",
    "never",
    "null",
    "\"a b\"",
    "'",
    "\"",
    "`",
    "\\",
    "é日",
    "[a-z",
    "x*",
    "(a|b)+",
    "!",
    "&&",
    "%",
    "$",
    "\t",
    "9223372036854775807",
    "170141183460469231731687303715884105727",
    "0",
    "true",
    "enabled",
];

proptest! {
    #[test]
    fn a_condition_agrees_with_a_plain_filter(tree in trees(), all in vec(accounts(), 1..8), omits in any::<bool>()) {
        let text = tree.text();
        let condition = read(&text);
        prop_assert!(condition.is_ok(), "{condition:?}");
        let condition = condition.expect("it was read");
        for account in all {
            let json = account.json(omits);
            prop_assert_eq!(condition.holds(&json), tree.holds(&account), "{} {}", text, json);
        }
    }

    #[test]
    fn a_list_is_sorted_and_stable(all in vec(accounts(), 0..20), omits in any::<bool>()) {
        let mut items: Vec<Json> = all.iter().map(|account| account.json(omits)).collect();
        for (at, item) in items.iter_mut().enumerate() {
            item["id"] = json!(at);
        }
        let order = Order::read("-quota_size,email", "User", RELEASE).expect("an order");
        order.sort(&mut items);
        // What has no number and what is empty comes last.
        let rank = |item: &Json| {
            let account = &all[usize::try_from(item["id"].as_u64().expect("a number")).expect("small")];
            let quota = if account.quota == 0 { i64::MAX } else { -account.quota };
            (quota, account.email.is_empty(), account.email.clone(), item["id"].as_u64())
        };
        prop_assert_eq!(items.len(), all.len());
        prop_assert!(items.is_sorted_by_key(rank), "{:?}", items);
    }

    #[test]
    fn no_text_makes_a_condition_panic(pieces in vec(select(PIECES), 0..12), blanks in vec(any::<bool>(), 12)) {
        let text: String = pieces.iter().zip(blanks).map(|(piece, blank)| if blank { format!("{piece} ") } else { (*piece).to_owned() }).collect();
        for object in ["User", "FsEvent", "Connection"] {
            match Condition::read(&text, object, RELEASE, &Clock::system()) {
                Ok(condition) => {
                    for odd in [json!({}), json!(null), json!([1]), json!({"username": 1, "groups": {"name": []}, "quota_size": "x", "permissions": [{}]})] {
                        condition.holds(&odd);
                    }
                }
                Err(wrong) => prop_assert!(wrong.span.start <= text.len() && text.is_char_boundary(wrong.span.start), "{:?}", wrong),
            }
            let _ = Order::read(&text, object, RELEASE);
        }
    }
}
