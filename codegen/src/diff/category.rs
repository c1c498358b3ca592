//! Whom a change concerns.

use std::fmt;

/// Whom a change concerns. A level says what happens on the wire; who regenerates code may break where nothing on the wire
/// does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Category {
    /// Requests or answers that are valid on one side and not on the other.
    Wire,
    /// Code that uses a generated client.
    Client,
    /// Code that implements a generated server.
    Server,
    /// Tables whose rows a type describes.
    Db,
    /// Documentation, and promises about how long something stays.
    Docs,
}

impl Category {
    /// The word that stands for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Wire => "wire",
            Self::Client => "client",
            Self::Server => "server",
            Self::Db => "db",
            Self::Docs => "docs",
        }
    }

    /// The category that a word stands for.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        [Self::Wire, Self::Client, Self::Server, Self::Db, Self::Docs]
            .into_iter()
            .find(|one| one.word() == word)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// Keeps the changes that concern one of `chosen`. What breaks nobody on the wire but generated code or tables that were
/// asked for is breaking then.
pub fn keep(changes: &mut Vec<super::Change>, chosen: &[Category]) {
    if chosen.is_empty() {
        return;
    }
    changes.retain_mut(|change| {
        let of_code = [Category::Client, Category::Server, Category::Db];
        let concerned = change.categories.iter().filter(|one| chosen.contains(one));
        if concerned.clone().any(|one| of_code.contains(one)) {
            change.level = super::Level::Breaking;
        }
        concerned.count() > 0
    });
}
