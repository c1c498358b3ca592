//! Serves the pet store: `cargo run -p petstore`.
//!
//! `PETSTORE_LISTEN` (127.0.0.1:8080), `PETSTORE_DATABASE` (sqlite::memory:) and `PETSTORE_API_KEY` (special-key) change
//! what it says on the right.

use std::env;

use petstore::Store;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(env::var("RUST_LOG").unwrap_or_else(|_| "info".to_owned()))
        .init();
    let setting = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
    let database = setting("PETSTORE_DATABASE", "sqlite::memory:");
    let store = Store::open(&database, setting("PETSTORE_API_KEY", "special-key")).await?;
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
