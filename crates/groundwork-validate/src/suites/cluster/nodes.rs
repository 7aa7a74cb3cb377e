//! The nodes are ready.

use groundwork_apply::{Status, readiness};
use k8s_openapi::api::core::v1::Node;
use kube::{
    Api,
    api::{ApiResource, DynamicObject, ListParams},
};

use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::objects::plain,
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.1",
    name: "every node is ready",
    bound: "at least one node, all Ready",
    run: |context| Box::pin(nodes(context)),
    ..Check::GENTLE
}];

/// Readiness and version of every node.
async fn nodes(context: &Context) -> Verdict {
    let client = context.cluster().await?.client().clone();
    let nodes: Api<DynamicObject> = Api::all_with(client, &ApiResource::erase::<Node>(&()));
    let nodes = nodes.list(&ListParams::default()).await.map_err(plain)?;
    if nodes.items.is_empty() {
        return Err("the cluster has no node".into());
    }
    let states: Vec<_> = nodes.iter().map(node).collect();
    let words: Vec<_> = states.iter().map(|(_, words)| words.as_str()).collect();
    judged(states.iter().all(|(ready, _)| *ready), words.join("; "))
}

fn node(node: &DynamicObject) -> (bool, String) {
    let name = node.metadata.name.as_deref().unwrap_or_default();
    let version = node.data.pointer("/status/nodeInfo/kubeletVersion");
    let version = version.and_then(|it| it.as_str()).unwrap_or("?");
    match readiness("Node", node) {
        Status::Ready => (true, format!("{name} Ready, {version}")),
        Status::Waiting(why) | Status::Failed(why) => (false, format!("{name}: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_node_that_is_not_ready_says_why() {
        let with = |status: &str| {
            let object = json!({"metadata": {"name": "n"}, "status": {
                "nodeInfo": {"kubeletVersion": "v1.37.2"},
                "conditions": [{"type": "Ready", "status": status, "message": "no network"}]}});
            node(&serde_json::from_value(object).unwrap())
        };
        assert_eq!(with("True"), (true, "n Ready, v1.37.2".into()));
        assert_eq!(with("False"), (false, "n: not Ready: no network".into()));
    }
}
