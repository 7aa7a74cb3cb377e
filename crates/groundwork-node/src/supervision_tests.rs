//! The supervisor's rules, one sentence each.

use super::*;

fn spec(name: &str, after: &[&str]) -> Spec {
    Spec {
        name: name.into(),
        program: format!("/bin/{name}").into(),
        args: vec![],
        env: BTreeMap::new(),
        inputs: String::new(),
        after: after.iter().map(|name| (*name).into()).collect(),
        probe: Probe::Socket("/socket".into()),
        oom_score: None,
        grace: Duration::from_secs(10),
    }
}

/// A machine with a clock that only the test moves.
struct Bench {
    supervision: Supervision,
    now: Instant,
}

impl Bench {
    fn new() -> Self {
        Self {
            supervision: Supervision::default(),
            now: Instant::now(),
        }
    }

    fn feed(&mut self, event: Event) -> Vec<Action> {
        self.supervision.on_event(event, self.now)
    }

    fn after(&mut self, duration: Duration) -> Vec<Action> {
        self.now += duration;
        self.feed(Event::Tick)
    }

    fn started(&mut self, name: &str, pid: u32) -> Vec<Action> {
        self.feed(Event::Started {
            name: name.into(),
            pid,
        })
    }

    fn ready(&mut self, name: &str, pid: u32) -> Vec<Action> {
        self.feed(Event::Probed {
            name: name.into(),
            pid,
            result: Ok(()),
        })
    }

    fn ended(&mut self, name: &str) -> Vec<Action> {
        self.feed(Event::Ended {
            name: name.into(),
            reason: "exit status: 1".into(),
        })
    }

    fn view(&self, name: &str) -> View {
        let mut views = self.supervision.view().into_iter();
        views.find(|view| view.name == name).unwrap()
    }
}

fn starts(actions: &[Action]) -> Vec<&str> {
    actions
        .iter()
        .filter_map(|action| match action {
            Action::Start { spec, .. } => Some(spec.name.as_str()),
            _ => None,
        })
        .collect()
}

#[test]
fn independent_processes_are_started_at_once() {
    let mut bench = Bench::new();
    let wanted = vec![spec("etcd", &[]), spec("containerd", &[])];
    let actions = bench.feed(Event::Wanted(wanted));
    assert_eq!(starts(&actions), ["containerd", "etcd"]);
}

#[test]
fn a_process_waits_until_the_one_it_needs_is_ready() {
    let mut bench = Bench::new();
    let wanted = vec![spec("etcd", &[]), spec("api", &["etcd"])];
    assert_eq!(starts(&bench.feed(Event::Wanted(wanted))), ["etcd"]);
    assert!(starts(&bench.started("etcd", 1)).is_empty());
    assert_eq!(bench.view("api").ready, Err("waits for etcd".into()));
    assert_eq!(starts(&bench.ready("etcd", 1)), ["api"]);
}

#[test]
fn a_started_process_is_probed_at_once_and_never_twice_at_a_time() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![spec("etcd", &[])]));
    let actions = bench.started("etcd", 1);
    assert!(matches!(actions[..], [Action::Probe { pid: 1, .. }]));
    assert!(bench.after(Duration::from_secs(5)).is_empty());
}

#[test]
fn a_killed_process_is_started_again_after_its_back_off() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![spec("etcd", &[])]));
    bench.started("etcd", 1);
    assert!(bench.ended("etcd").is_empty());
    assert_eq!(bench.view("etcd").ready, Err("exit status: 1".into()));
    assert!(bench.after(Duration::from_millis(199)).is_empty());
    assert_eq!(starts(&bench.after(Duration::from_millis(1))), ["etcd"]);
    assert_eq!(bench.view("etcd").restarts, 1);
}

#[test]
fn the_back_off_doubles_up_to_its_limit_and_a_stable_run_resets_it() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![spec("etcd", &[])]));
    for _ in 0..20 {
        bench.started("etcd", 1);
        bench.ended("etcd");
        assert_eq!(starts(&bench.after(LONGEST_BACK_OFF)), ["etcd"]);
    }
    bench.started("etcd", 1);
    bench.ended("etcd");
    assert!(
        bench
            .after(LONGEST_BACK_OFF - Duration::from_millis(1))
            .is_empty()
    );
    bench.after(Duration::from_millis(1));
    bench.started("etcd", 1);
    bench.ready("etcd", 1);
    bench.after(STABLE_AFTER);
    bench.ended("etcd");
    assert_eq!(starts(&bench.after(FIRST_BACK_OFF)), ["etcd"]);
}

