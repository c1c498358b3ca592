//! Real connections, real time: what is counted are calls, not seconds.

use super::server::{Deed, Server, http};
use super::*;
use apiloom::client::resilience::{
    Balance, Breaker, DeadlineExceeded, Open, Resilience, Retry, Stage, Timeout,
};
use futures_util::future::join_all;
use tower::Layer as _;

/// Calls from 16 sides at once. How many did not end with 200.
pub(super) async fn load<S>(service: &S, server: &Server, each: usize) -> usize
where
    S: Service<Request<Body>, Response = Response<Body>, Error = BoxError> + Clone,
{
    let side = async || {
        let mut failed = 0;
        for _ in 0..each {
            let well = match call(service, server.get()).await {
                Ok(answer) => answer.status() == 200 && read(answer).await.is_ok(),
                Err(_) => false,
            };
            failed += usize::from(!well);
        }
        failed
    };
    join_all((0..16).map(|_| side())).await.into_iter().sum()
}

fn over(servers: &[Server]) -> Balance {
    Balance::over(servers.iter().map(Server::instance))
}

/// Enough to retry with, so that it is not the budget that is tested.
fn generous() -> Resilience {
    Resilience::default().retry(Retry::default().attempts(4).budget(1.0, 100))
}

#[tokio::test]
async fn one_of_three_is_killed_and_no_call_fails() {
    let mut servers = Server::three(Deed::Answer(200)).await;
    let service = Resilience::default().balance(over(&servers)).layer(http());
    assert_eq!(load(&service, &servers[0], 20).await, 0);
    assert!(servers.iter().all(|server| server.count() > 0));
    servers[1].kill().await;
    let before = servers[1].count();
    assert_eq!(load(&service, &servers[0], 50).await, 0);
    assert_eq!(servers[1].count(), before);
}

#[tokio::test]
async fn one_is_killed_under_load_and_no_call_fails() {
    let mut servers = Server::three(Deed::Slow(Duration::from_millis(5))).await;
    let service = generous().balance(over(&servers)).layer(http());
    let address = Server::start(|_| Deed::Answer(200)).await;
    let (failed, ()) = tokio::join!(load(&service, &address, 40), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        servers[2].kill().await;
    });
    assert_eq!(failed, 0);
}

#[tokio::test]
async fn one_that_comes_and_goes_fails_no_call() {
    let mut servers = Server::three(Deed::Answer(200)).await;
    let service = generous().balance(over(&servers)).layer(http());
    let address = Server::start(|_| Deed::Answer(200)).await;
    for _ in 0..5 {
        servers[0].kill().await;
        assert_eq!(load(&service, &address, 5).await, 0);
        servers[0].restart().await;
        assert_eq!(load(&service, &address, 5).await, 0);
    }
}

#[tokio::test]
async fn one_that_fails_half_of_its_calls_fails_none() {
    let flapping =
        Server::start(|number| if number % 2 == 0 { Deed::Answer(503) } else { Deed::HangUp }).await;
    let servers =
        [flapping, Server::start(|_| Deed::Answer(200)).await, Server::start(|_| Deed::Answer(200)).await];
    let service = generous().balance(over(&servers)).layer(http());
    assert_eq!(load(&service, &servers[0], 50).await, 0);
    assert!(servers[0].count() < 50, "it is left out: {}", servers[0].count());
}

#[tokio::test]
async fn a_slow_one_gets_little() {
    let slow = Server::start(|_| Deed::Slow(Duration::from_millis(300))).await;
    let servers =
        [slow, Server::start(|_| Deed::Answer(200)).await, Server::start(|_| Deed::Answer(200)).await];
    let service = Resilience::default().balance(over(&servers)).layer(http());
    assert_eq!(load(&service, &servers[0], 40).await, 0);
    assert!(servers[0].count() < 160, "a quarter at most: {}", servers[0].count());
}

#[tokio::test]
async fn bodies_that_do_not_end_are_cut_at_the_deadline() {
    for deed in [Deed::Endless, Deed::Stall] {
        let server = Server::start(move |_| deed).await;
        let service = Resilience::default().timeout(Timeout::of(SECOND / 4)).layer(http());
        let error = read(call(&service, server.get()).await.unwrap()).await.unwrap_err();
        let late = resilience::find::<DeadlineExceeded>(&error);
        assert_eq!(late.map(|late| late.at), Some(Stage::Reading), "{deed:?}: {error}");
        assert_eq!(server.count(), 1, "an answer that was handed on is not asked for again");
    }
}

#[tokio::test]
async fn a_body_that_is_cut_is_an_error_and_no_retry() {
    let server = Server::start(|_| Deed::Cut).await;
    let service = Resilience::default().layer(http());
    let error = read(call(&service, server.get()).await.unwrap()).await.unwrap_err();
    assert!(resilience::find::<DeadlineExceeded>(&error).is_none());
    assert_eq!(server.count(), 1);
}

#[tokio::test]
async fn a_server_that_hangs_up_is_asked_again() {
    let server = Server::start(|number| if number < 2 { Deed::HangUp } else { Deed::Answer(200) }).await;
    let service = Resilience::default().layer(http());
    assert_eq!(status(&service, server.get()).await, 200);
    assert_eq!(server.count(), 3);
}

#[tokio::test]
async fn a_server_that_asks_for_time_gets_it() {
    let server =
        Server::start(|number| if number == 0 { Deed::Later(429, 1) } else { Deed::Answer(200) }).await;
    assert_eq!(status(&Resilience::default().layer(http()), server.get()).await, 200);
    let busy = Server::start(|_| Deed::Later(429, 3600)).await;
    assert_eq!(status(&Resilience::default().layer(http()), busy.get()).await, 429);
    assert_eq!((server.count(), busy.count()), (2, 1));
}

#[tokio::test]
async fn a_service_in_trouble_is_not_drowned() {
    let servers = Server::three(Deed::Answer(503)).await;
    let retry = Retry::default().attempts(5).budget(0.1, 0).backoff(Duration::ZERO, Duration::ZERO);
    let service = Resilience::default().retry(retry).breaker(None).balance(over(&servers)).layer(http());
    assert_eq!(load(&service, &servers[0], 50).await, 800);
    let arrived: usize = servers.iter().map(Server::count).sum();
    assert!((800..=880).contains(&arrived), "{arrived}");
}

#[tokio::test]
async fn a_service_that_is_down_is_left_alone() {
    let mut server = Server::start(|_| Deed::Answer(200)).await;
    let service = Resilience::default()
        .breaker(Breaker::default().opens(0.5, 5, SECOND * 60).open(SECOND * 60, SECOND * 60))
        .layer(http());
    server.kill().await;
    for _ in 0..10 {
        assert!(call(&service, server.get()).await.is_err());
    }
    let open: Open = failed(call(&service, server.get()).await);
    assert!(open.retry_in > SECOND * 30);
}
