//! A change goes through its repository's pipeline, into the registry, and is deployed by one command.

use std::{
    fs,
    time::{Duration, Instant},
};

use groundwork_contract::role;
use serde::Deserialize;

use super::{
    own::{AXUM, BUILT, CHECK, FASTAPI, Own},
    push::push,
};
use crate::{
    runner::{Check, CheckFailure, Context, Speed, Verdict, blocking, judged},
    shared::{ingress, words::duration},
};

pub(super) const CHECKS: &[Check] = &[
    Check {
        requirement: "REQ-0.5",
        name: "a push passes stage by stage, and its signed image is in the registry",
        bound: "lint, tests, image, push; < 5 min; the digest that Nix built; signed, with provenance and SBOMs",
        speed: Speed::Also,
        deadline: BUILT,
        run: |context| Box::pin(green(context)),
        ..CHECK
    },
    Check {
        requirement: "REQ-0.5",
        name: "a push that fails a test is red there",
        bound: "its lint passes, its tests fail, no image is built of it",
        deadline: BUILT,
        run: |context| Box::pin(red(context)),
        ..CHECK
    },
    Check {
        requirement: "REQ-0.5",
        name: "one command deploys it, and its health is checked",
        bound: "< 2 min; /health and /ready are 200",
        speed: Speed::Also,
        deadline: BUILT,
        run: |context| Box::pin(deployed(context)),
        ..CHECK
    },
];

/// From a push to a verdict (REQ-0.5, Success Metrics).
const PIPELINE: Duration = Duration::from_secs(5 * 60);
/// From the command to healthy (REQ-0.5, Success Metrics).
const DEPLOYMENT: Duration = Duration::from_secs(2 * 60);
/// As what a registry has the list of what is attached to an image.
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

/// What has to be said of the image, by the types of in-toto's predicates.
const ATTESTED: [&str; 4] = [
    "https://sigstore.dev/cosign/sign/v1",
    "https://cyclonedx.org/bom",
    "https://spdx.dev/Document",
    "https://slsa.dev/provenance/v1",
];

/// An image of the answer of `image verify --json`.
#[derive(Deserialize)]
struct Verified {
    digest: String,
    attestations: Vec<String>,
}

async fn green(context: &Context) -> Verdict {
    let own = Own::made(context, &AXUM).await?;
    let key = own.beside("key")?;
    let public = format!("{key}.pub");
    context.launch(&["image", "generate-key", &key]).await?;
    let registry = context.endpoint(role::REGISTRY)?;
    let host = registry.trim_start_matches("http://");
    let to = format!("{host}/{}", AXUM.name);
    let pushed = push(context, &own, &["--push", &to], &fs::read_to_string(&key)?).await?;
    if pushed.summary.failed > 0 || pushed.summary.of("push") != ["passed"] {
        return Err(format!("{} of its steps failed", pushed.summary.failed).into());
    }
    let built = fs::read_to_string(own.output("image").await?.join("digest"))?;
    let image = format!("{to}/{}:{}", AXUM.name, pushed.tag);
    let verify = context.launcher(&["image", "verify", "--json", "--key", &public, &image]);
    let verified = blocking(move || verify.read()).await?;
    let [verified]: [Verified; 1] = serde_json::from_str(&verified)?;
    forget(
        &format!("{registry}/v2/{0}/{0}/manifests", AXUM.name),
        &verified.digest,
    )
    .await?;
    let attested = ATTESTED
        .iter()
        .filter(|it| verified.attestations.iter().any(|is| is == *it));
    let attested = attested.count();
    judged(
        verified.digest == built.trim()
            && attested == ATTESTED.len()
            && context.in_time(pushed.took, PIPELINE),
        format!(
            "{} steps passed in {}; {} is there with {attested} of {} attestations, {} was built",
            pushed.summary.passed,
            duration(pushed.took),
            verified.digest,
            ATTESTED.len(),
            built.trim()
        ),
    )
}

/// Takes an image and what is attached to it out of the registry; what they are made of goes when that collects.
async fn forget(manifests: &str, digest: &str) -> Result<(), CheckFailure> {
    /// The list of what is attached.
    #[derive(Deserialize)]
    struct Index {
        manifests: Vec<Attached>,
    }
    #[derive(Deserialize)]
    struct Attached {
        digest: String,
    }
    let client = ingress::client()?;
    let list = format!("{manifests}/{}", digest.replace(':', "-"));
    let answer = client.get(&list).header("accept", INDEX).send().await?;
    let answer = answer.error_for_status()?;
    let own = answer.headers().get("docker-content-digest");
    let own = own.and_then(|it| it.to_str().ok()).unwrap_or_default();
    let mut all = vec![own.to_owned(), digest.to_owned()];
    let index: Index = serde_json::from_str(&answer.text().await?)?;
    all.extend(index.manifests.into_iter().map(|it| it.digest));
    for name in all {
        let answer = client.delete(format!("{manifests}/{name}")).send().await?;
        answer.error_for_status()?;
    }
    Ok(())
}

async fn red(context: &Context) -> Verdict {
    let own = Own::made(context, &FASTAPI).await?;
    let test = own.folder.join("tests/unit/test_broken.py");
    fs::write(
        test,
        "\"\"\"It fails.\"\"\"\n\n\ndef test_fails() -> None:\n    \"\"\"Fail.\"\"\"\n    assert 1 + 1 == 3\n",
    )?;
    let pushed = push(context, &own, &[], "").await?;
    let stages = ["lint", "unit-tests", "images"].map(|it| pushed.summary.of(it).join(", "));
    judged(
        stages == ["passed", "FAILED", "not run"],
        format!(
            "lint: {}; unit-tests: {}; images: {}; {} after the push",
            stages[0],
            stages[1],
            stages[2],
            duration(pushed.took)
        ),
    )
}

async fn deployed(context: &Context) -> Verdict {
    let own = Own::made(context, &FASTAPI).await?;
    let started = Instant::now();
    own.deploy(context).await?;
    let client = ingress::client()?;
    own.answers(context, &client, &["/health", "/ready"])
        .await?;
    let took = started.elapsed();
    judged(
        context.in_time(took, DEPLOYMENT),
        format!("built, deployed and healthy in {}", duration(took)),
    )
}
