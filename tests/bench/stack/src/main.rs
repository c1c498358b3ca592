//! The petstore's routes of pets in four servers.
//!
//! ```text
//! bench-stack serve stack|wire|axum|layers|actix LOG THREADS     serve on a port that the system chooses, and print it
//! ```
//!
//! `stack` is the generated routes with everything on, `wire` the same without a stack, `axum` the routes by hand, `layers` those
//! with the usual layers of tower-http and the like, `actix` the same routes by hand for actix-web. LOG takes the access log.

#[path = "../../../../examples/petstore/src/api/mod.rs"]
#[allow(dead_code, reason = "part of it is measured")]
mod api;
#[path = "../../server/src/ours.rs"]
mod ours;
#[path = "../../server/src/store.rs"]
#[allow(dead_code, reason = "part of it is measured")]
mod store;
#[path = "../../server/src/theirs/mod.rs"]
mod theirs;

mod actix;
mod layers;

use apiloom::stack::rates::Rates;
use apiloom::stack::{AccessLog, Cors, Lines, LogFormat, RateLimits, Settings};
use std::fs::File;
use std::io::Write as _;
use std::net::TcpListener;

type Done = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ["serve", side, log, threads] = words[..] else { return Err("see the top of src/main.rs".into()) };
    let (log, threads) = (File::create(log)?, threads.parse()?);
    if side == "actix" {
        return actix::serve(listener()?, threads);
    }
    let mut builder = match threads {
        1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    };
    builder.enable_all().build()?.block_on(async {
        match side {
            "stack" => stack(log).await,
            "wire" => app(apiloom::App::new()).await,
            "axum" => axum(theirs::router()).await,
            "layers" => axum(layers::around(theirs::router(), log)).await,
            _ => Err("see the top of src/main.rs".into()),
        }
    })
}

/// A port that the system chooses; it is printed.
fn listener() -> Result<TcpListener, std::io::Error> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    say(&listener.local_addr()?.to_string())?;
    Ok(listener)
}

fn say(line: &str) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Ids, deadlines, limits of rates and of requests, metrics, log, headers, CORS, CSRF, compression.
async fn stack(log: File) -> Done {
    let settings = Settings {
        max_requests: 10_000.into(),
        rate_limit: RateLimits { rates: Rates(vec!["10000000/s".parse()?]), ..RateLimits::default() },
        cors: Cors { origins: vec!["https://app.example.com".to_owned()], ..Cors::default() },
        access_log: AccessLog { format: LogFormat::Json },
        ..Settings::default()
    };
    app(apiloom::App::new().stack(apiloom::Stack::with_lines(settings, Lines::to(log))?)).await
}

async fn app(app: apiloom::App) -> Done {
    let server = app.service(ours::service()).listen("127.0.0.1:0").bind().await?;
    say(&server.local_addr()?.to_string())?;
    Ok(server.serve().await?)
}

async fn axum(router: axum::Router) -> Done {
    let listener = listener()?;
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    let stop = async move {
        terminate.recv().await;
    };
    let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
    Ok(axum::serve(listener, service).with_graceful_shutdown(stop).await?)
}
