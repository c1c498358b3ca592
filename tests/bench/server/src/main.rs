//! The petstore's routes of pets, generated and written by hand.
//!
//! ```text
//! bench-server same                        do both answer alike?
//! bench-server serve ours|theirs           serve on a port that the system chooses, and print it
//! bench-server ask ours|theirs|nothing CASE N      answer N requests without sockets
//! bench-server check ours|theirs N         validate a pet N times
//! bench-server show CASE                   method, path and body of a case, a line each
//! ```

#[path = "../../../../examples/petstore/src/api/mod.rs"]
mod api;
mod drive;
mod ours;
mod store;
mod theirs;

use apiloom::Rules as _;
use drive::{CASES, Case};
use std::hint::black_box;
use std::io::Write as _;
use validator::Validate as _;

type Done = Result<(), axum::BoxError>;

fn main() -> Done {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["same"] => one_thread()?.block_on(same()),
        ["serve", side] => many_threads()?.block_on(serve(side)),
        ["ask", side, name, times] => one_thread()?.block_on(ask(side, case(name)?, times.parse()?)),
        ["check", side, times] => check(side, times.parse()?),
        ["show", name] => say(&case(name)?.lines()),
        _ => Err("see the top of src/main.rs".into()),
    }
}

fn one_thread() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().build()
}

fn many_threads() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

fn case(name: &str) -> Result<&'static Case, axum::BoxError> {
    CASES.iter().find(|case| case.name == name).ok_or_else(|| format!("no case {name}").into())
}

async fn same() -> Done {
    for case in &CASES {
        let ours = drive::answer(&mut ours::service(), case).await?;
        let theirs = drive::answer(&mut theirs::router(), case).await?;
        if ours != theirs {
            return Err(format!("{}: {ours:?} and {theirs:?}", case.name).into());
        }
    }
    say("the answers are the same")
}

async fn ask(side: &str, case: &Case, times: usize) -> Done {
    match side {
        "ours" => drive::ask(&mut ours::service(), case, times).await,
        "theirs" => drive::ask(&mut theirs::router(), case, times).await,
        "nothing" => drive::ask(&mut drive::nothing(), case, times).await,
        _ => Err("ours, theirs or nothing".into()),
    }
}

async fn serve(side: &str) -> Done {
    // Connections are the same for both: what they cost is for `tests/bench/stack`.
    let app = apiloom::App::new();
    let app = if side == "ours" { app.service(ours::service()) } else { app.router(theirs::router()) };
    let server = app.listen("127.0.0.1:0").bind().await?;
    say(&server.local_addr()?.to_string())?;
    Ok(server.serve().await?)
}

fn check(side: &str, times: usize) -> Done {
    let (ours, theirs) = (ours::pet(7), theirs::pet(7));
    for _ in 0..times {
        match side {
            "ours" => black_box(&ours).check().map_err(|_| "a good pet is refused")?,
            _ => black_box(&theirs).validate()?,
        }
    }
    Ok(())
}

fn say(line: &str) -> Done {
    let mut out = std::io::stdout();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}
