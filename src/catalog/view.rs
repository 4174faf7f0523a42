//! The flags of commands that read something: which part of an answer is shown, and how.
//! The shell applies them to the answer; the server never sees them.

use super::many;
use super::param::Param;
use super::row::{Command, Method};
use super::words;

/// The condition that the items of a list must meet.
pub const WHERE_PARAM: &str = "where";
/// The fields by which a list is sorted.
pub const SORT_PARAM: &str = "sort";
/// The fields that are shown.
pub const COLUMNS_PARAM: &str = "columns";
/// The jq filter that an answer goes through.
pub const JQ_PARAM: &str = "jq";
/// Whether CSV and TSV have words instead of numbers.
pub const HUMAN_PARAM: &str = "human";

const WHERE: Param = Param::text(
    WHERE_PARAM,
    "only the items that meet this condition: `quota_size > 10G and status = enabled`; reads all pages",
)
.value("EXPR")
.optional()
.for_shell_flag();
const SORT: Param = Param::text(
    SORT_PARAM,
    "sort by these fields, `-` before a name for descending: `-quota_size,username`; reads all pages",
)
.value("FIELDS")
.optional()
.for_shell_flag();
pub(super) const COLUMNS: Param = Param::text(
    COLUMNS_PARAM,
    "only these fields, by their paths: `username,filters.allowed_ip`; `+email` adds one to the usual ones",
)
.value("FIELDS")
.optional()
.for_shell_flag();
const JQ: Param = Param::text(JQ_PARAM, "filter the answer with this jq program")
    .value("FILTER")
    .optional()
    .for_shell_flag();
pub(super) const HUMAN: Param = Param::switch(
    HUMAN_PARAM,
    "show sizes, times and choices in words in CSV and TSV, as tables do",
);

const OF_LIST: &[Param] = &[WHERE, SORT, COLUMNS, JQ, HUMAN];
const OF_OBJECT: &[Param] = &[COLUMNS, JQ, HUMAN];
const OF_ANY: &[Param] = &[JQ];

impl Command {
    /// The flags that choose what is shown of its answer, or which objects it is about.
    pub fn view_params(&self) -> &'static [Param] {
        match self.route() {
            Some(_) if self.takes_many() => many::PARAMS,
            Some(route) if route.method != Method::Get => &[],
            Some(route) if route.item().is_some() => OF_LIST,
            Some(route) if route.object().is_some() => OF_OBJECT,
            Some(_) => OF_ANY,
            None => &[],
        }
    }

    /// All its parameters: its own, the flags for parts of its body, those of its view.
    pub fn all_params(&self) -> impl Iterator<Item = &'static Param> + Clone + use<> {
        let own = self.own_params().chain(self.view_params());
        own.chain(self.upsert_params())
    }

    /// What its request is made of: its own parameters and the flags for parts of its body.
    pub fn own_params(&self) -> impl Iterator<Item = &'static Param> + Clone + use<> {
        let words = words::flags(self).iter().map(|flag| &flag.param);
        self.params.iter().chain(words)
    }
}

/// Whether a parameter is one of these.
pub fn is_view(param: &Param) -> bool {
    OF_LIST.iter().any(|view| view.name == param.name)
}
