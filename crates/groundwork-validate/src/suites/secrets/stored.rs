//! All Secrets: their values, and the keys that they lie under.

use std::{collections::BTreeMap, time::Duration};

use groundwork_node::encryption::{self, Stored};
use k8s_openapi::{ByteString, api::core::v1::Secret};
use kube::{Api, api::ListParams};

use crate::{
    runner::{CheckFailure, Context, blocking},
    shared::{objects::plain, wait::wait_for},
};

/// For a rotation to come to a certain point, and for the API server to be back after it.
pub(super) const POINT: Duration = Duration::from_secs(60);

/// The values of all Secrets, by `NAMESPACE/NAME`. They are compared and never shown.
pub(super) struct Values(pub(super) BTreeMap<String, BTreeMap<String, ByteString>>);

impl Values {
    pub(super) async fn read(context: &Context) -> Result<Self, CheckFailure> {
        // The API server may be starting.
        wait_for("all Secrets", POINT, async || {
            let all: Api<Secret> = Api::all(context.cluster().await?.client().clone());
            let all = all.list(&ListParams::default()).await.map_err(plain)?;
            let value = |secret: Secret| {
                let meta = secret.metadata;
                let [namespace, name] = [meta.namespace, meta.name].map(Option::unwrap_or_default);
                (
                    format!("{namespace}/{name}"),
                    secret.data.unwrap_or_default(),
                )
            };
            Ok(Self(all.items.into_iter().map(value).collect()))
        })
        .await
    }

    /// How many of them are in `later`, as they were.
    pub(super) fn kept(&self, later: &Self) -> usize {
        let mut all = 0;
        for (name, value) in &self.0 {
            all += usize::from(later.0.get(name) == Some(value));
        }
        all
    }
}

pub(super) async fn stored(context: &Context) -> Result<Vec<Stored>, CheckFailure> {
    let (state, stack) = (context.state.clone(), context.stack.clone());
    blocking(move || encryption::stored(&state, &stack)).await
}

/// How many of `stored` are under `key`.
pub(super) fn under(stored: &[Stored], key: &str) -> usize {
    let with = stored.iter().filter(|it| it.key.as_deref() == Some(key));
    with.count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_is_gone_or_another_one_is_not_kept() {
        let values = |pairs: &[(&str, &str)]| {
            let value = |(name, text): &(&str, &str)| {
                let data = [("a".to_owned(), ByteString(text.as_bytes().to_vec()))];
                ((*name).to_owned(), BTreeMap::from(data))
            };
            Values(pairs.iter().map(value).collect())
        };
        let before = values(&[("a", "1"), ("b", "2"), ("c", "3")]);
        assert_eq!(before.kept(&before), 3);
        assert_eq!(
            before.kept(&values(&[("a", "1"), ("b", "3"), ("d", "3")])),
            1
        );
    }
}
