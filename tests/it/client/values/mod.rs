//! Any values, from the client of everything to its server and back: they arrive as they were, or are refused, and a client
//! that checks refuses the same by the same faults, before anything is sent.

mod bodies;
mod made;
mod parameters;

use super::api;
use super::api::client::Client;
use super::service::Everything;
use apiloom::StatusCode;
use apiloom::client::{Answers, Call, ClientError, Engine};
use apiloom::dep::axum::body::to_bytes;
use apiloom::dep::serde_json::{self, Value};
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::fmt::Debug;

/// So many values each.
const CASES: u32 = 200;

/// Asks the server of everything with any values. The one client checks what it sends, the other does not.
fn any<V: Debug>(values: impl Strategy<Value = V>, ask: impl AsyncFn(V, &Client, &Client) -> Verdict) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let engine = Engine::over("http://localhost/v1", api::service(Everything)).unwrap();
    let checked = Client::new(engine.clone().validate(true));
    let plain = Client::new(engine);
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let run = TestRunner::new(config)
        .run(&values, |value| runtime.block_on(ask(value, &plain, &checked)).map_err(TestCaseError::fail));
    if let Err(error) = run {
        panic!("{error}");
    }
}

/// What is wrong.
type Verdict = Result<(), String>;

/// Makes a call without and with checks: the answer is as expected, or both refuse for the same faults.
async fn agree<T: Debug + Send + 'static, E: Answers + Debug>(
    plain: Call<T, E>,
    checked: Call<T, E>,
    expected: impl Fn(&T) -> bool,
) -> Verdict {
    let (served, kept) = (plain.unread().await, checked.await);
    let faults = match &kept {
        Err(ClientError::Request(error)) => Some(error.faults()),
        Ok(value) if !expected(value) => return Err(format!("another value arrived: {value:?}")),
        Ok(_) => None,
        Err(error) => return Err(format!("the client let it pass: {error:?}")),
    };
    match (served, faults) {
        (Err(ClientError::Request(_)), Some([])) => Ok(()),
        (Ok(answer), None) if answer.status() == StatusCode::OK => Ok(()),
        (Ok(answer), Some(faults)) if answer.status() == StatusCode::BAD_REQUEST => {
            let problem = to_bytes(answer.into_body(), 1_000_000).await.map_err(|error| error.to_string())?;
            let problem: Value = serde_json::from_slice(&problem).map_err(|error| error.to_string())?;
            let own = serde_json::to_value(faults).map_err(|error| error.to_string())?;
            if problem["errors"] == own { Ok(()) } else { Err(format!("{problem} or {own}")) }
        }
        (served, _) => Err(format!("the server says {served:?}, the client {kept:?}")),
    }
}

/// As a server says what it understood.
fn said(value: &impl Debug) -> String {
    format!("{value:?}")
}
