//! Following: each new commit is brought in, and between commits the cluster is compared with the newest one.

use std::{
    collections::BTreeMap,
    error::Error,
    fs, slice,
    sync::{Mutex, PoisonError},
    time::Duration,
};

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
    /// How many there are.
    objects: usize,
    folder: TempDir,
}

impl Follower {
    /// Looks every half minute, and at once after a push, as long as the program runs.
    pub(crate) async fn run(&self, pushed: &Notify) {
        let mut pace = interval(LOOK);
        // After a pause, as of a laptop that slept, nothing is made up for.
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // What the cluster has as a whole.
        let mut has = None;
        loop {
            tokio::select! {
                _ = pace.tick() => {}
                () = pushed.notified() => {}
            }
            let looked = loop {
                tokio::select! {
                    looked = self.look(&mut has) => break looked,
                    // A commit that mends the one before is not kept waiting until that one is given up.
                    () = self.moved(pushed) => {}
                }
            };
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

    /// Waits for a push that gives what is followed another commit; of other branches nothing comes.
    async fn moved(&self, pushed: &Notify) {
        loop {
            pushed.notified().await;
            let newest = self.newest(&Address::Own).await;
            if newest.is_ok_and(|it| it != self.told.lock().followed.commit) {
                return;
            }
        }
    }

    async fn newest(&self, address: &Address) -> Result<Option<Commit>, String> {
        let (repository, asked) = (self.repository.clone(), address.clone());
        blocking(move || repository.newest(&asked).map_err(|error| chain(&error))).await
    }

    /// Brings a new commit in, or puts right what differs from the one that the cluster `has`.
    async fn look(&self, has: &mut Option<Wanted>) -> Result<FollowedState, String> {
        let address = self.chosen.read()?;
        self.told.lock().follow(&address.spoken());
        let Some(commit) = self.newest(&address).await? else {
            return Ok(FollowedState::Empty);
        };
        self.told.lock().found(&commit);
        let same = has
            .as_ref()
            .filter(|it| it.commit == commit && it.address == address);
        if let Some(same) = same {
            let repaired = self.repair(same).await;
            if repaired.is_err() {
                // It is brought in anew.
                *has = None;
            }
            return repaired;
        }
        *has = None;
        let wanted = self.wanted(commit, address).await?;
        tracing::info!(
            commit = wanted.commit.id,
            subject = wanted.commit.subject,
            "applying"
        );
        {
            let mut known = self.told.lock();
            known.followed.state = FollowedState::Applying;
            known.followed.objects = wanted.objects;
        }
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
            let read = || {
                fs::create_dir(&root)?;
                repository.check_out(&address, &commit, &root)?;
                let read = objects::rendered(&root, address.folder())?;
                // What was rendered is all that is wanted of it.
                fs::remove_dir_all(&root)?;
                Ok::<_, Box<dyn Error>>(read)
            };
            let (wave, objects) = read().map_err(|error| within(&folder, &chain(&*error)))?;
            Ok(Wanted {
                address,
                commit,
                wave,
                objects,
                folder,
            })
        })
        .await
    }

    /// Looks whether the cluster still is as it `has` to be, and applies it again. Where nothing differs that is a look
    /// whether all of it is ready.
    async fn repair(&self, has: &Wanted) -> Result<FollowedState, String> {
        let wave = slice::from_ref(&has.wave);
        let drift = self.cluster.drift(&Owner::Repository, wave).await;
        let differences = drift.map_err(words)?.differences;
        let differences: Vec<_> = differences.iter().map(ToString::to_string).collect();
        if !differences.is_empty() {
            tracing::warn!(differences = differences.join("; "), "putting right");
        }
        self.apply(has).await?;
        if !differences.is_empty() {
            let mut known = self.told.lock();
            known.repairs += 1;
            known.followed.repair = Some(Repair {
                time: Timestamp::now(),
                differences,
            });
        }
        Ok(FollowedState::Ready)
    }

    async fn apply(&self, wanted: &Wanted) -> Result<(), String> {
        let waiting = Mutex::new(BTreeMap::new());
        let report = |it: Progress| {
            let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
            match it.phase == Phase::Ready || it.detail.is_empty() {
                true => waiting.remove(&it.component),
                false => waiting.insert(it.component, it.detail),
            };
            let words = waiting
                .iter()
                .map(|(name, words)| format!("{name}: {words}"));
            let words: Vec<_> = words.collect();
            self.told.lock().followed.waiting = (!words.is_empty()).then(|| words.join("; "));
        };
        let then = async |_: &Wave| Ok::<_, ApplyError>(());
        let wave = slice::from_ref(&wanted.wave);
        let applied = self
            .cluster
            .apply(&Owner::Repository, wave, &report, PATIENCE, then);
        let applied = applied
            .await
            .map_err(|error| within(&wanted.folder, &words(error)))?;
        if applied.created + applied.changed + applied.pruned > 0 {
            tracing::info!(
                commit = wanted.commit.id,
                created = applied.created,
                changed = applied.changed,
                unchanged = applied.unchanged,
                pruned = applied.pruned,
                "applied"
            );
        }
        Ok(())
    }
}

/// What went wrong, with the remedy where that is one for who pushes.
fn words(error: ApplyError) -> String {
    let hint = match &error {
        ApplyError::NotReady { .. } | ApplyError::Taken(_) => error.hint(),
        _ => None,
    };
    match hint {
        Some(hint) => format!("{}\nhint: {hint}", chain(&error)),
        None => chain(&error),
    }
}

/// The same words at each try, though the folder's name is another.
fn within(folder: &TempDir, words: &str) -> String {
    words.replace(&format!("{}/", folder.path().display()), "")
}

/// Does what blocks on a thread of its own.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let done = spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(error.to_string()))
}
