//! Server-side apply of waves: in order, many at a time, and every refusal with its object.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use futures::{StreamExt, stream};
use groundwork_contract::{Report, Wave};
use groundwork_process::wait::Wait;
use kube::{
    Api, Error as KubeError,
    api::{DeleteParams, DynamicObject, Patch, PatchParams},
};

use crate::{
    Cluster, Error, FIELD_MANAGER, Key,
    discovery::Kinds,
    error::{explain, failed},
    inventory::{Inventory, Owner},
    object::{self, Object, Objects},
    order::stages,
};

/// Requests under way at once. More of them only wait for the API server, and on a slow machine longer
/// than the 34 s that it gives each.
pub(crate) const CONCURRENCY: usize = 4;

/// How long to try again what passes by itself: an API server that restarts, a namespace whose
/// service account is being made, a kind that is being registered.
const PATIENCE: Duration = Duration::from_secs(15);

/// How long to wait for a kind that no object of the stack defines: a starting API server knows all
/// of its own within moments, and a misspelt one should be reported soon.
const UNKNOWN_KIND: Duration = Duration::from_secs(2);

/// Between two tries of the same request.
const PAUSE: Duration = Duration::from_millis(200);

/// How long an object that is made anew may take to go; a pod's usual grace is 30 s.
const REPLACING: Duration = Duration::from_secs(60);

/// Kinds without data of their own.
const REPLACEABLE: &[&str] = &[
    "ClusterRoleBinding",
    "DaemonSet",
    "Deployment",
    "Job",
    "RoleBinding",
    "StatefulSet",
    "StorageClass",
];

/// What became of the objects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Objects that were not there.
    pub created: usize,
    /// Objects that were there and now differ.
    pub changed: usize,
    /// Objects that were there as they should be.
    pub unchanged: usize,
    /// Objects of an earlier apply that are in no wave any more, and are deleted.
    pub pruned: usize,
}

enum Change {
    Created,
    Changed,
    Unchanged,
}

impl Cluster {
    /// Applies every wave, waiting for each to be ready before the next. Then it deletes what an
    /// earlier apply of `owner` brought and no wave names any more. `deadline` is for all of it; `then` is
    /// what to do once a wave is ready.
    ///
    /// # Errors
    /// Those of `then`, and
    /// [`Error::Read`] and [`Error::Document`] before anything touches the cluster;
    /// [`Error::Taken`] with all objects that another owner has, likewise; [`Error::Rejected`] with all that
    /// the API server refused; [`Error::NotReady`] with events, pods and logs once the deadline is over or a
    /// workload has failed for good.
    pub async fn apply<E: From<Error>>(
        &self,
        owner: &Owner,
        waves: &[Wave],
        report: &Report<'_>,
        deadline: Duration,
        then: impl AsyncFn(&Wave) -> Result<(), E>,
    ) -> Result<Applied, E> {
        let end = Instant::now() + deadline;
        let objects = object::read(waves)?;
        let mut kinds = self.kinds(&objects).await?;
        let wanted: BTreeSet<Key> = objects
            .iter()
            .flat_map(|wave| wave.objects.iter().map(|object| object.key.clone()))
            .collect();
        self.refuse_taken(owner, &objects, &wanted).await?;
        let before = Inventory::read(self.client(), owner).await?;
        // Written before the objects, so that an apply that is cut off leaves nothing unknown.
        let recorded = before.with(&wanted);
        recorded.write(self.client(), owner, &before).await?;

        let mut applied = Applied::default();
        for (wave, objects) in waves.iter().zip(&objects) {
            self.apply_wave(objects, &mut kinds, end, &mut applied)
                .await?;
            self.wait_ready(owner, objects, &kinds, report, end).await?;
            then(wave).await?;
        }
        let left = self
            .prune(owner, &recorded, &wanted, &kinds, report)
            .await?;
        applied.pruned = recorded.len() - left.len();
        left.write(self.client(), owner, &recorded).await?;
        Ok(applied)
    }

    /// Refuses objects that another owner's apply has brought: the two would overwrite each other.
    async fn refuse_taken(
        &self,
        owner: &Owner,
        waves: &[Objects],
        wanted: &BTreeSet<Key>,
    ) -> Result<(), Error> {
        let taken = Inventory::taken(self.client(), owner, wanted).await?;
        let objects = || waves.iter().flat_map(|wave| &wave.objects);
        let rejections = taken.iter().filter_map(|(key, other)| {
            let object = objects().find(|object| object.key == *key)?;
            Some(object.rejected(format!("it belongs to {other}")))
        });
        let rejections: Vec<_> = rejections.collect();
        match rejections.is_empty() {
            true => Ok(()),
            false => Err(Error::Taken(rejections)),
        }
    }

