//! Bodies decoded as Go decodes them; the error texts are Go's own.

use super::super::shape::{FieldType, INT, INT64, always, int, set, text, texts};
use super::*;

static USER: Shape = Shape::new(
    "dataprovider",
    "User",
    &[
        always("id", INT64),
        always("username", FieldType::Text),
        always("public_key", FieldType::Texts),
        always("uid", INT),
        always("permissions", FieldType::Texts),
    ],
);

fn decoded(body: &[u8]) -> Result<Object, String> {
    let mut user = USER.zero();
    set(&mut user, "username", "old");
    set(&mut user, "permissions", vec!["a", "b"]);
    set(&mut user, "uid", 7);
    decode(body, &USER, &mut user).map(|()| user)
}

#[test]
fn syntax_errors_have_gos_texts() {
    let value = "looking for beginning of value";
    let pair = "after object key:value pair";
    let cases: &[(&[u8], String)] = &[
        (b"", "EOF".into()),
        (b"  \n", "EOF".into()),
        (b"-", "unexpected EOF".into()),
        (b"tru", "unexpected EOF".into()),
        (b"{", "unexpected EOF".into()),
        (b"{\"id\":\"1", "unexpected EOF".into()),
        (b"{\"a\":[1,{}", "unexpected EOF".into()),
        (
            b"trux",
            "invalid character 'x' in literal true (expecting 'e')".into(),
        ),
        (
            b"fa1",
            "invalid character '1' in literal false (expecting 'l')".into(),
        ),
        (
            b"nulL",
            "invalid character 'L' in literal null (expecting 'l')".into(),
        ),
        (
            b"{'a':1}",
            r"invalid character '\'' looking for beginning of object key string".into(),
        ),
        (
            b"{\"a\":1,}",
            "invalid character '}' looking for beginning of object key string".into(),
        ),
        (b"{\"a\"x", "invalid character 'x' after object key".into()),
        (
            b"{\"a\"\"b\"}",
            "invalid character '\"' after object key".into(),
        ),
        (b"{\"a\":1x", format!("invalid character 'x' {pair}")),
        (b"{\"a\":01}", format!("invalid character '1' {pair}")),
        (b"{\"a\":1\x0b}", format!(r"invalid character '\v' {pair}")),
        (b"{\"a\":[1,]}", format!("invalid character ']' {value}")),
        (
            b"{\"a\":[1 2]}",
            "invalid character '2' after array element".into(),
        ),
        (
            b"{\"a\":-x}",
            "invalid character 'x' in numeric literal".into(),
        ),
        (
            b"{\"a\":1.x}",
            "invalid character 'x' after decimal point in numeric literal".into(),
        ),
        (
            b"{\"a\":1e+x}",
            "invalid character 'x' in exponent of numeric literal".into(),
        ),
        (
            b"{\"a\":\"\x01\"}",
            r"invalid character '\x01' in string literal".into(),
        ),
        (
            b"{\"a\":\"\n\"}",
            r"invalid character '\n' in string literal".into(),
        ),
        (
            b"{\"a\":\"\\x\"}",
            "invalid character 'x' in string escape code".into(),
        ),
        (
            b"{\"a\":\"\\u00zz\"}",
            r"invalid character 'z' in \u hexadecimal character escape".into(),
        ),
        (
            b"\xef\xbb\xbf{}",
            format!("invalid character '\u{ef}' {value}"),
        ),
        (b"{\"a\":\\}", format!(r"invalid character '\\' {value}")),
        (
            b"{\"a\":\x7f}",
            format!(r"invalid character '\x7f' {value}"),
        ),
        (
            b"{\"a\":\x80}",
            format!(r"invalid character '\u0080' {value}"),
        ),
        (
            b"{\"a\":\xad}",
            format!(r"invalid character '\u00ad' {value}"),
        ),
        // A syntax error is reported before a wrong type.
        (
            b"{\"uid\":\"1\",\"username\":}",
            format!("invalid character '}}' {value}"),
        ),
    ];
    for (body, error) in cases {
        let decoded = decoded(body).map(drop);
        assert_eq!(decoded.as_ref(), Err(error), "{}", body.escape_ascii());
    }
}

