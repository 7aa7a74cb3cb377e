//! Apply, prune and digest against a real API server, without a node: nothing runs in it.
//!
//! Needs the kubeconfig of an empty one that may be written to, in GROUNDWORK_TEST_KUBECONFIG.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    env, fs,
    path::PathBuf,
    sync::Mutex,
    time::{Duration, Instant},
};

use groundwork_apply::{Applied, Change, Cluster, Difference, Error, Field, Owner};
use groundwork_contract::{Progress, Wave};

const OWN: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: own, namespace: shop}
";

const DEADLINE: Duration = Duration::from_secs(20);

const NAMESPACES: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: vault}
";

const KIND: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties: {spec: {type: object, properties: {size: {type: integer}}}}
---
apiVersion: example.com/v1
kind: Widget
metadata: {name: small, namespace: shop}
spec: {size: 1}
";

const SETTINGS: &str = "
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {colour: red}
---
apiVersion: v1
kind: Service
metadata: {name: shop, namespace: shop, annotations: {groundwork/endpoint.shop: 'http://127.0.0.1:8081'}}
spec: {selector: {app: shop}, ports: [{port: 80}]}
";

const CLAIM: &str = "
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: vault}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}
";

const WORKLOAD: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: idle, namespace: shop}
spec:
  selector: {matchLabels: {app: idle}}
  template:
    metadata: {labels: {app: idle}}
    spec: {containers: [{name: idle, image: groundwork.local/idle:none}]}
";

struct Stack {
    folder: tempfile::TempDir,
    cluster: Cluster,
    said: Mutex<Vec<Progress>>,
}

impl Stack {
    async fn new() -> Self {
        let kubeconfig = env::var_os("GROUNDWORK_TEST_KUBECONFIG").expect("a kubeconfig");
        Self {
            folder: tempfile::tempdir().unwrap(),
            cluster: Cluster::connect(&PathBuf::from(kubeconfig)).await.unwrap(),
            said: Mutex::default(),
        }
    }

    fn waves(&self, texts: &[&str]) -> Vec<Wave> {
        let wave = |(number, text): (usize, &&str)| {
            let objects = self.folder.path().join(format!("{number}.yaml"));
            fs::write(&objects, text).unwrap();
            Wave {
                name: format!("wave {number}"),
                objects,
                topics: None,
                secrets: None,
            }
        };
        texts.iter().enumerate().map(wave).collect()
    }

    async fn apply(&self, texts: &[&str]) -> Result<Applied, Error> {
        self.apply_within(DEADLINE, texts).await
    }

    async fn apply_within(&self, deadline: Duration, texts: &[&str]) -> Result<Applied, Error> {
        self.apply_of(&Owner::Stack, deadline, texts).await
    }

    async fn apply_of(
        &self,
        owner: &Owner,
        deadline: Duration,
        texts: &[&str],
    ) -> Result<Applied, Error> {
        let report = |progress| self.said.lock().unwrap().push(progress);
        let waves = self.waves(texts);
        let then = async |_: &Wave| Ok(());
        self.cluster
            .apply(owner, &waves, &report, deadline, then)
            .await
    }

    fn heard(&self, words: &str) -> bool {
        let said = self.said.lock().unwrap();
        said.iter().any(|progress| progress.detail.contains(words))
    }
}

fn counted(created: usize, changed: usize, unchanged: usize, pruned: usize) -> Applied {
    Applied {
        created,
        changed,
        unchanged,
        pruned,
    }
}

/// So many ConfigMaps that there are sixty objects in all.
fn settings() -> String {
    let more = (1..=54).map(|number| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: n{number}, namespace: shop}}\n"
        )
    });
    format!("{SETTINGS}{}", more.collect::<String>())
}

