use super::*;
use apiloom::client::Deadline;
use apiloom::client::resilience::{DeadlineExceeded, Resilience, Stage, Timeout};
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use tokio::time::{Instant, sleep};
use tower::Layer as _;

async fn after(time: Duration) -> Result<Response<Body>, BoxError> {
    sleep(time).await;
    answer(200)
}

#[tokio::test(start_paused = true)]
async fn no_answer_in_time_is_an_error_at_the_deadline() {
    let (inner, _) = scripted(|_, _| after(SECOND * 60));
    let service = Timeout::of(SECOND * 5).layer(inner);
    let begin = Instant::now();
    assert_eq!(failed::<DeadlineExceeded>(call(&service, get()).await).at, Stage::Waiting);
    assert_eq!(begin.elapsed(), SECOND * 5);
}

#[tokio::test(start_paused = true)]
async fn the_soonest_of_three_deadlines_counts_and_is_told() {
    let (inner, seen) = scripted(|_, _| after(SECOND));
    let service = Timeout::of(SECOND * 5).layer(inner);
    assert_eq!(status(&service, get()).await, 200);
    let mut request = get();
    request.extensions_mut().insert(Deadline::within(SECOND * 3));
    assert_eq!(status(&service, request).await, 200);
    let mut request = get();
    request.extensions_mut().insert(Deadline::within(SECOND * 3));
    Deadline::within(SECOND * 2).scope(async { assert_eq!(status(&service, request).await, 200) }).await;
    let told: Vec<_> = (0..3).map(|number| seen.header(number, "grpc-timeout").unwrap()).collect();
    assert_eq!(told, ["5000m", "3000m", "2000m"]);
    let untold = Timeout::of(SECOND).untold();
    let (inner, seen) = scripted(|_, _| after(Duration::ZERO));
    assert_eq!(status(&untold.layer(inner), get()).await, 200);
    assert_eq!(seen.header(0, "grpc-timeout"), None);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_that_has_passed_sends_nothing() {
    let (inner, seen) = scripted(|_, _| after(Duration::ZERO));
    let service = Resilience::default().layer(inner);
    let mut request = get();
    request.extensions_mut().insert(Deadline::within(SECOND));
    tokio::time::advance(SECOND).await;
    failed::<DeadlineExceeded>(call(&service, request).await);
    assert_eq!(seen.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn without_a_deadline_nothing_is_limited() {
    let (inner, seen) = scripted(|_, _| after(SECOND * 3600));
    assert_eq!(status(&Timeout::of_callers().layer(inner), get()).await, 200);
    assert_eq!(seen.header(0, "grpc-timeout"), None);
}

fn body(
    media: &'static str,
    frames: impl futures_util::Stream<Item = Bytes> + Send + 'static,
) -> Response<Body> {
    let body = Body::from_stream(frames.map(Ok::<_, Never>));
    Response::builder().header("content-type", media).body(body).unwrap()
}

/// A piece every so often, without an end.
fn drip(every: Duration) -> impl futures_util::Stream<Item = Bytes> + Send + 'static {
    stream::unfold((), move |()| async move {
        sleep(every).await;
        Some((Bytes::from("x"), ()))
    })
}

#[track_caller]
fn late(error: &axum::Error) {
    let late = resilience::find::<DeadlineExceeded>(error);
    assert_eq!(late.map(|late| late.at), Some(Stage::Reading), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stalls_or_never_ends_breaks_at_the_deadline() {
    let silent = || body("text/plain", stream::pending());
    let slow = || body("text/plain", drip(SECOND / 10));
    for make in [silent as fn() -> _, slow] {
        let (inner, _) = scripted(move |_, _| async move { Ok(make()) });
        let service = Timeout::of(SECOND * 5).layer(inner);
        let begin = Instant::now();
        let answer = call(&service, get()).await.unwrap();
        late(&read(answer).await.unwrap_err());
        assert_eq!(begin.elapsed(), SECOND * 5);
    }
}

/// One that never lets its reader wait is stopped too: no timer would have a chance to fire.
#[tokio::test]
async fn a_body_that_never_pauses_breaks_at_the_deadline() {
    let (inner, _) = scripted(|_, _| async { Ok(body("text/plain", stream::repeat(Bytes::from("x")))) });
    let answer = call(&Timeout::of(Duration::from_millis(50)).layer(inner), get()).await.unwrap();
    let mut frames = answer.into_body().into_data_stream();
    let error = loop {
        match frames.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => break error,
            None => panic!("it has no end"),
        }
    };
    late(&error);
    assert!(frames.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_events_outlasts_the_default_but_not_its_callers_deadline() {
    let (inner, _) = scripted(|_, _| async { Ok(body("text/event-stream; charset=utf-8", drip(SECOND))) });
    let service = Timeout::of(SECOND * 5).layer(inner);
    let answer = call(&service, get()).await.unwrap();
    assert_eq!(answer.into_body().into_data_stream().take(100).count().await, 100);
    let mut request = get();
    request.extensions_mut().insert(Deadline::within(SECOND * 4));
    late(&read(call(&service, request).await.unwrap()).await.unwrap_err());
}
