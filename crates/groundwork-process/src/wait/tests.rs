use std::{cell::Cell, io};

use super::*;

const SECOND: Duration = Duration::from_secs(1);

/// A wait of a second on a machine that is so many times as slow as an ordinary one.
fn of_a_second(slowness: u32) -> Wait {
    let mut wait = Wait::new("the pod", SECOND);
    wait.course.longer = match slowness {
        1 => |deadline| deadline,
        10 => |deadline| deadline * 10,
        other => panic!("no machine is {other} times as slow"),
    };
    wait
}

/// Comes true at the third look.
fn third() -> impl FnMut() -> Result<u32, &'static str> {
    let mut looks = 0;
    move || {
        looks += 1;
        (looks == 3).then_some(looks).ok_or("not yet")
    }
}

#[test]
fn a_condition_that_comes_true_returns_its_value() {
    let wait = Wait::new("counting", SECOND).every(Duration::ZERO);
    assert_eq!(wait.until(third()).block().unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn an_async_condition_that_comes_true_returns_its_value() {
    let mut look = third();
    let wait = Wait::new("counting", SECOND);
    assert_eq!(wait.until(async || look()).done().await.unwrap(), 3);
}

#[test]
fn a_missed_deadline_says_what_was_missing() {
    let wait = Wait::new("the port", Duration::ZERO);
    let refused = || Err::<(), _>("connection refused");
    assert_eq!(
        wait.until(refused).block().unwrap_err().to_string(),
        "the port took longer than 0.0 s: connection refused"
    );
}

#[tokio::test(start_paused = true)]
async fn a_wait_looks_once_more_when_its_time_is_up() {
    let looks = Cell::new(0);
    let never = async || {
        looks.set(looks.get() + 1);
        Err::<(), _>(format!("{} of 20 ready", looks.get()))
    };
    let late = of_a_second(1).until(never).done().await.unwrap_err();
    assert_eq!(
        late.to_string(),
        "the pod took longer than 1.0 s: 11 of 20 ready"
    );
}

#[tokio::test(start_paused = true)]
async fn a_slow_machine_is_waited_for_and_the_failure_says_how_long() {
    let never = async || Err::<(), _>("0/1 ready");
    let late = of_a_second(10).until(never).done().await.unwrap_err();
    assert_eq!(late.waited, 10 * SECOND);
    assert_eq!(
        late.to_string(),
        "the pod took longer than 10.0 s: 0/1 ready"
    );
}

#[test]
fn an_exact_wait_ends_at_its_deadline_on_every_machine() {
    let wait = Wait {
        what: "counting".into(),
        course: Course::new(Duration::ZERO, |_| SECOND, Backoff::steady(Duration::ZERO)),
    };
    assert_eq!(wait.clone().until(third()).block().unwrap(), 3);
    let late = wait.exactly().until(third()).block().unwrap_err();
    assert_eq!(late.missing, "not yet");
}

#[tokio::test(start_paused = true)]
async fn a_failure_ends_the_wait_at_once() {
    let mut looks = 0;
    let look = async || {
        looks += 1;
        if looks == 1 {
            return Err(Not::yet("it is not there"));
        }
        Err(Failure::Io(io::ErrorKind::PermissionDenied.into()))?;
        Ok(())
    };
    let wait = Wait::new("the file", SECOND);
    let ended = wait.until(look).done().await;
    assert!(matches!(ended, Err(Failure::Io(_))), "{ended:?}");
    assert_eq!(looks, 2);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_is_only_missing_yet_is_had_back_as_it_was() {
    let look = async || Err::<(), _>(io::Error::from(io::ErrorKind::NotFound));
    let late = of_a_second(1).until(look).done().await.unwrap_err();
    assert_eq!(late.missing.kind(), io::ErrorKind::NotFound);
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    #[error(transparent)]
    Io(#[from] io::Error),
}
