//! The Swagger Petstore: what `apiloom generate` made of the schema (in [`api`]), and one type that implements its
//! traits on an SQLite database.

pub mod api;
mod orders;
mod pets;
mod users;

use api::Credentials;
use apiloom::{Context, Error, Result, Service};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

/// The store: the database, and what callers have to show.
#[derive(Debug, Clone)]
pub struct Store {
    database: SqlitePool,
    keys: Keys,
}

/// What callers have to show. A store for others than its developers would look up keys, and ask whoever hands out tokens.
#[derive(Debug, Clone)]
pub struct Keys {
    /// The key for the header `api_key`.
    pub api_key: String,
    /// The token that reaches everything.
    pub token: String,
    /// The token that can only read pets.
    pub reader: String,
}

impl Default for Keys {
    fn default() -> Self {
        let (api_key, token, reader) = ("special-key".into(), "special-token".into(), "reader-token".into());
        Self { api_key, token, reader }
    }
}

impl Store {
    /// Opens the database at `url`, such as `sqlite:petstore.db` or `sqlite::memory:`, and brings its tables up to date.
    ///
    /// # Errors
    /// The URL is not one, the file cannot be opened, or a migration fails.
    pub async fn open(url: &str, keys: Keys) -> Result<Self, sqlx::Error> {
        let options: SqliteConnectOptions = url.parse()?;
        let options = options.create_if_missing(true).foreign_keys(true);
        let pool = SqlitePoolOptions::new();
        // Every connection to `:memory:` is a database of its own, so there is just one, and it stays.
        let pool = if url.contains(":memory:") {
            pool.max_connections(1).idle_timeout(None).max_lifetime(None)
        } else {
            pool
        };
        let database = pool.connect_with(options).await?;
        sqlx::migrate!().run(&database).await?;
        Ok(Self { database, keys })
    }

    /// Is the database there?
    ///
    /// # Errors
    /// It does not answer.
    pub async fn ping(&self) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT 1").execute(&self.database).await.map(|_| ())
    }

    /// Every operation of the API, its schema and its page.
    #[must_use]
    pub fn service(self) -> Service {
        api::service(self)
    }
}

/// Who is calling: somebody who showed a key or a token that will do.
#[derive(Debug)]
pub struct Caller;

impl api::Security for Store {
    type Principal = Caller;

    async fn authenticate(&self, _: &Context, credentials: Credentials) -> Result<Caller> {
        match credentials {
            Credentials::ApiKey(key) if key.matches(&self.keys.api_key) => {}
            Credentials::PetstoreAuth(token) if token.matches(&self.keys.token) => {
                token.require(["write:pets", "read:pets"])?;
            }
            Credentials::PetstoreAuth(token) if token.matches(&self.keys.reader) => {
                token.require(["read:pets"])?;
            }
            Credentials::ApiKey(_) => return Err(Error::unauthorized("The key is not a valid one.")),
            Credentials::PetstoreAuth(_) => {
                return Err(Error::unauthorized("The token is not a valid one."));
            }
        }
        Ok(Caller)
    }
}
