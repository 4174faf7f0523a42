//! Quotes as web pages and word processors make them: they do not quote.

use super::variables::Arg;
use crate::error::Error;
use crate::text::words::shortened;

/// Refuses a word in typographic quotes, unless it is in plain ones as well: the
/// quotes would be sent as a part of it. `echo` prints whatever it gets.
pub(super) fn check(args: &[Arg]) -> Result<(), Error> {
    if args.first().is_some_and(|arg| arg.text == "echo") {
        return Ok(());
    }
    let ends = |arg: &Arg| arg.typed.chars().next_back().is_some_and(is_quote);
    let begins = |at: usize| {
        let arg = &args[at];
        // The value of `--flag=VALUE` or `PATH=VALUE`.
        let values = arg.typed.split_once('=').map(|(_, value)| value);
        let said = [Some(arg.typed.as_str()), values];
        let is_plain = arg.span.len() == arg.typed.len();
        is_plain
            && said.into_iter().flatten().any(|said| {
                let rest = said.strip_prefix(is_quote);
                let later = || args[at + 1..].iter().any(ends);
                rest.is_some_and(|rest| rest.ends_with(is_quote) || later())
            })
    };
    let Some(at) = (0..args.len()).find(|at| begins(*at)) else {
        return Ok(());
    };
    let word = shortened(&args[at].typed);
    Err(Error::typed(format!(
        "`{word}` has typographic quotes, which do not quote"
    ))
    .hint("type `'` or `\"` instead; in plain quotes, typographic ones are part of the value")
    .at(args[at].span.clone()))
}

const fn is_quote(c: char) -> bool {
    matches!(
        c,
        '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2039}' | '\u{203a}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::lex::lex;

    fn refused(line: &str) -> Option<String> {
        let words = lex(line).commands.remove(0);
        let args: Vec<Arg> = words.iter().map(Arg::from).collect();
        check(&args).err().map(|error| error.message)
    }

    #[test]
    fn words_in_typographic_quotes_are_refused() {
        for (line, word) in [
            ("get_users --limit “1”", "“1”"),
            ("get_user_by_username ‘x’", "‘x’"),
            ("update_user bob --email=«a@b»", "--email=«a@b»"),
            ("update_user bob --description “two words”", "“two"),
            ("expect $_.email == „x“", "„x“"),
        ] {
            let message = refused(line).unwrap();
            assert!(message.starts_with(&format!("`{word}`")), "{message}");
        }
        for line in [
            "get_user_by_username '‘x’'",
            "get_user_by_username \"“x”\"",
            "echo “x”",
            "update_user bob --description ‘tis",
            "update_user bob --description it’s",
            "get_users",
        ] {
            assert_eq!(refused(line), None, "{line}");
        }
    }
}
