//! Secrets and their versions in a cluster.
//!
//! A change writes the new version's object first and then the current one, each by one request. The
//! second succeeds only if the object is still as it was read. A change that is cut off in between
//! leaves a version that was never current; it looks like any other and loses nothing.

use std::collections::BTreeMap;

use jiff::Timestamp;
use k8s_openapi::{
    ByteString,
    api::core::v1::{Namespace, Secret},
};
use kube::{
    Api, Client, Error as KubeError,
    api::{DeleteParams, ListParams, ObjectMeta, PostParams},
};

use super::{
    Declared, Entry, Error, Id, Kind, Need, Note,
    entry::{CURRENT, VERSION_OF},
};
use crate::{Fields, Value};

/// How many versions of a secret are kept, the current one among them.
pub const KEPT: usize = 10;

/// What the API server calls the state of an object; another one has another name.
type State = String;

/// The secrets of a cluster.
#[derive(Clone)]
pub struct Store {
    pub(super) client: Client,
}

impl Store {
    /// The secrets that `client` can reach.
    #[must_use]
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// The current version of every secret in `namespace`, or in all; no value is asked for.
    ///
    /// # Errors
    /// [`Error::Request`].
    pub async fn list(&self, namespace: Option<&str>) -> Result<Vec<Entry>, Error> {
        let api: Api<Secret> = match namespace {
            Some(namespace) => Api::namespaced(self.client.clone(), namespace),
            None => Api::all(self.client.clone()),
        };
        let found = api
            .list_metadata(&ListParams::default().labels(CURRENT))
            .await;
        let found = found.map_err(failed("list secrets"))?;
        let entries = found.items.iter().filter_map(|it| Entry::of(&it.metadata));
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(Entry::id);
        Ok(entries)
    }

    /// The versions of `id` that are kept, newest first; no value is asked for.
    ///
    /// # Errors
    /// [`Error::NotThere`] or [`Error::Request`].
    pub async fn history(&self, id: &Id) -> Result<Vec<Entry>, Error> {
        let mut versions = self.versions(id).await?;
        let current = self.current(id).await?.map(|(_, entry)| entry.version);
        if versions.is_empty() {
            return Err(Error::NotThere(id.clone()));
        }
        for entry in &mut versions {
            entry.current = Some(entry.version) == current;
        }
        Ok(versions)
    }

    /// The values of `id`: of the current version, or of `version`.
    ///
    /// # Errors
    /// [`Error::NotThere`], [`Error::NoVersion`], [`Error::Foreign`] or [`Error::Request`].
    pub async fn read(&self, id: &Id, version: Option<u32>) -> Result<(Entry, Fields), Error> {
        let (_, entry, fields) = self.fetch(id, version).await?;
        Ok((entry, fields))
    }

    /// The same, with the state of the object that it is.
    async fn fetch(
        &self,
        id: &Id,
        version: Option<u32>,
    ) -> Result<(Option<State>, Entry, Fields), Error> {
        let name = version.map_or_else(|| id.name.clone(), |number| id.version(number));
        let found = self.api(id).get_opt(&name).await;
        let secret = found.map_err(failed(format!("read {id}")))?;
        let secret = secret.ok_or_else(|| match version {
            Some(version) => Error::NoVersion {
                id: id.clone(),
                version,
            },
            None => Error::NotThere(id.clone()),
        })?;
        let entry = Entry::of(&secret.metadata).ok_or_else(|| Error::Foreign(id.clone()))?;
        let fields = secret.data.unwrap_or_default().into_iter();
        Ok((
            secret.metadata.resource_version,
            entry,
            fields
                .map(|(name, ByteString(bytes))| (name, Value::new(bytes)))
                .collect(),
        ))
    }

    /// Gives `id` new values for the fields in `changes`, as a new version; its other fields stay. A
    /// secret that is not there is made, of `kind` or else of kind `opaque`.
    ///
    /// # Errors
    /// [`Error::Field`] when the whole would be wrong for its kind, [`Error::OtherKind`],
    /// [`Error::NoNamespace`], [`Error::Changed`] when somebody else writes at the same time,
    /// [`Error::Foreign`] or [`Error::Request`].
    pub async fn set(
        &self,
        id: &Id,
        kind: Option<Kind>,
        changes: Fields,
        note: &Note,
    ) -> Result<Entry, Error> {
        let before = match self.fetch(id, None).await {
            Ok(found) => Some(found),
            Err(Error::NotThere(_)) => None,
            Err(error) => return Err(error),
        };
        let (state, kind, mut fields) = match (before, kind) {
            (Some((_, entry, _)), Some(kind)) if entry.kind != kind => {
                return Err(Error::OtherKind {
                    id: id.clone(),
                    kind: entry.kind,
                });
            }
            (Some((state, entry, fields)), _) => (state, entry.kind, fields),
            (None, kind) => (None, kind.unwrap_or(Kind::Opaque), Fields::new()),
        };
        fields.extend(changes);
        self.write(id, state, kind, &fields, note).await
    }

