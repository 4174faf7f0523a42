//! What a parameter may hold, and the check of a typed value.

use std::num::IntErrorKind;

/// What a parameter may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A whole number within bounds, both included.
    Int {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A list; of these words only, unless there are none.
    List(&'static [&'static str]),
    /// A text that is shown nowhere.
    Secret,
    /// On or off.
    Switch,
    /// A name of a setting or a topic: completed, checked by its command.
    Words,
    /// A whole command: the rest of the line.
    Command,
}

/// A checked value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Int(i64),
    /// A text.
    Text(String),
    /// A list of texts.
    List(Vec<String>),
    /// On or off.
    Switch(bool),
}

impl Value {
    /// Whether it holds nothing: `""` or an empty list.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Int(_) | Self::Switch(_) => false,
        }
    }

    /// As JSON.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Int(n) => (*n).into(),
            Self::Text(text) => text.as_str().into(),
            Self::List(list) => list.iter().map(String::as_str).collect(),
            Self::Switch(on) => (*on).into(),
        }
    }

    /// As one word, for paths, queries and messages.
    pub fn to_word(&self) -> String {
        match self {
            Self::Int(n) => n.to_string(),
            Self::Text(text) => text.clone(),
            Self::List(list) => list.join(" "),
            Self::Switch(on) => if *on { "on" } else { "off" }.to_owned(),
        }
    }
}

impl Kind {
    /// Checks the words typed for a parameter. The error says what it takes,
    /// and which of the words it does not like.
    pub fn check(self, words: &[String]) -> Result<Value, (usize, String)> {
        let one = || words.first().cloned().unwrap_or_default();
        match self {
            Self::Text | Self::Secret => Ok(Value::Text(one())),
            Self::Int { min, max } => int(&one(), min, max)
                .map(Value::Int)
                .map_err(|why| (0, why)),
            Self::Choice(choices) => {
                known(&one(), choices).map_err(|why| (0, why))?;
                Ok(Value::Text(one()))
            }
            Self::List(choices) => {
                // A single empty word is the empty list: `--permissions ''`.
                if words.len() == 1 && words[0].is_empty() {
                    return Ok(Value::List(Vec::new()));
                }
                for (at, word) in words.iter().enumerate() {
                    if !choices.is_empty() {
                        known(word, choices).map_err(|why| (at, why))?;
                    }
                }
                Ok(Value::List(words.to_vec()))
            }
            Self::Switch => match one().as_str() {
                "on" | "true" | "yes" | "1" => Ok(Value::Switch(true)),
                "off" | "false" | "no" | "0" => Ok(Value::Switch(false)),
                _ => Err((0, "takes `on` or `off`".to_owned())),
            },
            Self::Words | Self::Command => Ok(Value::List(words.to_vec())),
        }
    }

    /// The words it may be, if they are few.
    pub const fn choices(self) -> &'static [&'static str] {
        match self {
            Self::Choice(choices) | Self::List(choices) => choices,
            Self::Switch => &["on", "off"],
            _ => &[],
        }
    }

    /// Whether several words may follow its flag.
    pub const fn is_many(self) -> bool {
        matches!(self, Self::List(_))
    }

    /// Whether it is the rest of the line.
    pub const fn is_rest(self) -> bool {
        matches!(self, Self::Words | Self::Command)
    }

    /// What it takes, for help: `number from 1 to 500`.
    pub fn describe(self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Int {
                min: i64::MIN,
                max: i64::MAX,
            } => "whole number".to_owned(),
            Self::Int { min, max: i64::MAX } => format!("whole number, {min} or more"),
            Self::Int { min, max } => format!("whole number from {min} to {max}"),
            Self::Choice(choices) => choices.join(" | "),
            Self::List([]) => "one or more texts".to_owned(),
            Self::List(choices) => format!("one or more of {}", choices.join(" ")),
            Self::Secret => "secret text".to_owned(),
            Self::Switch => "on | off".to_owned(),
            Self::Words => "words".to_owned(),
            Self::Command => "a command with its arguments".to_owned(),
        }
    }
}

fn known(word: &str, choices: &[&str]) -> Result<(), String> {
    if choices.contains(&word) {
        return Ok(());
    }
    let ticked: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    Err(format!("takes {}", ticked.join(", ")))
}

fn int(word: &str, min: i64, max: i64) -> Result<i64, String> {
    let takes = || format!("takes a {}", Kind::Int { min, max }.describe());
    let n: i64 = word
        .parse()
        .map_err(|why: std::num::ParseIntError| match why.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => {
                format!("{}; this one is beyond 64 bits", takes())
            }
            _ => takes(),
        })?;
    if (min..=max).contains(&n) {
        Ok(n)
    } else {
        Err(takes())
    }
}
