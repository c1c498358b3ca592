use super::*;
use apiloom::client::resilience::{Balance, Balancing, Change, Instance, NoInstance, Resilience, Retry};
use std::collections::HashMap;
use tower::Layer as _;

fn instances(count: u32) -> impl Iterator<Item = Instance> {
    (0..count).map(|number| format!("http://10.0.0.{number}:80").parse().unwrap())
}

fn hosts(seen: &Seen) -> HashMap<String, usize> {
    let mut hosts = HashMap::new();
    for request in &*seen.0.lock().unwrap() {
        *hosts.entry(request.uri().host().unwrap().to_owned()).or_default() += 1;
    }
    hosts
}

#[tokio::test(start_paused = true)]
async fn requests_go_to_instances() {
    let (inner, seen) = scripted(|_, _| async { answer(200) });
    let service = Balance::over(instances(1)).keep_host().layer(inner);
    let request = Request::get("https://pets.example/pets?limit=7").body(Body::empty()).unwrap();
    assert_eq!(status(&service, request).await, 200);
    assert_eq!(seen.0.lock().unwrap()[0].uri(), "http://10.0.0.0:80/pets?limit=7");
    assert_eq!(seen.header(0, "host").unwrap(), "pets.example");
}

#[tokio::test(start_paused = true)]
async fn a_retry_goes_elsewhere() {
    for seed in 0..50 {
        let (inner, seen) = scripted(|number, _| async move { answer(if number < 2 { 503 } else { 200 }) });
        let balance = Balancing::default().seed(seed).over(instances(3));
        let service = Resilience::default().balance(balance).layer(inner);
        assert_eq!(status(&service, get()).await, 200);
        assert_eq!(hosts(&seen).len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn instances_come_and_go_and_no_call_fails() {
    let (send, receive) = tokio::sync::mpsc::unbounded_channel();
    let changes = futures_util::stream::unfold(receive, async |mut receive| {
        let change: Change = receive.recv().await?;
        Some((change, receive))
    });
    let alive = Arc::new(Mutex::new(Vec::new()));
    let living = Arc::clone(&alive);
    let (inner, _) = scripted(move |_, request: Request<Body>| {
        let up = living.lock().unwrap().contains(&request.uri().authority().unwrap().to_string());
        async move {
            tokio::time::sleep(Duration::from_millis(3)).await;
            if up { answer(200) } else { refused() }
        }
    });
    let retry = Retry::default().attempts(5).budget(1.0, 100);
    let service =
        Resilience::default().retry(retry).breaker(None).balance(Balance::follow(changes)).layer(inner);
    let all: Vec<Instance> = instances(8).collect();
    let name = |instance: &Instance| instance.to_string().trim_start_matches("http://").to_owned();
    for round in 0..50_usize {
        let (one, other) = (all[round % 8].clone(), all[(round + 3) % 8].clone());
        *alive.lock().unwrap() = vec![name(&one), name(&other)];
        send.send(Change::Insert(one.clone())).unwrap();
        send.send(Change::Insert(other.clone())).unwrap();
        let calls = futures_util::future::join_all((0..20).map(|_| status(&service, get())));
        tokio::join!(async { assert!(calls.await.iter().all(|status| *status == 200)) }, async {
            send.send(Change::All(vec![one, other])).unwrap()
        });
    }
}

#[tokio::test(start_paused = true)]
async fn no_instance_is_an_error_of_its_own() {
    let (inner, seen) = scripted(|_, _| async { answer(200) });
    let service = Resilience::default().balance(Balance::over([])).layer(inner);
    failed::<NoInstance>(call(&service, get()).await);
    assert_eq!(seen.count(), 0);
}
