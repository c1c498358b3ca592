use super::*;
use proptest::prelude::*;

fn rules() -> Breaker {
    let (second, minute) = (Duration::from_secs(1), Duration::from_secs(60));
    Breaker::default().opens(0.5, 4, second).open(second, minute).probes(2)
}

fn fares(circuit: &mut Circuit, verdict: Verdict, now: Instant) {
    let ticket = circuit.admit(&rules(), now).unwrap();
    circuit.report(ticket, Some(verdict), &rules(), now);
}

fn opened(now: Instant) -> Circuit {
    let mut circuit = Circuit::new(&rules(), now);
    for _ in 0..4 {
        fares(&mut circuit, Verdict::Ill, now);
    }
    assert_eq!(circuit.shown(), Shown::Open);
    circuit
}

#[test]
fn it_opens_at_its_share_of_enough_calls() {
    let now = Instant::now();
    let mut circuit = Circuit::new(&rules(), now);
    for verdict in [Verdict::Ill, Verdict::Ill, Verdict::Well] {
        fares(&mut circuit, verdict, now);
        assert_eq!(circuit.shown(), Shown::Closed);
    }
    fares(&mut circuit, Verdict::Ill, now);
    assert_eq!(circuit.shown(), Shown::Open);
    let half = now + Duration::from_millis(400);
    assert_eq!(circuit.admit(&rules(), half).unwrap_err(), Duration::from_millis(600));
}

#[test]
fn probes_close_it_and_a_bad_one_opens_it_for_twice_as_long() {
    let mut now = Instant::now();
    let mut circuit = opened(now);
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
        assert_eq!(circuit.admit(&rules(), now).unwrap_err(), Duration::from_secs(seconds));
        now += Duration::from_secs(seconds);
        fares(&mut circuit, Verdict::Well, now);
        assert_eq!(circuit.shown(), Shown::Half);
        fares(&mut circuit, Verdict::Ill, now);
        assert_eq!(circuit.shown(), Shown::Open);
    }
    now += Duration::from_secs(60);
    fares(&mut circuit, Verdict::Well, now);
    fares(&mut circuit, Verdict::Well, now);
    assert_eq!(circuit.shown(), Shown::Closed);
    fares(&mut circuit, Verdict::Ill, now);
    assert_eq!(circuit.shown(), Shown::Closed, "what was before is forgotten");
}

#[test]
fn a_probe_that_was_given_up_leaves_its_place_and_one_that_hangs_is_not_waited_for_forever() {
    let mut now = Instant::now();
    let mut circuit = opened(now);
    now += Duration::from_secs(1);
    let first = circuit.admit(&rules(), now).unwrap();
    circuit.admit(&rules(), now).unwrap();
    assert!(circuit.admit(&rules(), now).is_err());
    circuit.report(first, None, &rules(), now);
    circuit.admit(&rules(), now).unwrap();
    let wait = circuit.admit(&rules(), now).unwrap_err();
    assert_eq!(wait, Duration::from_secs(2));
    circuit.admit(&rules(), now + wait).unwrap();
}

#[test]
fn a_call_from_before_says_nothing_about_now() {
    let now = Instant::now();
    let mut circuit = Circuit::new(&rules(), now);
    let old = circuit.admit(&rules(), now).unwrap();
    (0..4).for_each(|_| fares(&mut circuit, Verdict::Ill, now));
    let later = now + Duration::from_secs(1);
    let probe = circuit.admit(&rules(), later).unwrap();
    circuit.report(old, Some(Verdict::Ill), &rules(), later);
    assert_eq!(circuit.shown(), Shown::Half);
    circuit.report(probe, Some(Verdict::Well), &rules(), later);
    assert_eq!(circuit.shown(), Shown::Half, "one probe is not two");
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Admit,
    Report(usize, Option<bool>),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let report = (any::<usize>(), prop::option::weighted(0.8, any::<bool>()));
    let step = prop_oneof![
        4 => Just(Step::Admit),
        4 => report.prop_map(|(which, ill)| Step::Report(which, ill)),
        1 => (0..3000_u64).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..200)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]
    /// Whatever happens: while it is open nothing passes, half-open no more than the probes do, and it is never shut
    /// for longer than it tells.
    #[test]
    fn no_order_of_events_breaks_a_promise(steps in steps()) {
        let (rules, mut now) = (rules(), Instant::now());
        let mut circuit = Circuit::new(&rules, now);
        let mut out: Vec<(Ticket, bool)> = Vec::new();
        for step in steps {
            match step {
                Step::Wait(millis) => now += Duration::from_millis(millis),
                Step::Report(..) if out.is_empty() => {}
                Step::Report(which, ill) => {
                    let (ticket, _) = out.swap_remove(which % out.len());
                    let verdict = ill.map(|ill| if ill { Verdict::Ill } else { Verdict::Well });
                    circuit.report(ticket, verdict, &rules, now);
                    if circuit.shown() != Shown::Half {
                        out.iter_mut().for_each(|(_, probe)| *probe = false);
                    }
                }
                Step::Admit => {
                    let before = circuit.shown();
                    match circuit.admit(&rules, now) {
                        Ok(ticket) => {
                            let probe = circuit.shown() == Shown::Half;
                            if probe && before == Shown::Open {
                                out.iter_mut().for_each(|(_, probe)| *probe = false);
                            }
                            prop_assert!(circuit.shown() != Shown::Open);
                            out.push((ticket, probe));
                        }
                        Err(wait) => {
                            prop_assert!(before != Shown::Closed && wait <= rules.longest);
                            let then = now + wait;
                            let mut copy = Circuit::new(&rules, now);
                            std::mem::swap(&mut copy, &mut circuit);
                            prop_assert!(copy.admit(&rules, then).is_ok(), "it told when to come back");
                            // The look into the future is not undone: time goes on from there.
                            (circuit, now) = (copy, then);
                            out.clear();
                        }
                    }
                }
            }
        }
    }
}
