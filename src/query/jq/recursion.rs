//! Functions that call themselves are refused: one that never ends would use up the stack,
//! which ends the whole program. `recurse`, `while`, `until` and `walk` are there.

use super::super::QueryError;
use super::place;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::load::{self, lex::StrPart};
use jaq_core::path::{Part, Path};

/// Checks that no function of a program calls itself.
pub(super) fn check(program: &str) -> Result<(), QueryError> {
    // What cannot be read is reported by the reader.
    let Some(term) = load::parse(program, |parser| parser.term()) else {
        return Ok(());
    };
    let mut finder = Finder {
        open: Vec::new(),
        found: None,
    };
    finder.term(&term);
    match finder.found {
        Some(name) => Err(QueryError::new(
            format!("recursive functions are not supported: `{name}` calls itself"),
            place(program, name),
        )
        .hint("`recurse`, `while`, `until` and `walk` repeat something")),
        None => Ok(()),
    }
}

/// Looks for calls of the functions that it is inside of.
struct Finder<'s> {
    open: Vec<&'s str>,
    found: Option<&'s str>,
}

impl<'s> Finder<'s> {
    fn defs(&mut self, defs: &[Def<&'s str, Term<&'s str>>]) {
        for def in defs {
            self.open.push(def.name);
            self.term(&def.body);
            self.open.pop();
        }
    }

    fn terms<'t>(&mut self, terms: impl IntoIterator<Item = &'t Term<&'s str>>)
    where
        's: 't,
    {
        for term in terms {
            self.term(term);
        }
    }

    fn term(&mut self, term: &Term<&'s str>) {
        match term {
            Term::Id | Term::Recurse | Term::Num(_) | Term::Break(_) | Term::Var(_) => {}
            Term::Str(_, parts) => {
                for part in parts {
                    if let StrPart::Term(term) = part {
                        self.term(term);
                    }
                }
            }
            Term::Arr(inner) => self.terms(inner.iter().map(|term| &**term)),
            Term::Obj(members) => {
                for (key, value) in members {
                    self.term(key);
                    self.terms(value.iter());
                }
            }
            Term::Neg(inner) | Term::Label(_, inner) => self.term(inner),
            Term::BinOp(left, op, right) => {
                if let BinaryOp::Pipe(Some(pattern)) = op {
                    self.pattern(pattern);
                }
                self.term(left);
                self.term(right);
            }
            Term::Fold(_, source, pattern, rest) => {
                self.term(source);
                self.pattern(pattern);
                self.terms(rest.iter());
            }
            Term::TryCatch(inner, catch) => {
                self.term(inner);
                self.terms(catch.iter().map(|term| &**term));
            }
            Term::IfThenElse(branches, otherwise) => {
                for (condition, then) in branches {
                    self.term(condition);
                    self.term(then);
                }
                self.terms(otherwise.iter().map(|term| &**term));
            }
            Term::Def(defs, rest) => {
                self.defs(defs);
                self.term(rest);
            }
            Term::Call(name, args) => {
                if self.open.contains(name) {
                    self.found.get_or_insert(name);
                }
                self.terms(args.iter());
            }
            Term::Path(head, path) => {
                self.term(head);
                self.path(path);
            }
        }
    }

    fn path(&mut self, Path(parts): &Path<Term<&'s str>>) {
        for (part, _) in parts {
            match part {
                Part::Index(index) => self.term(index),
                Part::Range(from, to) => self.terms(from.iter().chain(to)),
            }
        }
    }

    fn pattern(&mut self, pattern: &Pattern<&'s str>) {
        match pattern {
            Pattern::Var(_) => {}
            Pattern::Arr(items) => items.iter().for_each(|item| self.pattern(item)),
            Pattern::Obj(members) => {
                for (key, value) in members {
                    self.term(key);
                    self.pattern(value);
                }
            }
        }
    }
}