#[tokio::test]
#[ignore = "needs an API server; see the module's head"]
async fn objects_come_change_stay_and_go_with_the_stack() {
    let stack = Stack::new().await;
    let settings = settings();
    let three = [NAMESPACES, KIND, &settings];

    assert_eq!(stack.apply(&three).await.unwrap(), counted(60, 0, 0, 0));
    let digest = stack.cluster.digest().await.unwrap();
    assert_eq!(digest.objects.len(), 60, "{digest:#?}");
    let endpoints = stack.cluster.endpoints().await.unwrap();
    assert_eq!(endpoints[0].name, "shop");

    let begun = Instant::now();
    assert_eq!(stack.apply(&three).await.unwrap(), counted(0, 0, 60, 0));
    let took = begun.elapsed();

    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(stack.cluster.digest().await.unwrap(), digest);

    let blue = settings.replace("red", "blue");
    let changed = stack.apply(&[NAMESPACES, KIND, &blue]).await.unwrap();
    assert_eq!(changed, counted(0, 1, 59, 0));
    let other = stack.cluster.digest().await.unwrap();
    assert_eq!(
        digest.differences(&other),
        ["/ConfigMap/shop/settings differs"]
    );
    let now = stack.waves(&[NAMESPACES, KIND, &blue]);
    let drift = stack.cluster.drift(&Owner::Stack, &now).await.unwrap();
    assert_eq!((drift.objects, drift.differences), (60, vec![]));
    let earlier = stack.waves(&three);
    let drift = stack.cluster.drift(&Owner::Stack, &earlier).await.unwrap();
    let colour = Field {
        path: "data.colour".into(),
        before: "blue".into(),
        after: "red".into(),
    };
    let expected = Difference {
        object: "/ConfigMap/shop/settings".parse().unwrap(),
        change: Change::Fields(vec![colour]),
    };
    assert_eq!(drift.differences, [expected]);

    let wrong = settings.replace("selector:", "selektor:");
    let error = stack.apply(&[NAMESPACES, KIND, &wrong]).await.unwrap_err();
    let words = error.to_string();
    for part in ["Service shop/shop", "2.yaml:6", "selektor"] {
        assert!(words.contains(part), "{words}");
    }

    let unknown = settings.replace("kind: Service", "kind: Serviette");
    let error = stack
        .apply(&[NAMESPACES, KIND, &unknown])
        .await
        .unwrap_err();
    let words = error.to_string();
    assert!(words.contains("no kind Serviette in v1"), "{words}");

    let idle = [NAMESPACES, KIND, &settings, WORKLOAD];
    let soon = Duration::from_secs(1);
    let error = stack.apply_within(soon, &idle).await.unwrap_err();
    assert!(matches!(error, Error::NotReady { .. }), "{error}");
    let words = error.to_string();
    assert!(
        words.contains("Deployment shop/idle: its controller"),
        "{words}"
    );
    let checked = stack.cluster.check(&stack.waves(&idle), DEADLINE).await;
    assert_eq!(checked.unwrap(), counted(0, 0, 61, 0));

    let claim = [NAMESPACES, KIND, &settings, CLAIM];
    assert_eq!(stack.apply(&claim).await.unwrap(), counted(1, 0, 60, 1));

    // A service has an inventory of its own, and may not take what the stack has.
    let orders = Owner::Service("orders".into());
    let own = stack.apply_of(&orders, DEADLINE, &[OWN]).await.unwrap();
    assert_eq!(own, counted(1, 0, 0, 0));
    let taken = stack.apply_of(&orders, DEADLINE, &[OWN, SETTINGS]).await;
    let words = taken.unwrap_err().to_string();
    for part in ["ConfigMap shop/settings", "it belongs to the stack"] {
        assert!(words.contains(part), "{words}");
    }
    let theirs = stack.apply(&[NAMESPACES, OWN]).await.unwrap_err();
    assert!(
        theirs
            .to_string()
            .contains("it belongs to the service orders"),
        "{theirs}"
    );
    let removed = stack.apply_of(&orders, DEADLINE, &[]).await.unwrap();
    assert_eq!(removed, counted(0, 0, 0, 1));

    // Everything goes but the claim and the namespace that holds it.
    assert_eq!(stack.apply(&[]).await.unwrap().pruned, 59);
    let kept = "keeps PersistentVolumeClaim vault/data, which left the stack: it holds data";
    assert!(stack.heard(kept));
    assert!(stack.heard("keeps Namespace vault"));
    assert!(stack.heard("deletes ConfigMap shop/settings"));
    assert_eq!(stack.apply(&[]).await.unwrap().pruned, 0);
}
