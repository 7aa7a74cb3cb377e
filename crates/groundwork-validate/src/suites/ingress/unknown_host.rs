//! A host without a route is refused.

use groundwork_process::wait::within;

use crate::{
    runner::{Check, Context, Verdict, judged},
    shared::{
        ingress::{HELLO_HOST, KNOWN, address, ask},
        wait::wait_for,
    },
};

pub(super) const CHECKS: &[Check] = &[Check {
    requirement: "REQ-0.4",
    name: "a host that nobody serves is refused",
    bound: "403, while hello's is answered",
    run: |context| Box::pin(unknown_host(context)),
    ..Check::GENTLE
}];

const NOBODYS_HOST: &str = "check-nobody.localhost";

async fn unknown_host(context: &Context) -> Verdict {
    let url = address(context)?;
    // Not a check that any refusal passes: the ingress knows its routes.
    wait_for(HELLO_HOST, KNOWN, async || ask(&url, HELLO_HOST).await).await?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let request = client.get(&url).header("host", NOBODYS_HOST);
    let answer = within(KNOWN, request.send()).await??;
    let status = answer.status();
    judged(
        status == 403,
        format!("{NOBODYS_HOST}: {status}; {HELLO_HOST}: 200 OK"),
    )
}
