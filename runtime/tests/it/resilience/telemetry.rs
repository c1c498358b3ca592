use super::*;
use apiloom::client::resilience::{Balancing, Breaker, Bulkhead, Eject, Hedge, Resilience, Retry, Timeout};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use std::collections::BTreeMap;
use std::io;
use tower::Layer as _;

/// What was recorded while something ran: `name{label="value"}` and its value.
fn recorded(work: impl Future<Output = ()>) -> BTreeMap<String, f64> {
    let recorder = DebuggingRecorder::new();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    metrics::with_local_recorder(&recorder, || runtime.block_on(work));
    let shown = recorder.snapshotter().snapshot().into_vec().into_iter().map(|(key, _, _, value)| {
        let labels: Vec<String> =
            key.key().labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let value = match value {
            DebugValue::Counter(count) => count as f64,
            DebugValue::Gauge(gauge) => gauge.into_inner(),
            DebugValue::Histogram(_) => panic!("there are none"),
        };
        (format!("{}{{{}}}", key.key().name().trim_start_matches("apiloom_client_"), labels.join(",")), value)
    });
    shown.collect()
}

#[test]
fn each_part_is_seen_in_metrics() {
    let seen = recorded(async {
        let (inner, _) = scripted(|number, _| async move { answer(if number % 2 == 0 { 503 } else { 200 }) });
        let service = Resilience::default().layer(inner);
        for _ in 0..3 {
            assert_eq!(status(&service, get()).await, 200);
        }
    });
    assert_eq!(seen["retries_total{operation=list_pets,cause=503}"], 3.0);
    assert_eq!(seen["in_flight{operation=list_pets}"], 0.0);

    let seen = recorded(async {
        let (inner, _) = scripted(|_, _| async { answer(503) });
        let balance = Balancing::default().name("pets").eject(Eject::default().after(2, 0.5, 20, SECOND));
        let instances = ["http://a".parse().unwrap(), "http://b".parse().unwrap()];
        let service = Resilience::default()
            .retry(Retry::default().budget(0.0, 0))
            .breaker(Breaker::default().opens(0.5, 10, SECOND))
            .balance(balance.over(instances))
            .layer(inner);
        for _ in 0..15 {
            drop(call(&service, get()).await);
        }
    });
    assert_eq!(seen["budget_exhausted_total{operation=list_pets,for=retry}"], 10.0);
    assert_eq!(seen["breaker_state{operation=list_pets,server=pets}"], 2.0);
    assert_eq!(seen["breaker_changes_total{operation=list_pets,state=open}"], 1.0);
    assert_eq!(seen["breaker_refused_total{operation=list_pets}"], 5.0);
    assert_eq!(
        (seen["instances{service=pets,state=called}"], seen["instances{service=pets,state=ejected}"]),
        (1.0, 1.0)
    );

    let seen = recorded(async {
        let (inner, _) = scripted(|number, _| async move {
            tokio::time::sleep(if number == 0 { SECOND * 9 } else { SECOND / 9 }).await;
            answer(200)
        });
        let bulkhead = Bulkhead::default().client(1).queue(0, SECOND);
        let hedge = Hedge::after(SECOND).budget(0.0, 1);
        let service =
            Resilience::none().timeout(Timeout::of(SECOND * 20)).bulkhead(bulkhead).hedge(hedge).layer(inner);
        let (one, other) = tokio::join!(call(&service, get()), call(&service, get()));
        assert!(one.is_ok() && other.is_err());
        let (hanging, _) = scripted(|_, _| async { std::future::pending().await });
        let service = Resilience::default().layer(hanging);
        assert!(call(&service, get()).await.is_err());
    });
    assert_eq!(seen["bulkhead_refused_total{operation=list_pets}"], 1.0);
    assert_eq!(seen["hedges_total{operation=list_pets,winner=second}"], 1.0);
    assert_eq!(seen["deadline_exceeded_total{operation=list_pets}"], 1.0);
}

#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl io::Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn attempts_are_spans_and_no_secret_of_an_address_is_shown() {
    let (text, runtime) = (
        Text::default(),
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap(),
    );
    let writer = text.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .finish();
    let recorded = tracing::subscriber::with_default(subscriber, || {
        recorded_in(&runtime, async {
            let (inner, _) = scripted(|number, _| async move {
                tracing::info!("arrived");
                answer(if number < 12 { 503 } else { 200 })
            });
            let breaker = Breaker::default().opens(0.5, 10, SECOND);
            let service = Resilience::default().breaker(breaker).layer(inner);
            for _ in 0..5 {
                let request = Request::get("http://me:canary@pets/pets")
                    .extension(Facts::new("list_pets", &Method::GET));
                drop(call(&service, request.body(Body::empty()).unwrap()).await);
            }
        })
    });
    let text = String::from_utf8(text.0.lock().unwrap().clone()).unwrap();
    let attempt = r#"attempt{operation="list_pets" number=2 hedge=false server="pets"}"#;
    assert!(text.contains(attempt), "{text}");
    for event in ["an attempt failed and is repeated", "a circuit has changed its state", r#"state="open""#] {
        assert!(text.contains(event), "{event}: {text}");
    }
    assert!(!text.contains("canary") && !recorded.contains("canary"), "{text}{recorded}");
}

fn recorded_in(runtime: &tokio::runtime::Runtime, work: impl Future<Output = ()>) -> String {
    let recorder = DebuggingRecorder::new();
    metrics::with_local_recorder(&recorder, || runtime.block_on(work));
    format!("{:?}", recorder.snapshotter().snapshot().into_vec())
}
