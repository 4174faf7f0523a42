use super::*;
use crate::catalog::{self, Live};
use crate::line::call::Content;
use crate::line::parse::Parser;
use crate::text::lex::lex;
use serde_json::json;

#[test]
fn the_last_user_is_a_name_in_v2() {
    let api = catalog::api("v2").expect("a generation");
    let mut session = Session::new(Settings::default(), BTreeMap::new());
    let mut observe = |line: &str, answer: &Json| {
        let words = lex(line).commands.remove(0);
        let args: Vec<Arg> = words.iter().map(Arg::from).collect();
        let Ok(Content::Call(call)) = Parser::default()
            .parse(&args, api)
            .map(|parsed| parsed.content)
        else {
            panic!("{line}");
        };
        session.observe(&call, answer);
        let names = session.completion.names(Live::Username);
        let names = (0..names.len()).filter_map(|at| names.at(at));
        let names: Vec<String> = names.map(|known| known.name.to_string()).collect();
        let names = names.join(" ");
        (
            session.user_id,
            session.username.clone().unwrap_or_default(),
            names,
        )
    };
    let is = |name: &str, names: &str| (None, name.to_owned(), names.to_owned());
    let one = json!({"id": 1, "username": "anna"});
    // The server may write a name its own way: the answer counts.
    assert_eq!(observe("add_user Anna", &one), is("anna", "anna"));
    let two = json!([{"id": 1, "username": "anna"}, {"id": 2, "username": "bob"}]);
    assert_eq!(observe("get_users", &two), is("anna", "anna bob"));
    assert_eq!(
        observe(
            "update_user bob --uid 1",
            &json!({"message": "User updated"})
        ),
        is("bob", "anna bob")
    );
    // An admin is not a user.
    assert_eq!(
        observe("get_admins", &json!([{"id": 1, "username": "root"}])),
        is("bob", "anna bob")
    );
    assert_eq!(observe("delete_user anna", &json!({})), is("bob", "bob"));
    assert_eq!(observe("delete_user bob", &json!({})), is("", ""));
}