    /// Applies every wave to a cluster that runs nothing, as a test of the objects: the API server's
    /// schema and admission judge each one. Nothing is waited for but new kinds; nothing is pruned.
    ///
    /// # Errors
    /// As [`Cluster::apply`], without [`Error::NotReady`].
    pub async fn check(&self, waves: &[Wave], deadline: Duration) -> Result<Applied, Error> {
        let end = Instant::now() + deadline;
        let waves = object::read(waves)?;
        let mut kinds = self.kinds(&waves).await?;
        let mut applied = Applied::default();
        for wave in &waves {
            self.apply_wave(wave, &mut kinds, end, &mut applied).await?;
        }
        Ok(applied)
    }

    /// The cluster's kinds, once all are there that no wave brings itself.
    async fn kinds(&self, waves: &[Objects]) -> Result<Kinds, Error> {
        let brought: BTreeSet<&str> = waves
            .iter()
            .flat_map(|wave| &wave.objects)
            .filter_map(Object::brings_group)
            .collect();
        let all_known = async || {
            let asked = patiently("the cluster's kinds", async || {
                Kinds::discover(self.client()).await
            });
            let kinds = match asked.await {
                Ok(kinds) => kinds,
                Err(error) => return Ok(Err(failed("ask the API server for its kinds")(error))),
            };
            let unknown: Vec<_> = waves
                .iter()
                .flat_map(|wave| &wave.objects)
                .filter(|object| {
                    !brought.contains(object.key.group.as_str())
                        && kinds.exact(&object.key, &object.version).is_none()
                })
                .map(Object::of_unknown_kind)
                .collect();
            match unknown.is_empty() {
                true => Ok(Ok(kinds)),
                false => Err(Error::Rejected(unknown)),
            }
        };
        Wait::new("the objects' kinds", UNKNOWN_KIND)
            .every(PAUSE)
            .until(all_known)
            .done()
            .await
            .unwrap_or_else(|late| Err(late.missing))
    }

    async fn apply_wave(
        &self,
        wave: &Objects,
        kinds: &mut Kinds,
        end: Instant,
        applied: &mut Applied,
    ) -> Result<(), Error> {
        for stage in stages(&wave.objects) {
            self.know_kinds(&stage, kinds, end).await?;
            let known = &*kinds;
            let results: Vec<_> = stream::iter(&stage)
                .map(|object| async move { (*object, self.apply_object(object, known).await) })
                .buffer_unordered(CONCURRENCY)
                .collect()
                .await;
            let mut rejections = vec![];
            for (object, result) in results {
                match result {
                    Ok(Change::Created) => applied.created += 1,
                    Ok(Change::Changed) => applied.changed += 1,
                    Ok(Change::Unchanged) => applied.unchanged += 1,
                    Err(reason) => rejections.push(object.rejected(reason)),
                }
            }
            if !rejections.is_empty() {
                rejections.sort_by(|a, b| a.object.cmp(&b.object));
                return Err(Error::Rejected(rejections));
            }
        }
        Ok(())
    }

    /// Asks for the kinds again until those of `objects` are served: an earlier stage or wave
    /// brought them, and the API server takes a moment, an extension API server its start.
    async fn know_kinds(
        &self,
        objects: &[&Object],
        kinds: &mut Kinds,
        end: Instant,
    ) -> Result<(), Error> {
        let mut asked = false;
        let known = async || {
            if asked {
                // A server that does not answer is asked again.
                if let Ok(found) = Kinds::discover(self.client()).await {
                    *kinds = found;
                }
            }
            asked = true;
            let unknown: Vec<_> = objects
                .iter()
                .filter(|object| kinds.exact(&object.key, &object.version).is_none())
                .map(|object| object.of_unknown_kind())
                .collect();
            match unknown.is_empty() {
                true => Ok(()),
                false => Err(Error::Rejected(unknown)),
            }
        };
        Wait::new("new kinds", end.saturating_duration_since(Instant::now()))
            .exactly()
            .every(PAUSE)
            .until(known)
            .done()
            .await
            .map_err(|late| late.missing)
    }

    /// Applies one object, again while the reason against it passes by itself.
    async fn apply_object(&self, object: &Object, kinds: &Kinds) -> Result<Change, String> {
        let kind = kinds
            .exact(&object.key, &object.version)
            .ok_or("the cluster does not serve its kind any more")?;
        let api = kind.api(self.client(), &object.key);
        patiently("an object", async || try_object(object, &api).await)
            .await
            .map_err(|error| explain(&error))
    }
}