#[test]
fn a_process_that_ends_again_and_again_is_counted_also_when_each_try_takes_long() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![spec("kubelet", &[])]));
    for failures in 1..=3 {
        bench.started("kubelet", 1);
        bench.after(STABLE_AFTER);
        bench.ended("kubelet");
        assert_eq!(bench.view("kubelet").failures, failures);
        bench.after(LONGEST_BACK_OFF);
    }
    // A person has mended the cause and asks again.
    bench.feed(Event::Wanted(vec![spec("kubelet", &[])]));
    assert_eq!(bench.view("kubelet").failures, 0);
}

#[test]
fn what_a_process_waits_for_is_told_only_as_long_as_it_waits() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![
        spec("etcd", &[]),
        spec("api", &["etcd"]),
    ]));
    assert_eq!(bench.view("api").waits_for, ["etcd"]);
    bench.started("etcd", 1);
    bench.ready("etcd", 1);
    bench.started("api", 2);
    bench.ended("etcd");
    assert!(bench.view("api").waits_for.is_empty());
}

#[test]
fn the_end_of_a_process_does_not_restart_those_that_need_it() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![
        spec("etcd", &[]),
        spec("api", &["etcd"]),
    ]));
    bench.started("etcd", 1);
    bench.ready("etcd", 1);
    bench.started("api", 2);
    assert!(bench.ended("etcd").is_empty());
    assert_eq!(bench.view("api").pid, Some(2));
}

#[test]
fn an_adopted_process_with_the_same_spec_is_left_alone() {
    let mut bench = Bench::new();
    let adopted = Event::Adopted {
        spec: Box::new(spec("etcd", &[])),
        pid: 7,
        restarts: 2,
    };
    bench.feed(adopted);
    assert!(
        bench
            .feed(Event::Wanted(vec![spec("etcd", &[])]))
            .is_empty()
    );
    let view = bench.view("etcd");
    assert_eq!((view.pid, view.restarts), (Some(7), 2));
}

#[test]
fn a_changed_spec_replaces_only_its_own_process() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![spec("etcd", &[]), spec("proxy", &[])]));
    bench.started("etcd", 1);
    bench.started("proxy", 2);
    let mut changed = spec("proxy", &[]);
    changed.inputs = "other".into();
    let actions = bench.feed(Event::Wanted(vec![spec("etcd", &[]), changed]));
    assert!(matches!(&actions[..], [Action::Terminate { pid: 2, .. }]));
    let actions = bench.ended("proxy");
    assert!(
        matches!(&actions[..], [Action::Start { spec, restarts: 0 }] if spec.inputs == "other")
    );
}

#[test]
fn a_process_that_ignores_the_request_to_end_is_killed_after_its_grace() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![spec("etcd", &[])]));
    bench.started("etcd", 1);
    bench.feed(Event::Wanted(vec![]));
    assert!(bench.after(Duration::from_secs(9)).is_empty());
    let actions = bench.after(Duration::from_secs(1));
    assert!(matches!(actions[..], [Action::Kill { pid: 1, .. }]));
    bench.ended("etcd");
    assert!(bench.supervision.view().is_empty());
}

#[test]
fn a_late_answer_of_a_predecessor_is_ignored() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![spec("etcd", &[])]));
    bench.started("etcd", 1);
    bench.ended("etcd");
    bench.after(FIRST_BACK_OFF);
    bench.started("etcd", 2);
    bench.ready("etcd", 1);
    assert!(bench.view("etcd").ready.is_err());
    bench.ready("etcd", 2);
    assert!(bench.view("etcd").ready.is_ok());
}

#[test]
fn asking_for_the_same_again_ends_a_back_off() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![spec("etcd", &[])]));
    bench.started("etcd", 1);
    bench.ended("etcd");
    let actions = bench.feed(Event::Wanted(vec![spec("etcd", &[])]));
    assert_eq!(starts(&actions), ["etcd"]);
}

#[test]
fn the_next_tick_is_when_something_is_due() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![spec("etcd", &[])]));
    assert_eq!(bench.supervision.next_tick(), None);
    bench.started("etcd", 1);
    bench.ready("etcd", 1);
    let due = bench.now + PROBE_WHILE_READY;
    assert_eq!(bench.supervision.next_tick(), Some(due));
}

#[test]
fn who_was_ready_and_is_no_more_is_asked_less_often_than_who_starts() {
    let mut bench = Bench::new();
    bench.feed(Event::Wanted(vec![spec("kubelet", &[])]));
    bench.started("kubelet", 1);
    let not_ready = |bench: &mut Bench| {
        bench.feed(Event::Probed {
            name: "kubelet".into(),
            pid: 1,
            result: Err("DiskPressure".into()),
        });
        bench.supervision.next_tick().unwrap() - bench.now
    };
    assert_eq!(not_ready(&mut bench), PROBE_WHILE_STARTING);
    bench.ready("kubelet", 1);
    assert_eq!(not_ready(&mut bench), PROBE_WHILE_AWAY);
}
