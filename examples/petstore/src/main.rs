//! Serves the pet store: `cargo run -p petstore`. Its configuration is that of every service (`--help`), with a section
//! `[petstore]` of its own; `config/default.toml` shows both.

use apiloom::Secret;
use apiloom::config::{Config, Section};
use petstore::{Keys, Store};
use serde::{Deserialize, Serialize};

/// What the store needs to know.
#[derive(Debug, Serialize, Deserialize)]
#[serde(default)]
struct Settings {
    /// Where the data is.
    database: String,
    /// The key for the header `api_key`.
    api_key: Secret,
    /// The token that reaches everything.
    token: Secret,
    /// The token that can only read pets.
    reader: Secret,
}

impl Default for Settings {
    fn default() -> Self {
        let Keys { api_key, token, reader } = Keys::default();
        Self {
            database: "sqlite::memory:".to_owned(),
            api_key: api_key.into(),
            token: token.into(),
            reader: reader.into(),
        }
    }
}

impl Section for Settings {
    const NAME: &'static str = "petstore";
    const RELOAD: apiloom::config::Reload = apiloom::config::Reload::Nothing;
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Config::new().section::<Settings>().app()?;
    let settings = app.config::<Settings>().ok_or("the section was not added")?.get();
    let keys = Keys {
        api_key: settings.api_key.reveal().to_owned(),
        token: settings.token.reveal().to_owned(),
        reader: settings.reader.reveal().to_owned(),
    };
    let store = Store::open(&settings.database, keys).await?;
    let checked = store.clone();
    let app = app.check("database", move || {
        let store = checked.clone();
        async move { store.ping().await }
    });
    let server = app.service(store.service()).bind().await?;
    for url in server.urls() {
        announce(&format!("listening on {url}/api/v3, API page at {url}/docs"));
    }
    server.serve().await?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what a person who starts the store waits for")]
fn announce(line: &str) {
    println!("{line}");
}
