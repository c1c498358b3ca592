//! Serves the document that says everything OpenAPI can say (`tests/corpus/everything`), as it says: it answers with what
//! it was sent, or with a count of what cannot be sent back.
//!
//! `EVERYTHING_LISTEN` (127.0.0.1:0) is where it listens. Callers show the key `key`, the user `user` with the password
//! `password`, or the token `token`, which may read.

#[path = "../corpus/everything/out/mod.rs"]
mod api;
mod service;

use service::Everything;
use std::env;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listen = env::var("EVERYTHING_LISTEN").unwrap_or_else(|_| "127.0.0.1:0".to_owned());
    let server = apiloom::App::new().service(api::service(Everything)).listen(listen).bind().await?;
    announce(&format!("listening on http://{}/v1", server.local_addr()?));
    Ok(server.serve().await?)
}

#[expect(clippy::print_stdout, reason = "the one line that whoever starts the service waits for")]
fn announce(line: &str) {
    println!("{line}");
}
