//! A value is encrypted where it lies.

use std::time::Instant;

use groundwork_node::encryption;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Api;
use serde_json::json;

use super::{
    own::{Own, marker},
    texts::{Texts, sweep},
};
use crate::{
    runner::{Check, Context, Verdict, blocking, judged},
    shared::{namespace::NAMESPACE, objects::apply, words::duration},
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.6",
    name: "a value is encrypted where it lies",
    bound: "in no file, while a ConfigMap's is found; every Secret in etcd under a key",
    run: |context| Box::pin(encrypted(context)),
    ..Check::GENTLE
}];

async fn encrypted(context: &Context) -> Verdict {
    const HIDDEN: usize = 0;
    const PLAIN: usize = 1;
    let own = Own::new(context).await?;
    let (hidden, plain) = (marker(), marker());
    own.set(&hidden).await?;
    let cluster = context.cluster().await?;
    let maps: Api<ConfigMap> = Api::namespaced(cluster.client().clone(), NAMESPACE);
    apply(&maps, &own.id.name, json!({"data": {"plain": plain}})).await?;

    let started = Instant::now();
    let (root, texts) = (
        context.state.root().to_path_buf(),
        Texts::new([&hidden, &plain]),
    );
    let found = blocking(move || sweep(&root, &texts)).await?;
    let took = duration(started.elapsed());
    let (state, stack) = (context.state.clone(), context.stack.clone());
    let stored = blocking(move || encryption::stored(&state, &stack)).await?;
    let key = encryption::keys(&context.state)?.writes;

    let open = stored.iter().filter(|it| it.key.is_none()).count();
    let ours = stored.iter().find(|it| it.object == own.id.to_string());
    let under = ours.and_then(|it| it.key.clone()).unwrap_or_default();
    let etcd = context.state.path("etcd");
    let control = found.files_with(PLAIN);
    let control = control
        .iter()
        .filter(|path| path.starts_with(&etcd))
        .count();
    let leaks = found.files_with(HIDDEN);
    let leaks: Vec<_> = leaks
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    judged(
        leaks.is_empty() && control > 0 && open == 0 && under == key,
        format!(
            "in {} of {} files ({} MB, read in {took}){}; a ConfigMap's text in {control} of etcd's; \
             {open} of {} Secrets in etcd without a key, this one under '{under}'",
            leaks.len(),
            found.files,
            found.bytes / 1_000_000,
            match leaks.as_slice() {
                [] => String::new(),
                leaks => format!(": {}", leaks.join(", ")),
            },
            stored.len(),
        ),
    )
}
