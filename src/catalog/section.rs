//! The parts of the help page of a command.

/// The parts of a help page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The page itself.
    Main,
    /// `help COMMAND restrictions`.
    Restrictions,
    /// `help COMMAND storage`: the fields of a storage backend.
    Storage,
    /// `help COMMAND conditions`.
    Conditions,
}

impl Section {
    /// Those that have a page of their own.
    pub const PAGES: &'static [Self] = &[Self::Restrictions, Self::Storage, Self::Conditions];

    /// Its name, as `help` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "arguments",
            Self::Restrictions => "restrictions",
            Self::Storage => "storage",
            Self::Conditions => "conditions",
        }
    }
}
