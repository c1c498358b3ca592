//! Serves the pet store: `cargo run -p petstore`.
//!
//! `PETSTORE_LISTEN` (127.0.0.1:8080), `PETSTORE_DATABASE` (sqlite::memory:), `PETSTORE_API_KEY` (special-key),
//! `PETSTORE_TOKEN` (special-token) and `PETSTORE_READER_TOKEN` (reader-token) change what it says in brackets.

use std::env;

use petstore::{Keys, Store};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(env::var("RUST_LOG").unwrap_or_else(|_| "info".to_owned()))
        .init();
    let setting = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
    let database = setting("PETSTORE_DATABASE", "sqlite::memory:");
    let keys = Keys::default();
    let keys = Keys {
        api_key: setting("PETSTORE_API_KEY", &keys.api_key),
        token: setting("PETSTORE_TOKEN", &keys.token),
        reader: setting("PETSTORE_READER_TOKEN", &keys.reader),
    };
    let store = Store::open(&database, keys).await?;
    let listen = setting("PETSTORE_LISTEN", "127.0.0.1:8080");
    let server = apiloom::App::new().service(store.service()).listen(listen).bind().await?;
    let address = server.local_addr()?;
    announce(&format!("listening on http://{address}/api/v3, API page at http://{address}/docs"));
    server.serve().await?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the one line that a person who starts the store waits for")]
fn announce(line: &str) {
    println!("{line}");
}
