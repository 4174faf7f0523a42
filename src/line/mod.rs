//! Turns a line of text into a call. Pure: nothing here reads, writes or sends.

pub mod alias;
pub mod call;
pub mod change;
pub mod columns;
pub mod complaint;
pub mod complete;
pub mod completion_cache;
pub mod courses;
pub mod find;
pub mod grammar;
pub mod highlight;
pub mod hint;
pub mod known_names;
mod many;
pub mod matching;
mod name_details;
mod offer;
pub mod optional_values;
pub mod outline;
pub mod overrides;
mod own_words;
pub mod parse;
pub mod redirect;
mod releases;
mod slot;
mod typographic;
mod upsert;
pub mod usage;
pub mod variables;
pub(crate) mod view;

use crate::error::Error;
use crate::text::lex::{self, Lexed, Opener, Word};

/// The commands of a text; an open quote is an error.
pub fn split(text: &str) -> Result<Vec<Vec<Word>>, Error> {
    let Lexed { commands, open, .. } = lex::lex(text);
    let Some(open) = open else {
        return Ok(commands);
    };
    let error = match open.what {
        Opener::Single => Error::typed("this `'` is never closed")
            .hint("close it, or write `\\'` for a literal quote"),
        Opener::Double => Error::typed("this `\"` is never closed")
            .hint("close it, or write `\\\"` for a literal quote"),
        Opener::Backslash => {
            Error::typed("nothing follows this `\\`").hint("write `\\\\` for a literal backslash")
        }
    };
    Err(error.at(open.at..open.at + 1))
}
