//! The checks by their subject: a folder each. They import shared parts, never each other.

mod cluster;
mod environment;
mod events;
mod ingress;
mod observability;
mod secrets;
mod services;

use crate::{
    runner::{Check, Context, Speed},
    shared::namespace,
};

/// Every check: those that disturb nothing first, what measures a speed after them, each suite's in its own order.
pub(crate) fn checks() -> Vec<Check> {
    let suites = [
        cluster::CHECKS,
        events::CHECKS,
        observability::CHECKS,
        environment::CHECKS,
        ingress::CHECKS,
        secrets::CHECKS,
        services::CHECKS,
    ];
    let mut all = suites.concat().concat();
    all.sort_by_key(|check| (check.disruptive, check.speed == Speed::Only));
    all
}

/// Removes what checks left in the cluster. Without a cluster there is nothing to remove, and the checks have
/// said so.
pub(crate) async fn tidy(context: &Context) {
    let _ = namespace::remove(context).await;
    // Before the topics, which it would make again.
    let _ = services::remove(context).await;
    let _ = events::remove(context).await;
    let _ = secrets::remove(context).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runner::Turn;

    #[test]
    fn every_check_says_what_it_proves_of_which_requirement_and_against_which_bound() {
        for Check {
            requirement,
            name,
            bound,
            ..
        } in checks()
        {
            assert!(requirement.starts_with("REQ-"), "{name}: {requirement}");
            assert!(!name.is_empty() && !bound.is_empty(), "{name}: {bound}");
        }
    }

    #[test]
    fn every_check_whose_bound_is_a_time_says_so() {
        let is_time = |bound: &str| {
            let words: Vec<_> = bound.split([' ', ',', ';']).collect();
            words
                .windows(2)
                .any(|pair| pair[0].parse::<u32>().is_ok() && ["ms", "s", "min"].contains(&pair[1]))
        };
        // A setting that is read.
        let setting = "604800000 ms";
        for check in checks() {
            if check.bound != setting {
                let speed = check.speed != Speed::No;
                assert_eq!(is_time(check.bound), speed, "{}", check.name);
            }
        }
    }

    #[test]
    fn nothing_runs_beside_what_disturbs_or_measures_a_speed() {
        for check in checks() {
            let alone = matches!(check.turn, Turn::Alone | Turn::Group(_));
            let wants_it = check.disruptive || check.speed == Speed::Only;
            assert!(alone || !wants_it, "{}", check.name);
        }
    }

    #[test]
    fn what_disturbs_comes_last() {
        let order: Vec<_> = checks().iter().map(|check| check.disruptive).collect();
        assert!(order.is_sorted());
        assert!(order.contains(&true));
    }

    #[test]
    fn every_check_has_a_name_of_its_own() {
        let mut names: Vec<_> = checks().iter().map(|check| check.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }
}
