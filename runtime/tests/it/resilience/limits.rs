use super::*;
use apiloom::client::resilience::{Breaker, Bulkhead, Full, Hedge, Open, Resilience};
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::time::{Instant, advance, sleep};
use tower::Layer as _;

fn breaker() -> Breaker {
    Breaker::default().opens(0.5, 4, SECOND * 10).open(SECOND * 5, SECOND * 60).probes(2)
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_fails_is_not_called_until_it_is_well() {
    let ill = Arc::new(AtomicUsize::new(1));
    let switch = Arc::clone(&ill);
    let (inner, seen) = scripted(move |_, _| {
        let status = if switch.load(Ordering::Relaxed) == 1 { 500 } else { 200 };
        async move { answer(status) }
    });
    let service = breaker().layer(inner);
    for _ in 0..4 {
        assert_eq!(status(&service, get()).await, 500);
    }
    let open: Open = failed(call(&service, get()).await);
    assert_eq!((open.operation, open.retry_in), ("list_pets", SECOND * 5));
    advance(SECOND * 2).await;
    assert_eq!(failed::<Open>(call(&service, get()).await).retry_in, SECOND * 3);
    assert_eq!(seen.count(), 4);
    assert_eq!(status(&service, post("")).await, 500, "another operation has a circuit of its own");
    let elsewhere = Request::get("http://other/pets").extension(Facts::new("list_pets", &Method::GET));
    assert_eq!(
        status(&service, elsewhere.body(Body::empty()).unwrap()).await,
        500,
        "and so has another server"
    );
    ill.store(0, Ordering::Relaxed);
    advance(SECOND * 3).await;
    for _ in 0..10 {
        assert_eq!(status(&service, get()).await, 200);
    }
}

#[tokio::test(start_paused = true)]
async fn a_callee_that_hangs_opens_the_circuit_and_a_caller_that_leaves_does_not() {
    let (inner, seen) = scripted(|_, _| async { std::future::pending().await });
    let service = Resilience::default().retry(None).breaker(breaker()).layer(inner);
    for _ in 0..20 {
        assert!(tokio::time::timeout(SECOND, call(&service, get())).await.is_err());
    }
    assert_eq!(seen.count(), 20);
    for _ in 0..4 {
        let mut request = get();
        request.extensions_mut().insert(apiloom::client::Deadline::within(SECOND));
        assert!(call(&service, request).await.is_err());
    }
    failed::<Open>(call(&service, get()).await);
}

#[tokio::test(start_paused = true)]
async fn an_open_circuit_is_not_tried_again() {
    let (inner, seen) = scripted(|_, _| async { answer(503) });
    let service = Resilience::default().breaker(breaker()).layer(inner);
    let begin = Instant::now();
    while call(&service, get()).await.is_ok() {}
    assert!(begin.elapsed() < SECOND * 5);
    assert_eq!(seen.count(), 4, "retries count for the circuit too");
}

#[tokio::test(start_paused = true)]
async fn calls_in_flight_are_limited_until_their_bodies_end() {
    let (inner, seen) = scripted(|_, _| async { Ok(Response::new(Body::from("all of it"))) });
    let service = Bulkhead::default().operation(2).queue(10, SECOND).layer(inner);
    let one = call(&service, get()).await.unwrap();
    let _other = call(&service, get()).await.unwrap();
    let full: Full = failed(call(&service, get()).await);
    assert_eq!((full.operation, full.waited), ("list_pets", SECOND));
    assert_eq!(status(&service, post("")).await, 200, "another operation has places of its own");
    let waiting = tokio::spawn({
        let service = service.clone();
        async move { call(&service, get()).await.map(|_| ()) }
    });
    tokio::task::yield_now().await;
    assert_eq!(read(one).await.unwrap(), "all of it");
    waiting.await.unwrap().unwrap();
    assert_eq!(seen.count(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_full_refuses_at_once() {
    let (inner, _) = scripted(|_, _| async { std::future::pending().await });
    let service = Bulkhead::default().client(1).queue(3, SECOND * 5).layer(inner);
    let begin = Instant::now();
    let calls = futures_util::future::join_all((0..10).map(|_| async {
        let result = tokio::time::timeout(SECOND * 60, call(&service, get())).await;
        (result.is_ok(), begin.elapsed())
    }));
    let calls = calls.await;
    let count = |refused, time| calls.iter().filter(|call| **call == (refused, time)).count();
    assert_eq!((count(true, Duration::ZERO), count(true, SECOND * 5), count(false, SECOND * 60)), (6, 3, 1));
}

/// Tells when it is dropped.
struct Dropped(Arc<AtomicUsize>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(start_paused = true)]
async fn the_faster_of_two_attempts_wins_and_the_other_is_cut() {
    let cut = Arc::new(AtomicUsize::new(0));
    let guard = Arc::clone(&cut);
    let (inner, seen) = scripted(move |number, _| {
        let guard = Dropped(Arc::clone(&guard));
        async move {
            sleep(if number == 0 { SECOND * 60 } else { SECOND / 100 }).await;
            drop(guard);
            answer(200)
        }
    });
    let begin = Instant::now();
    assert_eq!(status(&Hedge::after(SECOND / 10).layer(inner), get()).await, 200);
    assert_eq!(begin.elapsed(), SECOND * 11 / 100);
    assert_eq!((seen.count(), cut.load(Ordering::Relaxed)), (2, 2), "nothing runs on");
}

#[tokio::test(start_paused = true)]
async fn a_failure_does_not_win() {
    for ill_first in [true, false] {
        let (inner, _) = scripted(move |number, _| async move {
            let well = (number == 0) != ill_first;
            sleep(if well { SECOND } else { SECOND / 2 }).await;
            answer(if well { 200 } else { 503 })
        });
        assert_eq!(status(&Hedge::after(SECOND / 10).layer(inner), get()).await, 200);
    }
    let (inner, seen) = scripted(|number, _| async move { answer(if number == 0 { 503 } else { 200 }) });
    assert_eq!(status(&Hedge::after(SECOND / 10).layer(inner), get()).await, 503, "that is for retries");
    assert_eq!(seen.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn only_reads_are_sent_twice() {
    let (inner, seen) = scripted(|_, _| async {
        sleep(SECOND).await;
        answer(200)
    });
    let service = Hedge::after(SECOND / 10).layer(inner);
    let put = Request::put("http://pets/1").body(Body::from("{}")).unwrap();
    let with_body = Request::get("http://pets/1").body(Body::from("{}")).unwrap();
    let counting = Request::get("http://pets/next").extension(Facts { operation: "next", idempotent: false });
    for request in [post(""), put, with_body, counting.body(Body::empty()).unwrap()] {
        assert_eq!(status(&service, request).await, 200);
    }
    assert_eq!(seen.count(), 4);
    assert_eq!(status(&service, get()).await, 200);
    assert_eq!(seen.count(), 6);
}

#[tokio::test(start_paused = true)]
async fn the_percentile_of_an_operation_says_when() {
    let (inner, seen) = scripted(|number, _| async move {
        sleep(if number == 500 { SECOND * 60 } else { Duration::from_millis(20) }).await;
        answer(200)
    });
    let service = Hedge::after_p95().layer(inner);
    for _ in 0..500 {
        assert_eq!(status(&service, get()).await, 200);
    }
    assert_eq!(seen.count(), 500);
    let begin = Instant::now();
    assert_eq!(status(&service, get()).await, 200);
    assert_eq!(seen.count(), 502);
    let took = begin.elapsed();
    assert!(took >= Duration::from_millis(40) && took <= Duration::from_millis(50), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_callee_that_became_slow_is_not_sent_everything_twice() {
    let (inner, seen) = scripted(|_, _| async {
        sleep(SECOND).await;
        answer(200)
    });
    let service = Hedge::after(SECOND / 10).budget(0.05, 0).layer(inner);
    let calls = (0..1000).map(|_| status(&service, get()));
    assert!(futures_util::future::join_all(calls).await.iter().all(|status| *status == 200));
    let extra = seen.count() - 1000;
    assert!(extra <= 50, "{extra}");
}

#[tokio::test(start_paused = true)]
async fn off_is_off() {
    let (inner, seen) = scripted(|number, _| async move {
        sleep(SECOND * 3600).await;
        answer(if number < 100 { 503 } else { 200 })
    });
    let service = Resilience::default().hedge(Hedge::after(SECOND)).breaker(breaker()).off().layer(inner);
    for _ in 0..100 {
        assert_eq!(status(&service, get()).await, 503);
    }
    assert_eq!((seen.count(), seen.header(0, "grpc-timeout")), (100, None));
}
