//! The Swagger Petstore: what `apiloom generate` made of the schema (in [`api`]), and one type that implements its
//! traits on an SQLite database.

pub mod api;
mod orders;
mod pets;
mod users;

use apiloom::{Context, Error, Service};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};

/// The store: the database, and the key that some operations ask for.
#[derive(Debug, Clone)]
pub struct Store {
    database: SqlitePool,
    key: String,
}

impl Store {
    /// Opens the database at `url`, such as `sqlite:petstore.db` or `sqlite::memory:`, and brings its tables up to date.
    ///
    /// # Errors
    /// The URL is not one, the file cannot be opened, or a migration fails.
    pub async fn open(url: &str, key: impl Into<String>) -> Result<Self, sqlx::Error> {
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
        Ok(Self { database, key: key.into() })
    }

    /// Every operation of the API, its schema and its page.
    #[must_use]
    pub fn service(self) -> Service {
        api::service(self)
    }

    /// Refuses a caller without the key.
    fn authorize(&self, cx: &Context) -> Result<(), Error> {
        match cx.headers().get("api_key") {
            Some(key) if key.as_bytes() == self.key.as_bytes() => Ok(()),
            Some(_) => Err(Error::unauthorized("The header `api_key` does not hold a valid key.")),
            None => Err(Error::unauthorized("The header `api_key` is missing.")),
        }
    }
}