    /// Gives `id` new values that are made here, as a new version.
    ///
    /// # Errors
    /// [`Error::NotMadeHere`], and those of [`set`](Self::set).
    pub async fn rotate(&self, id: &Id, note: &Note) -> Result<Entry, Error> {
        let current = self.current(id).await?;
        let (_, entry) = current.ok_or_else(|| Error::NotThere(id.clone()))?;
        let kind = entry.kind;
        self.set(id, Some(kind), kind.make()?, note).await
    }

    /// Makes the values of version `to`, or of the one before the current one, current again: as a
    /// new version, so that nothing in the history changes.
    ///
    /// # Errors
    /// [`Error::NoEarlier`], [`Error::NoVersion`], and those of [`set`](Self::set).
    pub async fn rollback(&self, id: &Id, to: Option<u32>, note: &Note) -> Result<Entry, Error> {
        let to = match to {
            Some(to) => to,
            None => {
                let history = self.history(id).await?;
                let mut earlier = history.iter().skip_while(|entry| !entry.current).skip(1);
                earlier
                    .next()
                    .ok_or_else(|| Error::NoEarlier(id.clone()))?
                    .version
            }
        };
        let state = self.current(id).await?.and_then(|(state, _)| state);
        let (entry, fields) = self.read(id, Some(to)).await?;
        let why = match note.why.is_empty() {
            true => format!("back to version {to}"),
            false => format!("back to version {to}: {}", note.why),
        };
        let note = Note {
            who: note.who.clone(),
            why,
        };
        self.write(id, state, entry.kind, &fields, &note).await
    }

    /// Removes `id` with all its versions, and returns how many there were.
    ///
    /// # Errors
    /// [`Error::NotThere`], [`Error::Foreign`] or [`Error::Request`].
    pub async fn delete(&self, id: &Id) -> Result<usize, Error> {
        let versions = self.versions(id).await?;
        let current = self.current(id).await?;
        if versions.is_empty() && current.is_none() {
            return Err(Error::NotThere(id.clone()));
        }
        let names = versions.iter().map(|entry| id.version(entry.version));
        let current = current.map(|_| id.name.clone());
        // What services read goes first: a deletion that is cut off can be run again.
        for name in current.into_iter().chain(names) {
            self.remove(id, &name).await?;
        }
        Ok(versions.len())
    }

    /// Makes the declared secrets that are not there and can be made here, with their namespaces.
    /// Returns those that were made, and those that a person has to set.
    ///
    /// # Errors
    /// Those of [`set`](Self::set).
    pub async fn ensure(
        &self,
        declared: &Declared,
        note: &Note,
    ) -> Result<(Vec<Entry>, Vec<Need>), Error> {
        let (mut made, mut missing) = (vec![], vec![]);
        for need in &declared.secrets {
            if self.current(&need.id).await?.is_some() {
                continue;
            }
            if need.kind.required() != need.kind.made_here() {
                missing.push(need.clone());
                continue;
            }
            self.namespace(&need.id.namespace).await?;
            let fields = need.kind.make()?;
            made.push(self.set(&need.id, Some(need.kind), fields, note).await?);
        }
        Ok((made, missing))
    }

    /// The current version of `id`, if there is one.
    async fn current(&self, id: &Id) -> Result<Option<(Option<State>, Entry)>, Error> {
        let found = self.api(id).get_metadata_opt(&id.name).await;
        match found.map_err(failed(format!("look for {id}")))? {
            None => Ok(None),
            Some(object) => match Entry::of(&object.metadata) {
                Some(entry) => Ok(Some((object.metadata.resource_version, entry))),
                None => Err(Error::Foreign(id.clone())),
            },
        }
    }

    /// The kept versions of `id`, newest first.
    async fn versions(&self, id: &Id) -> Result<Vec<Entry>, Error> {
        let params = ListParams::default().labels(&format!("{VERSION_OF}={}", id.name));
        let found = self.api(id).list_metadata(&params).await;
        let found = found.map_err(failed(format!("list the versions of {id}")))?;
        let entries = found.items.iter().filter_map(|it| Entry::of(&it.metadata));
        let mut versions: Vec<_> = entries.collect();
        versions.sort_by_key(|entry| std::cmp::Reverse(entry.version));
        Ok(versions)
    }

