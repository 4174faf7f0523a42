//! What a template puts into rows.

use super::*;

fn filled(template: &Value, row: &Value) -> Result<String, String> {
    let template =
        Template::parse(&template.to_string(), seed()).map_err(|wrong| said_of(&wrong))?;
    let rows = read(row.to_string().into(), Ndjson, template);
    rows.map(|rows| words_of(&rows).remove(0))
        .map_err(|wrong| said_of(&wrong))
}

#[test]
fn rows_override_the_template_and_the_template_defaults() {
    let template = json!({
        "home-dir": "/srv/{username}/{{x}}", "uid": 7, "gid": "{uid}",
        "public_key": ["k {username}", "l"], "permissions": "*", "quota_files": null,
    });
    assert_eq!(
        filled(&template, &json!({"username": "a{b}", "uid": 8})).unwrap(),
        "add_user --home_dir=/srv/a{b}/{x} --uid=8 --gid=8 --permissions=* --public_key=k a{b} --public_key=l -- a{b}"
    );
    assert_eq!(
        filled(
            &json!({"permissions": "*"}),
            &json!({"username": "a", "permissions": []})
        )
        .unwrap(),
        "add_user --permissions= -- a"
    );
    assert_eq!(
        filled(&json!({"username": "u{uid}"}), &json!({"uid": 3})).unwrap(),
        "add_user --uid=3 -- u3"
    );
}

#[test]
fn placeholders_take_values_of_the_row() {
    let template = json!({"username": "u{uid}", "password": "initial", "home_dir": "/{uid}"});
    let template = Template::parse(&template.to_string(), seed()).unwrap();
    let rows = read("{\"uid\":3,\"permissions\":[]}".into(), Ndjson, template).unwrap();
    let own = rows.own_args(&rows.rows[0]).unwrap();
    let own: Vec<_> = own.into_iter().map(|arg| arg.text).collect();
    assert_eq!(own.join(" "), "add_user --uid=3 --permissions= -- u3");
}

#[test]
fn missing_values_and_invalid_templates() {
    for (template, expected) in [
        (
            json!({"home_dir": "/{uid}"}),
            "f: row 1: error: user `a`: the template uses `uid`, but the row has no value for it\nhint: `{uid}` in a template is replaced by the value in the row\n",
        ),
        (
            json!({"home_dir": "/{user}"}),
            "f: error: in `home_dir`: unknown name `user` in braces\nhint: did you mean `username`?\n",
        ),
        (
            json!({"home_dir": "/{password}"}),
            "f: error: in `home_dir`: `password` is secret and cannot be part of another value\n",
        ),
        (
            json!({"home_dir": "/{permissions}"}),
            "f: error: in `home_dir`: `permissions` is a list and cannot be part of a text\n",
        ),
        (
            json!({"home_dir": "a}b"}),
            "f: error: in `home_dir`: unmatched `}`\nhint: write `}}` for a literal brace; `{name}` is replaced by the value in the row\n",
        ),
        (
            json!({"home_dir": "{"}),
            "f: error: in `home_dir`: unmatched `{`\n",
        ),
        (
            json!({"uid": true}),
            "f: error: in `uid`: `uid` must be a whole number; this is `true`\n",
        ),
        (
            json!({"uid": "x"}),
            "f: error: `uid` must be a whole number; this is `x`\n",
        ),
        (
            json!({"permissions": ["list", "{username}"]}),
            "f: row 1: error: user `a`: `permissions` must be one of `*`, `list`, `download`, `upload`, `delete`, `rename`, \
             `create_dirs`, `create_symlinks`; this is `a` (after the template was applied)\n",
        ),
        (
            json!({"homedir": ""}),
            "f: error: unknown name `homedir`\nhint: did you mean `home_dir`?\n",
        ),
        (json!([]), "f: error: the template is not a JSON object\n"),
    ] {
        let said = filled(&template, &json!({"username": "a", "gid": 1})).unwrap_err();
        assert!(said.starts_with(expected), "{template}: {said}");
    }
    let wrong = Template::parse("{\n\"uid\" 1}", seed()).unwrap_err();
    assert!(said_of(&wrong).starts_with("f:2:7: error: not valid JSON: "));
}

#[test]
fn an_error_of_the_template_is_reported_once() {
    let api = crate::catalog::at("v2", Release::new(2, 7, 5));
    let wrong = |template: Value, rows: &str| {
        let template = Template::parse(&template.to_string(), api).unwrap();
        said_of(&read(rows.into(), Ndjson, template).unwrap_err())
    };
    let group = json!({"home_dir": "/h", "permissions": ["list"], "groups": [{"name": "g"}]});
    let rows = "{\"username\":\"a\",\"groups\":[]}\n{\"username\":\"b\"}\n\
        {\"username\":\"c\",\"uid\":-1}\n{\"username\":\"d\"}\n";
    assert_eq!(
        wrong(group, rows),
        "f: row 2: error: user `b`: `groups[0].type` is missing (the same in 3 rows)\n\
         hint: it is one of `primary`, `secondary` or `membership`\n\
         f: row 3: error: user `c`: `uid` must be a whole number from 0 to 2147483647; this is `-1`\n"
    );
    let text = json!({"home_dir": "/h", "permissions": ["list"], "description": "for {email}"});
    assert_eq!(
        wrong(text, "{\"username\":\"a\"}\n{\"username\":\"b\"}\n"),
        "f: row 1: error: user `a`: the template uses `email`, but the row has no value for it (the same in 2 rows)\n\
         hint: `{email}` in a template is replaced by the value in the row\n"
    );
    // What the rows themselves have wrong is reported for each.
    let own = json!({"home_dir": "/h", "permissions": ["list"]});
    let rows = "{\"username\":\"a\",\"uid\":-1}\n{\"username\":\"b\",\"uid\":-1}\n";
    assert_eq!(wrong(own, rows).matches("error: ").count(), 2);
}
