//! What proves to a server who asks. None for the servers before 0.9.6; their
//! successors' credentials have their place here, between the pure request and
//! the executor, so that neither curl lines nor `explain` ever hold them.

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// Nobody in particular.
    #[default]
    None,
}

impl Auth {
    /// The headers that prove it, for a request to the base URL's own origin.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::None => Vec::new(),
        }
    }
}
