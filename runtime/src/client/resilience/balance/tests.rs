use super::*;
use crate::client::resilience::outcome::Verdict;
use proptest::prelude::*;
use std::collections::HashMap;

fn instance(number: u32) -> Instance {
    format!("http://10.0.0.{number}:80").parse().unwrap()
}

fn balance(count: u32) -> Balance {
    Balancing::default().seed(7).over((0..count).map(instance))
}

/// One call that fares well or ill after a time.
async fn call(balance: &Balance, time: impl Fn(&str) -> Duration, ill: &str) -> String {
    let node = balance.list.choose(None).unwrap();
    let name = node.instance.name().to_owned();
    let mut call = InFlight::new(node, Arc::clone(&balance.list) as _, None);
    tokio::time::sleep(time(&name)).await;
    call.fared(Some(if name == ill { Verdict::Ill } else { Verdict::Well }));
    name
}

async fn calls(
    balance: &Balance,
    count: usize,
    time: fn(&str) -> Duration,
    ill: &str,
) -> HashMap<String, usize> {
    let mut seen = HashMap::new();
    for _ in 0..count {
        *seen.entry(call(balance, time, ill).await).or_default() += 1;
    }
    seen
}

fn even(_: &str) -> Duration {
    Duration::from_millis(10)
}

#[tokio::test(start_paused = true)]
async fn equal_instances_get_equal_shares() {
    let seen = calls(&balance(3), 3000, even, "").await;
    assert!(seen.values().all(|count| (700..1300).contains(count)), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_slow_instance_gets_little() {
    let slow = |name: &str| Duration::from_millis(if name == "10.0.0.1:80" { 500 } else { 10 });
    let seen = calls(&balance(3), 1000, slow, "").await;
    assert!(seen["10.0.0.1:80"] < 50, "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn a_sick_instance_is_left_out_and_comes_back() {
    let balance = Balancing::default()
        .seed(7)
        .eject(Eject::default().after(1, 0.5, 20, Duration::from_secs(10)))
        .over((0..3).map(instance));
    let seen = calls(&balance, 100, even, "10.0.0.1:80").await;
    assert_eq!(seen["10.0.0.1:80"], 1);
    assert_eq!(balance.list.counts(), (3, 1));
    tokio::time::advance(Duration::from_secs(100)).await;
    let seen = calls(&balance, 1000, even, "").await;
    assert!(seen["10.0.0.1:80"] > 20, "{seen:?}");
    assert_eq!(balance.list.counts(), (3, 0));
}

#[tokio::test(start_paused = true)]
async fn the_last_half_is_never_left_out() {
    for count in 1..6 {
        let balance = balance(count);
        for _ in 0..2000 {
            let node = balance.list.choose(None).unwrap();
            InFlight::new(node, Arc::clone(&balance.list) as _, None).fared(Some(Verdict::Ill));
        }
        assert_eq!(balance.list.counts(), (count as usize, count as usize / 2));
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_of_a_call_go_to_different_instances() {
    let balance = balance(3);
    for _ in 0..100 {
        let attempt = Attempt::first();
        let mut seen = std::collections::HashSet::new();
        for _ in 0..3 {
            let node = balance.list.choose(Some(&attempt)).unwrap();
            attempt.goes_to(node.number);
            seen.insert(node.number);
        }
        assert_eq!(seen.len(), 3);
        assert!(balance.list.choose(Some(&attempt)).is_some(), "when all were tried, any will do");
    }
}

#[tokio::test(start_paused = true)]
async fn a_discovery_is_waited_for_and_followed() {
    let (send, receive) = tokio::sync::mpsc::unbounded_channel();
    let changes = futures_util::stream::unfold(receive, async |mut receive| {
        let change: Change = receive.recv().await?;
        Some((change, receive))
    });
    let balance = Balancing::default().seed(1).follow(changes);
    assert_eq!(balance.wait().await.unwrap_err(), NoInstance);
    let waiting = tokio::spawn({
        let balance = balance.clone();
        async move { balance.wait().await.map(|node| node.instance.clone()) }
    });
    tokio::task::yield_now().await;
    send.send(Change::Insert(instance(1))).unwrap();
    assert_eq!(waiting.await.unwrap().unwrap(), instance(1));
    send.send(Change::All(vec![instance(2), instance(2)])).unwrap();
    send.send(Change::Insert(instance(3))).unwrap();
    send.send(Change::Remove(instance(2))).unwrap();
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(balance.wait().await.unwrap().instance, instance(3));
    drop(balance);
    send.closed().await;
}

#[derive(Clone, Debug)]
enum Step {
    Call(bool),
    Wait(u64),
    Change(Change),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = (0..8_u32).prop_map(instance);
    let change = prop_oneof![
        one.clone().prop_map(Change::Insert),
        one.clone().prop_map(Change::Remove),
        prop::collection::vec(one, 0..8).prop_map(Change::All),
    ];
    let step = prop_oneof![
        20 => any::<bool>().prop_map(Step::Call),
        2 => (0..30_000_u64).prop_map(Step::Wait),
        1 => change.prop_map(Step::Change),
    ];
    prop::collection::vec(step, 1..300)
}

proptest! {
    /// However instances come, go and fail: there is one to call if there is any, and no more than half are out.
    #[test]
    fn no_order_of_events_leaves_out_more_than_half(steps in steps(), seed: u64) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            let rules = Eject::default().after(2, 0.5, 4, Duration::from_secs(10));
            let balance = Balancing::default().seed(seed).eject(rules).over([]);
            for step in steps {
                match step {
                    Step::Wait(millis) => tokio::time::advance(Duration::from_millis(millis)).await,
                    Step::Change(change) => balance.list.change(change),
                    Step::Call(ill) => {
                        let node = balance.list.choose(None);
                        prop_assert_eq!(node.is_some(), balance.list.counts().0 > 0);
                        if let Some(node) = node {
                            let verdict = if ill { Verdict::Ill } else { Verdict::Well };
                            InFlight::new(node, Arc::clone(&balance.list) as _, None).fared(Some(verdict));
                        }
                    }
                }
                let (all, out) = balance.list.counts();
                prop_assert!(out <= all / 2, "{out} of {all}");
            }
            Ok(())
        })?;
    }
}
