//! Following: each new commit is brought in, and between commits the cluster is compared with the newest one.

use std::{path::Path, slice, sync::Arc, time::Duration};

use groundwork_apply::{Cluster, Error as ApplyError, Owner};
use groundwork_contract::{Commit, FollowedState, Phase, Progress, Repair, Wave};
use groundwork_process::error::{Remedy, chain};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::{
    sync::Notify,
    task::spawn_blocking,
    time::{MissedTickBehavior, interval},
};

use crate::{
    address::{Address, Chosen},
    objects,
    repository::Repository,
    told::Told,
};

/// Between two looks at the repository and at the cluster.
const LOOK: Duration = Duration::from_secs(30);
/// For all objects of a commit to become ready.
const PATIENCE: Duration = Duration::from_secs(120);

/// Who follows.
pub(crate) struct Follower {
    pub(crate) cluster: Cluster,
    pub(crate) repository: Repository,
    pub(crate) chosen: Chosen,
    pub(crate) told: Told,
}

/// A commit whose objects the cluster is to have.
struct Wanted {
    address: Address,
    commit: Commit,
    /// Its file goes with the folder.
    wave: Wave,
    #[expect(dead_code, reason = "holding it is its use")]
    folder: TempDir,
}

impl Follower {
    /// Looks every half minute, and at once after a push, as long as the program runs.
    pub(crate) async fn run(&self, pushed: &Arc<Notify>) {
        let mut pace = interval(LOOK);
        // After a pause, as of a laptop that slept, nothing is made up for.
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // What the cluster has as a whole.
        let mut has = None;
        let mut again = false;
        loop {
            if !again {
                tokio::select! {
                    _ = pace.tick() => {}
                    () = pushed.notified() => {}
                }
            }
            // A commit that mends the one before is not kept waiting until that one is given up.
            again = true;
            let looked = tokio::select! {
                looked = self.look(&mut has) => looked,
                () = pushed.notified() => continue,
            };
            again = false;
            let mut known = self.told.lock();
            known.followed.looked = Some(Timestamp::now());
            known.followed.waiting = None;
            match looked {
                Ok(state) => {
                    known.followed.state = state;
                    known.followed.error = None;
                }
                Err(error) => {
                    if known.followed.error.as_ref() != Some(&error) {
                        tracing::error!(error, "the repository is not followed");
                    }
                    known.followed.state = FollowedState::Failed;
                    known.followed.error = Some(error);
                }
            }
        }
    }

    /// Brings a new commit in, or puts right what differs from the one that the cluster `has`.
    async fn look(&self, has: &mut Option<Wanted>) -> Result<FollowedState, String> {
        let address = self.chosen.read()?;
        self.told.lock().followed.repository = address.spoken();
        let (repository, asked) = (self.repository.clone(), address.clone());
        let newest = blocking(move || repository.newest(&asked).map_err(|error| chain(&error)));
        let Some(commit) = newest.await? else {
            return Ok(FollowedState::Empty);
        };
        {
            let mut known = self.told.lock();
            if known.followed.commit.as_ref() != Some(&commit) {
                // What was wrong was so of another commit.
                known.followed.error = None;
            }
            known.followed.commit = Some(commit.clone());
        }
        if let Some(has) = has
            .as_ref()
            .filter(|it| it.commit == commit && it.address == address)
        {
            return self.repair(has).await;
        }
        *has = None;
        let wanted = self.wanted(commit, address).await?;
        tracing::info!(
            commit = wanted.commit.id,
            subject = wanted.commit.subject,
            "applying"
        );
        self.told.lock().followed.state = FollowedState::Applying;
        let drift = self
            .cluster
            .drift(&Owner::Repository, slice::from_ref(&wanted.wave));
        self.told.lock().followed.objects = drift.await.map_err(words)?.objects;
        self.apply(&wanted).await?;
        *has = Some(wanted);
        Ok(FollowedState::Ready)
    }

    /// The objects of `commit`.
    async fn wanted(&self, commit: Commit, address: Address) -> Result<Wanted, String> {
        let repository = self.repository.clone();
        blocking(move || {
            let folder = tempfile::tempdir().map_err(|error| chain(&error))?;
            let root = folder.path().join("commit");
            let made = std::fs::create_dir(&root);
            made.map_err(|error| chain(&error))?;
            let wave = checked_out(&repository, &commit, &root, address.folder())?;
            Ok(Wanted {
                address,
                commit,
                wave,
                folder,
            })
        })
        .await
    }

    /// Looks whether the cluster still is as it `has` to be, and applies it again where it is not.
    async fn repair(&self, has: &Wanted) -> Result<FollowedState, String> {
        let wave = slice::from_ref(&has.wave);
        let drift = self
            .cluster
            .drift(&Owner::Repository, wave)
            .await
            .map_err(words)?;
        if drift.differences.is_empty() {
            return Ok(FollowedState::Ready);
        }
        tracing::warn!(differences = drift.differences.join("; "), "putting right");
        self.apply(has).await?;
        let mut known = self.told.lock();
        known.repairs += 1;
        known.followed.repair = Some(Repair {
            time: Timestamp::now(),
            differences: drift.differences,
        });
        Ok(FollowedState::Ready)
    }

    async fn apply(&self, wanted: &Wanted) -> Result<(), String> {
        let report = |it: Progress| {
            let waits = it.phase != Phase::Ready && !it.detail.is_empty();
            let words = waits.then(|| format!("{}: {}", it.component, it.detail));
            self.told.lock().followed.waiting = words;
        };
        let then = async |_: &Wave| Ok::<_, ApplyError>(());
        let wave = slice::from_ref(&wanted.wave);
        let applied = self
            .cluster
            .apply(&Owner::Repository, wave, &report, PATIENCE, then);
        let applied = applied.await.map_err(words)?;
        tracing::info!(
            commit = wanted.commit.id,
            created = applied.created,
            changed = applied.changed,
            unchanged = applied.unchanged,
            pruned = applied.pruned,
            "applied"
        );
        Ok(())
    }
}

fn checked_out(
    repository: &Repository,
    commit: &Commit,
    root: &Path,
    below: &Path,
) -> Result<Wave, String> {
    let checked_out = repository.check_out(commit, root);
    checked_out.map_err(|error| chain(&error))?;
    objects::rendered(root, below).map_err(|error| chain(&error))
}

/// What went wrong, with the remedy where there is one.
fn words(error: ApplyError) -> String {
    match error.hint() {
        Some(hint) => format!("{}\nhint: {hint}", chain(&error)),
        None => chain(&error),
    }
}

/// Does what blocks on a thread of its own.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(error.to_string()))
}
