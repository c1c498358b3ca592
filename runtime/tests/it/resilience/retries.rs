use super::*;
use apiloom::client::Deadline;
use apiloom::client::resilience::{Attempt, AttemptTimedOut, DeadlineExceeded, Resilience, Retry};
use tokio::time::{Instant, sleep};
use tower::Layer as _;

/// The first answers of a list, then 200.
async fn first(number: usize, statuses: &'static [u16]) -> Result<Response<Body>, BoxError> {
    answer(statuses.get(number).copied().unwrap_or(200))
}

fn resilience(retry: Retry) -> Resilience {
    Resilience::none().retry(retry.seed(7))
}

#[tokio::test(start_paused = true)]
async fn what_may_pass_is_tried_again_and_what_may_not_is_handed_on() {
    for passing in [408, 425, 429, 502, 503, 504] {
        let (inner, seen) =
            scripted(move |number, _| async move { answer(if number == 0 { passing } else { 200 }) });
        assert_eq!(status(&Retry::default().layer(inner), get()).await, 200);
        assert_eq!(seen.count(), 2, "{passing}");
    }
    for lasting in [200, 301, 400, 404, 409, 500, 501, 505] {
        let (inner, seen) = scripted(move |_, _| async move { answer(lasting) });
        assert_eq!(status(&Retry::default().layer(inner), get()).await, lasting);
        assert_eq!(seen.count(), 1, "{lasting}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_outcome_is_handed_on() {
    let (inner, seen) = scripted(|number, _| first(number, &[502, 503, 504, 200]));
    assert_eq!(status(&Retry::default().layer(inner), get()).await, 504);
    assert_eq!(seen.count(), 3);
    let (inner, seen) = scripted(|_, _| async { reset() });
    assert!(call(&Retry::default().attempts(5).layer(inner), get()).await.is_err());
    assert_eq!(seen.count(), 5);
}

#[tokio::test(start_paused = true)]
async fn only_a_request_that_may_be_repeated_is() {
    let fresh = || scripted(|number, _| first(number, &[503]));
    let try_with = async |request| {
        let (inner, seen) = fresh();
        call(&Retry::default().layer(inner), request).await.unwrap();
        seen.count()
    };
    assert_eq!(try_with(post("{}")).await, 1);
    let mut request = post("{}");
    request.headers_mut().insert("idempotency-key", "7".parse().unwrap());
    assert_eq!(try_with(request).await, 2);
    let mut request = post("{}");
    request.extensions_mut().insert(Facts { operation: "add_pet", idempotent: true });
    assert_eq!(try_with(request).await, 2);
    let mut request = get();
    request.extensions_mut().insert(Facts { operation: "next_number", idempotent: false });
    assert_eq!(try_with(request).await, 1);
    for (method, count) in
        [("GET", 2), ("PUT", 2), ("DELETE", 2), ("HEAD", 2), ("POST", 1), ("PATCH", 1), ("BREW", 1)]
    {
        let by_hand = Request::builder().method(method).uri("http://pets/").body(Body::empty()).unwrap();
        assert_eq!(try_with(by_hand).await, count, "{method}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_found_no_connection_was_not_sent_and_is_repeated_in_any_case() {
    let (inner, seen) =
        scripted(|number, _| async move { if number == 0 { refused() } else { answer(201) } });
    assert_eq!(status(&Retry::default().layer(inner), post("{}")).await, 201);
    assert_eq!(seen.count(), 2);
    let (inner, seen) = scripted(|_, _| async { reset() });
    assert!(call(&Retry::default().layer(inner), post("{}")).await.is_err());
    assert_eq!(seen.count(), 1, "a connection that was cut may have done it");
}

#[tokio::test(start_paused = true)]
async fn a_body_is_sent_again_whole_and_a_stream_once() {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let sent = Arc::clone(&bodies);
    let (inner, _) = scripted(move |number, request| {
        let sent = Arc::clone(&sent);
        async move {
            let bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await?;
            sent.lock().unwrap().push(bytes.len());
            first(number, &[503, 503]).await
        }
    });
    let service = Retry::default().kept(1000).layer(inner);
    let put = |body: Body| Request::put("http://pets/1").body(body).unwrap();
    assert_eq!(status(&service, put("a".repeat(1000).into())).await, 200);
    assert_eq!(*bodies.lock().unwrap(), [1000, 1000, 1000]);
    let fail = || scripted(|_, _| async { answer(503) });
    let stream = Body::from_stream(futures_util::stream::iter([Ok::<_, Never>("abc")]));
    for body in ["a".repeat(1001).into(), stream] {
        let (inner, seen) = fail();
        assert_eq!(status(&Retry::default().kept(1000).layer(inner), put(body)).await, 503);
        assert_eq!(seen.count(), 1);
    }
}

fn asks(status: u16, after: impl ToString) -> Result<Response<Body>, BoxError> {
    let answer = Response::builder().status(status).header("retry-after", after.to_string());
    let answer = answer.header("date", "Sun, 06 Nov 1994 08:49:37 GMT");
    Ok(answer.body(Body::empty())?)
}

#[tokio::test(start_paused = true)]
async fn the_time_that_a_server_asks_for_is_waited() {
    for (after, seconds) in [("7", 7), ("Sun, 06 Nov 1994 08:49:46 GMT", 9), ("0", 0), ("nonsense", 0)] {
        let (inner, seen) =
            scripted(
                move |number, _| async move { if number == 0 { asks(429, after) } else { answer(200) } },
            );
        let begin = Instant::now();
        assert_eq!(status(&Retry::default().layer(inner), get()).await, 200);
        let waited = begin.elapsed();
        assert!(
            waited >= SECOND * seconds && waited <= SECOND * seconds + SECOND / 10,
            "{after}: {waited:?}"
        );
        assert_eq!(seen.count(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_asks_for_too_much_is_not_asked_again() {
    for after in ["31", "99999999999999999999999", "Sat, 06 Nov 2094 08:49:46 GMT"] {
        let (inner, seen) = scripted(move |_, _| async move { asks(503, after) });
        assert_eq!(status(&Retry::default().layer(inner), get()).await, 503);
        assert_eq!(seen.count(), 1, "{after}");
    }
    let (inner, seen) = scripted(|_, _| async { asks(503, 20) });
    let mut request = get();
    request.extensions_mut().insert(Deadline::within(SECOND * 10));
    let begin = Instant::now();
    assert_eq!(status(&Retry::default().layer(inner), request).await, 503);
    assert_eq!((seen.count(), begin.elapsed()), (1, Duration::ZERO), "the deadline would have passed");
}

#[tokio::test(start_paused = true)]
async fn a_storm_is_bounded_by_the_budget() {
    let (inner, seen) = scripted(|_, _| async { answer(503) });
    let service = resilience(Retry::default().attempts(10).budget(0.2, 0)).layer(inner);
    for _ in 0..1000 {
        assert_eq!(status(&service, get()).await, 503);
    }
    let extra = seen.count() - 1000;
    assert!((195..=200).contains(&extra), "{extra} for 1000 calls");
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_hangs_is_cut_if_another_one_can_follow() {
    let (inner, seen) = scripted(|number, _| async move {
        sleep(if number == 0 { SECOND * 3600 } else { SECOND * 3 }).await;
        answer(200)
    });
    let retry = Retry::default().attempts(2).each(SECOND * 2);
    let service = Resilience::default().retry(retry.clone()).layer(inner);
    assert_eq!(status(&service, get()).await, 200);
    let told: Vec<u64> = (0..2)
        .map(|number| seen.header(number, "grpc-timeout").unwrap().trim_end_matches('m').parse().unwrap())
        .collect();
    assert_eq!(told[0], 2000);
    assert!((27_900..=28_000).contains(&told[1]), "the last one has all that is left: {told:?}");
    let (inner, _) = scripted(|_, _| async { std::future::pending().await });
    let service = Retry::default().attempts(2).each(SECOND).budget(0.0, 0).layer(inner);
    assert_eq!(failed::<AttemptTimedOut>(call(&service, get()).await).after, SECOND);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_repeated_past_the_deadline() {
    let (inner, _) = scripted(|_, _| async {
        sleep(SECOND * 2).await;
        answer(503)
    });
    for seed in 0..100 {
        let retry = Retry::default().attempts(100).seed(seed);
        let service = Resilience::default().retry(retry).layer(inner.clone());
        let begin = Instant::now();
        match call(&service, get()).await {
            Ok(answer) => assert_eq!(answer.status(), 503, "the next wait would have been too long"),
            late => drop(failed::<DeadlineExceeded>(late)),
        }
        assert!(begin.elapsed() > SECOND * 26 && begin.elapsed() <= SECOND * 30);
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_knows_its_number() {
    let (inner, seen) = scripted(|number, _| first(number, &[503, 503]));
    assert_eq!(status(&Resilience::default().layer(inner), get()).await, 200);
    let all = seen.0.lock().unwrap();
    let numbers: Vec<u32> =
        all.iter().map(|seen| seen.extensions().get::<Attempt>().unwrap().number).collect();
    assert_eq!(numbers, [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_transport_of_clients_can_be_wrapped() {
    let (inner, seen) = scripted(|number, _| first(number, &[503]));
    let transport = apiloom::client::Over::new(inner);
    let service = Resilience::default().layer(apiloom::client::resilience::Carrier::new(transport));
    assert_eq!(status(&service, get()).await, 200);
    assert_eq!(seen.count(), 2);
}