#[test]
fn type_errors_name_the_field_and_gos_type() {
    for (body, error) in [
        ("[1]x", "array into Go value of type dataprovider.User"),
        ("1x", "number into Go value of type dataprovider.User"),
        ("true", "bool into Go value of type dataprovider.User"),
        ("\"a\"", "string into Go value of type dataprovider.User"),
        (
            "{\"uid\":\"1\",\"username\":5} x",
            "string into Go struct field User.uid of type int",
        ),
        (
            "{\"UID\":1,\"uid\":\"x\",\"uid\":2}",
            "string into Go struct field User.uid of type int",
        ),
        (
            "{\"uid\":1e2}",
            "number 1e2 into Go struct field User.uid of type int",
        ),
        (
            "{\"uid\":{}}",
            "object into Go struct field User.uid of type int",
        ),
        (
            "{\"id\":9223372036854775808}",
            "number 9223372036854775808 into Go struct field User.id of type int64",
        ),
        (
            "{\"username\":{\"a\":[1,{\"b\":2}]}}",
            "object into Go struct field User.username of type string",
        ),
        (
            "{\"username\":false}",
            "bool into Go struct field User.username of type string",
        ),
        (
            "{\"permissions\":[\"list\",1]}",
            "number into Go struct field User.permissions of type string",
        ),
        (
            "{\"permissions\":[[\"a\"]]}",
            "array into Go struct field User.permissions of type string",
        ),
        (
            "{\"permissions\":{}}",
            "object into Go struct field User.permissions of type []string",
        ),
        (
            "{\"public_key\":\"x\"}",
            "string into Go struct field User.public_key of type []string",
        ),
    ] {
        let decoded = decoded(body.as_bytes()).map(drop);
        assert_eq!(
            decoded,
            Err(format!("json: cannot unmarshal {error}")),
            "{body}"
        );
    }
}

#[test]
fn keys_match_whatever_their_case_and_the_last_wins() {
    for (body, name) in [
        ("{\"USERNAME\":\"u\"}", "u"),
        ("{\"username\":\"u\",\"userName\":\"v\"}", "v"),
        ("{\"u\u{17f}ername\":\"long s\"}", "long s"),
        ("{\"username\":null}", "old"),
        ("{\"usernam\":\"u\"}", "old"),
        ("null x", "old"),
    ] {
        let user = decoded(body.as_bytes()).unwrap();
        assert_eq!(text(&user, "username"), name, "{body}");
    }
}

#[test]
fn strings_are_decoded_as_go_does() {
    let cases: &[(&[u8], &str)] = &[
        (br#"\b\f\n\r\t\/\\\""#, "\u{8}\u{c}\n\r\t/\\\""),
        (br"\u00e9\ud83d\ude00", "\u{e9}\u{1f600}"),
        (br"\ud800\u0041", "\u{fffd}A"),
        (br"\ud83dx", "\u{fffd}x"),
        (br"\ude00\ud83d\ude00", "\u{fffd}\u{1f600}"),
        (br"\ud83d\ud83d\ude00", "\u{fffd}\u{1f600}"),
        (b"a\xe6\x97b\xff", "a\u{fffd}\u{fffd}b\u{fffd}"),
        (b"\xed\xa0\x80", "\u{fffd}\u{fffd}\u{fffd}"),
        ("\u{fc} \u{65e5}".as_bytes(), "\u{fc} \u{65e5}"),
    ];
    for (raw, expected) in cases {
        let body = [b"{\"username\":\"", *raw, b"\"}"].concat();
        let user = decoded(&body).unwrap();
        assert_eq!(&text(&user, "username"), expected, "{}", raw.escape_ascii());
    }
}

#[test]
fn lists_and_numbers_are_decoded_onto_what_was_there() {
    for (body, permissions) in [
        ("{\"permissions\":[\"q\",null]}", vec!["q", "b"]),
        ("{\"permissions\":[null,\"q\",null]}", vec!["a", "q", ""]),
        ("{\"permissions\":[\"q\"]}", vec!["q"]),
        ("{\"permissions\":[]}", vec![]),
        ("{\"permissions\":null}", vec![]),
        ("{}", vec!["a", "b"]),
    ] {
        let user = decoded(body.as_bytes()).unwrap();
        let decoded: Vec<&str> = texts(&user, "permissions").collect();
        assert_eq!(decoded, permissions, "{body}");
    }
    for (number, uid) in [("-0", 0), ("null", 7), ("-9223372036854775808", i64::MIN)] {
        let body = format!("{{\"uid\":{number}}}");
        let user = decoded(body.as_bytes()).unwrap();
        assert_eq!(int(&user, "uid"), uid, "{number}");
    }
}

#[test]
fn nesting_ends_where_go_ends_it() {
    let nested = |depth| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        decoded(format!("{{\"a\":{open}{close}}}").as_bytes()).map(drop)
    };
    assert_eq!(nested(9_999), Ok(()));
    let error = "invalid character '[' exceeded max depth".to_owned();
    assert_eq!(nested(10_000), Err(error));
}
