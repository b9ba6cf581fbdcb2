//! Where a guest can be entered.

/// An entry point: an exported function without parameters or results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryPoint {
    /// Runs once, when the instance is created.
    Instantiate,
    /// Changes state.
    Execute,
    /// Reads state; every write is refused.
    Query,
    /// Runs once when the instance changes to this code.
    Migrate,
}

impl EntryPoint {
    /// Every entry point.
    pub const ALL: [Self; 4] = [Self::Instantiate, Self::Execute, Self::Query, Self::Migrate];

    /// The export's name.
    pub const fn export(self) -> &'static str {
        match self {
            Self::Instantiate => "instantiate",
            Self::Execute => "execute",
            Self::Query => "query",
            Self::Migrate => "migrate",
        }
    }

    /// Whether writes are allowed.
    pub const fn writes(self) -> bool {
        !matches!(self, Self::Query)
    }
}
