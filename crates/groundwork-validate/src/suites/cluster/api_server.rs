//! The API server answers.

use crate::{
    runner::{Check, Context, Verdict, blocking, judged},
    shared::objects::plain,
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.1",
    name: "the API server answers `kubectl cluster-info`",
    bound: "exit code 0, /readyz ok",
    run: |context| Box::pin(info(context)),
    ..Check::GENTLE
}];

/// `kubectl cluster-info` of the stack's own kubectl, and the API server's readiness.
async fn info(context: &Context) -> Verdict {
    let kubectl = context
        .program("kubectl")?
        .arg("--kubeconfig")
        .arg(context.state.kubeconfig())
        .arg("cluster-info");
    let text = blocking(move || kubectl.read()).await?;
    let cluster = context.cluster().await?;
    let request = http::Request::get("/readyz").body(vec![])?;
    let ready = cluster
        .client()
        .request_text(request)
        .await
        .map_err(plain)?;
    let first = text.lines().next().unwrap_or_default();
    judged(ready == "ok", format!("{first}; /readyz {ready}"))
}
