//! Calls of a service that answers at once, with layers of `client::resilience` around it.
//!
//! ```text
//! bench-resilience bare|off|default|all|timeout|bulkhead|retry|breaker|hedge|balance N      make N calls
//! ```

use apiloom::client::Facts;
use apiloom::client::resilience::{Balance, Breaker, Bulkhead, Hedge, Resilience, Retry, Timeout};
use apiloom::dep::http::{Method, Request, Response};
use apiloom::{Body, Bytes};
use axum::BoxError;
use http_body_util::BodyExt as _;
use std::hint::black_box;
use std::time::Duration;
use tower::{Layer as _, Service, ServiceExt as _, service_fn};

fn main() -> Result<(), BoxError> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [side, times] = words.as_slice() else { return Err("see the top of src/main.rs".into()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(run(side, times.parse()?))
}

async fn run(side: &str, times: usize) -> Result<(), BoxError> {
    let inner = service_fn(|_: Request<Body>| async { Ok::<_, BoxError>(Response::new(Body::from("[]"))) });
    match side {
        "bare" => calls(inner, times).await,
        _ => calls(stack(side)?.layer(inner), times).await,
    }
}

fn stack(side: &str) -> Result<Resilience, BoxError> {
    let none = Resilience::none();
    // Later than any of these calls is, so that the looking and not the hedging is measured.
    let hedge = Hedge::after(Duration::from_secs(10));
    let balance = || -> Result<Balance, BoxError> {
        let instances = ["http://10.0.0.1".parse()?, "http://10.0.0.2".parse()?, "http://10.0.0.3".parse()?];
        Ok(Balance::over(instances))
    };
    Ok(match side {
        "off" => Resilience::default().off(),
        "default" => Resilience::default(),
        "all" => Resilience::default().hedge(Hedge::after_p95()).balance(balance()?),
        "timeout" => none.timeout(Timeout::default()),
        "bulkhead" => none.bulkhead(Bulkhead::default()),
        "retry" => none.retry(Retry::default()),
        "breaker" => none.breaker(Breaker::default()),
        "hedge" => none.hedge(hedge),
        "balance" => none.balance(balance()?),
        _ => return Err("see the top of src/main.rs".into()),
    })
}

async fn calls<S>(service: S, times: usize) -> Result<(), BoxError>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = BoxError> + Clone,
{
    for _ in 0..times {
        let facts = Facts::new("list_pets", &Method::GET);
        let request = Request::get("http://pets.example:8080/pets?limit=20")
            .header("accept", "application/json")
            .header("user-agent", "bench")
            .extension(facts)
            .body(Body::empty())?;
        let answer = service.clone().oneshot(request).await?;
        let body: Bytes = answer.into_body().collect().await?.to_bytes();
        black_box(body);
    }
    Ok(())
}