/// Makes an attempt again while the reason against it passes by itself.
async fn patiently<T>(
    what: &str,
    mut attempt: impl AsyncFnMut() -> Result<T, KubeError>,
) -> Result<T, KubeError> {
    Wait::new(what, PATIENCE)
        .every(PAUSE)
        .until(async || match attempt().await {
            Err(error) if passes(&error) => Err(error),
            done => Ok(done),
        })
        .done()
        .await
        .unwrap_or_else(|late| Err(late.missing))
}

async fn try_object(object: &Object, api: &Api<DynamicObject>) -> Result<Change, KubeError> {
    let name = &object.key.name;
    let params = PatchParams::apply(FIELD_MANAGER)
        .force()
        .validation_strict();
    let patch = Patch::Apply(&object.value);
    let before = api.get_metadata_opt(name).await?;
    let after = match api.patch_metadata(name, &params, &patch).await {
        Err(error) if before.is_some() && may_be_replaced(&object.key.kind, &error) => {
            delete_fully(name, api).await?;
            api.patch_metadata(name, &params, &patch).await
        }
        other => other,
    }?;
    Ok(match before {
        None => Change::Created,
        Some(before) if before.metadata.resource_version == after.metadata.resource_version => {
            Change::Unchanged
        }
        Some(_) => Change::Changed,
    })
}

/// Deletes an object with all that it owns and waits until it is gone, [`REPLACING`] at most; the
/// next request shows what is left then.
async fn delete_fully(name: &str, api: &Api<DynamicObject>) -> Result<(), KubeError> {
    api.delete(name, &DeleteParams::foreground()).await?;
    let gone = async || match api.get_metadata_opt(name).await {
        Ok(Some(_)) => Err("it is still there"),
        Ok(None) => Ok(Ok(())),
        Err(error) => Ok(Err(error)),
    };
    let wait = Wait::new("the end of an object", REPLACING).every(PAUSE);
    wait.until(gone).done().await.unwrap_or(Ok(()))
}

/// Whether `error` says that a field cannot change, for a kind without data of its own: such an
/// object can be made anew. A new image in a Job is the usual case.
pub(crate) fn may_be_replaced(kind: &str, error: &KubeError) -> bool {
    let KubeError::Api(response) = error else {
        return false;
    };
    let fixed = [
        "immutable",
        "Forbidden: updates to",
        "cannot change roleRef",
    ];
    response.code == 422
        && REPLACEABLE.contains(&kind)
        && fixed.iter().any(|words| response.message.contains(words))
}

/// Whether the reason for `error` passes by itself within moments.
fn passes(error: &KubeError) -> bool {
    let response = match error {
        KubeError::Api(response) => response,
        KubeError::HyperError(_) | KubeError::Service(_) => return true,
        _ => return false,
    };
    let says = |words: &str| response.message.contains(words);
    match response.code {
        // The namespace or the kind was made a moment ago, or the server is busy or starting.
        404 | 429 | 503 | 504 => true,
        403 => says("is being terminated") || (says("serviceaccount") && says("not found")),
        409 => says("being deleted") || says("has been modified"),
        500 => says("failed calling webhook"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kube::core::ErrorResponse;

    fn answer(code: u16, message: &str) -> KubeError {
        KubeError::Api(ErrorResponse {
            status: "Failure".into(),
            message: message.into(),
            reason: String::new(),
            code,
        })
    }

    #[test]
    fn a_wrong_field_is_not_tried_again() {
        assert!(!passes(&answer(400, "unknown field \"spec.replica\"")));
        assert!(!passes(&answer(422, "spec.replicas: Invalid value")));
        assert!(!passes(&answer(500, "failed to create typed patch object")));
    }

    #[test]
    fn a_namespace_whose_service_account_is_being_made_is_tried_again() {
        let words =
            "error looking up service account a/default: serviceaccount \"default\" not found";
        assert!(passes(&answer(403, words)));
        assert!(!passes(&answer(403, "pods is forbidden: exceeded quota")));
    }

    #[test]
    fn a_job_with_a_new_image_is_made_anew_but_a_claim_never() {
        let error = answer(422, "spec.template: Invalid value: field is immutable");
        assert!(may_be_replaced("Job", &error));
        assert!(!may_be_replaced("PersistentVolumeClaim", &error));
        assert!(!may_be_replaced(
            "Job",
            &answer(422, "spec.parallelism: Invalid value")
        ));
    }
}
