//! Serves the API.

use {{ krate|rust_name }}::{api, service::App};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    tracing_subscriber::fmt::init();
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let bound = apiloom::App::new().service(api::service(App::default())).listen(address).bind().await?;
    for url in bound.urls() {
        println!("listening on {url}, API page on {url}/docs");
    }
    bound.serve().await
}