    /// Puts `fields` in force as the next version, unless the current one is no longer in `state` (there
    /// was none without one). Then it removes versions beyond the limit.
    async fn write(
        &self,
        id: &Id,
        state: Option<State>,
        kind: Kind,
        fields: &Fields,
        note: &Note,
    ) -> Result<Entry, Error> {
        kind.check(fields)?;
        let kept = self.versions(id).await?;
        let newest = kept.first().map_or(0, |entry| entry.version);
        let entry = Entry {
            namespace: id.namespace.clone(),
            name: id.name.clone(),
            kind,
            version: newest + 1,
            current: true,
            fields: fields.keys().cloned().collect(),
            who: note.who.clone(),
            when: Timestamp::now(),
            why: note.why.clone(),
        };
        let api = self.api(id);
        let version = object(&entry, id.version(entry.version), VERSION_OF, true, fields);
        api.create(&PostParams::default(), &version)
            .await
            .map_err(|error| match error {
                KubeError::Api(answer) if answer.code == 409 => Error::Changed(id.clone()),
                KubeError::Api(answer) if answer.code == 404 => {
                    Error::NoNamespace(id.namespace.clone())
                }
                error => failed(format!("write {id}"))(error),
            })?;
        let mut live = object(&entry, id.name.clone(), CURRENT, false, fields);
        live.metadata.resource_version.clone_from(&state);
        let written = match state {
            Some(_) => api.replace(&id.name, &PostParams::default(), &live).await,
            None => api.create(&PostParams::default(), &live).await,
        };
        if matches!(&written, Err(KubeError::Api(answer)) if answer.code == 409) {
            // It was never in force. Where it cannot be removed either, it does no harm.
            let _ = self.remove(id, &id.version(entry.version)).await;
            return Err(Error::Changed(id.clone()));
        }
        // NB: after any other failure it may be in force all the same, and stays.
        written.map_err(failed(format!("write {id}")))?;
        for old in kept.iter().skip(KEPT - 1) {
            self.remove(id, &id.version(old.version)).await?;
        }
        Ok(entry)
    }

    async fn remove(&self, id: &Id, name: &str) -> Result<(), Error> {
        match self.api(id).delete(name, &DeleteParams::default()).await {
            Err(KubeError::Api(answer)) if answer.code == 404 => Ok(()),
            removed => removed
                .map(drop)
                .map_err(failed(format!("delete {}/{name}", id.namespace))),
        }
    }

    /// Makes the namespace `name`, if it is not there.
    ///
    /// # Errors
    /// When the API server does not answer or refuses.
    pub async fn namespace(&self, name: &str) -> Result<(), Error> {
        let all: Api<Namespace> = Api::all(self.client.clone());
        let namespace = Namespace {
            metadata: ObjectMeta {
                name: Some(name.to_owned()),
                ..ObjectMeta::default()
            },
            ..Namespace::default()
        };
        match all.create(&PostParams::default(), &namespace).await {
            Err(KubeError::Api(answer)) if answer.code == 409 => Ok(()),
            made => made
                .map(drop)
                .map_err(failed(format!("make the namespace {name}"))),
        }
    }

    fn api(&self, id: &Id) -> Api<Secret> {
        Api::namespaced(self.client.clone(), &id.namespace)
    }
}

/// The object called `name` that holds `fields` as `entry` describes them; `label` says what it is.
fn object(entry: &Entry, name: String, label: &str, immutable: bool, fields: &Fields) -> Secret {
    let data = fields.iter();
    let data = data.map(|(name, value)| (name.clone(), ByteString(value.expose().to_vec())));
    Secret {
        metadata: ObjectMeta {
            name: Some(name),
            namespace: Some(entry.namespace.clone()),
            labels: Some(BTreeMap::from([(label.to_owned(), entry.name.clone())])),
            annotations: Some(entry.annotations()),
            ..ObjectMeta::default()
        },
        type_: Some(entry.kind.object_type()),
        immutable: immutable.then_some(true),
        data: Some(data.collect()),
        string_data: None,
    }
}

pub(super) fn failed(what: impl Into<String>) -> impl FnOnce(KubeError) -> Error {
    move |source| Error::Request {
        what: what.into(),
        source: Box::new(source),
    }
}
