//! The objects: what every workload of a service has, as the platform expects it.

use serde_json::Value;

use super::Check;

/// What is expected of a workload: the rule, what to do, and what is otherwise in it.
struct Rule {
    name: &'static str,
    fix: &'static str,
    faults: fn(&Value) -> Vec<String>,
}

const RULES: [Rule; 6] = [
    Rule {
        name: "containers have the three probes",
        fix: "startupProbe, readinessProbe (/ready) and livenessProbe (/health) in k8s/deployment.yaml",
        faults: probes,
    },
    Rule {
        name: "containers run with the least rights",
        fix: "runAsNonRoot, RuntimeDefault seccomp, read-only root file system, no privilege escalation, capabilities drop [ALL]",
        faults: rights,
    },
    Rule {
        name: "containers say what they need and may take",
        fix: "resources: requests of cpu and memory, and a limit of memory",
        faults: resources,
    },
    Rule {
        name: "Prometheus reads its figures",
        fix: "the pod's annotation prometheus.io/scrape: \"true\"",
        faults: scraped,
    },
    Rule {
        name: "images are exact",
        fix: "write the service's name alone as the image; `deploy` puts the exact one in",
        faults: images,
    },
    Rule {
        name: "a roll-out loses no request",
        fix: "strategy.rollingUpdate: maxUnavailable 0, maxSurge 1",
        faults: roll_out,
    },
];

pub(super) fn checks(objects: &[Value], service: &str) -> Vec<Check> {
    let workloads: Vec<_> = objects
        .iter()
        .filter(|object| object["kind"] == "Deployment")
        .collect();
    let mut checks: Vec<_> = RULES
        .iter()
        .map(|Rule { name, fix, faults }| {
            let found = workloads.iter().flat_map(|workload| {
                let of = text(&workload["metadata"]["name"]);
                faults(workload)
                    .into_iter()
                    .map(move |fault| format!("{of}: {fault}"))
            });
            Check::of(name, &found.collect::<Vec<_>>(), *fix)
        })
        .collect();
    let named = workloads.iter().any(|it| it["metadata"]["name"] == service);
    let absent = (!named).then(|| format!("no Deployment is called {service}"));
    checks.push(Check::of(
        "its workload has its name",
        absent.as_slice(),
        "metadata.name of the Deployment is the service's name: logs, figures and `services` go by it",
    ));
    let secrets = objects.iter().filter(|object| object["kind"] == "Secret");
    let secrets: Vec<_> = secrets
        .map(|it| {
            format!(
                "Secret {} is among its objects",
                text(&it["metadata"]["name"])
            )
        })
        .collect();
    checks.push(Check::of(
        "no secret is in Git",
        &secrets,
        "groundwork secret set NAME, or declare it in secrets.yaml",
    ));
    checks
}

fn containers(workload: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let list = workload["spec"]["template"]["spec"]["containers"].as_array();
    list.into_iter().flatten().map(|it| (text(&it["name"]), it))
}

fn probes(workload: &Value) -> Vec<String> {
    let each = containers(workload).flat_map(|(name, container)| {
        let wanted = ["startupProbe", "readinessProbe", "livenessProbe"].into_iter();
        let missing = wanted.filter(|probe| container[*probe].is_null());
        missing.map(move |probe| format!("{name} has no {probe}"))
    });
    each.collect()
}

fn rights(workload: &Value) -> Vec<String> {
    let pod = &workload["spec"]["template"]["spec"]["securityContext"];
    let each = containers(workload).flat_map(|(name, container)| {
        let own = &container["securityContext"];
        let either = |field: &str| {
            if own[field].is_null() {
                &pod[field]
            } else {
                &own[field]
            }
        };
        let drop = own["capabilities"]["drop"].as_array();
        let rules = [
            ("may be root", *either("runAsNonRoot") == true),
            (
                "has no seccomp profile",
                either("seccompProfile")["type"] == "RuntimeDefault",
            ),
            (
                "may write its root file system",
                own["readOnlyRootFilesystem"] == true,
            ),
            (
                "may gain privileges",
                own["allowPrivilegeEscalation"] == false,
            ),
            (
                "keeps capabilities",
                drop.is_some_and(|it| it.iter().any(|one| one == "ALL")),
            ),
        ];
        let broken = rules.into_iter().filter(|(_, kept)| !kept);
        broken.map(move |(fault, _)| format!("{name} {fault}"))
    });
    each.collect()
}

fn resources(workload: &Value) -> Vec<String> {
    let wanted = ["/requests/cpu", "/requests/memory", "/limits/memory"];
    let each = containers(workload).flat_map(|(name, container)| {
        let missing = wanted
            .into_iter()
            .filter(|path| container["resources"].pointer(path).is_none());
        missing.map(move |path| format!("{name} has no resources{}", path.replace('/', ".")))
    });
    each.collect()
}

fn scraped(workload: &Value) -> Vec<String> {
    let annotations = &workload["spec"]["template"]["metadata"]["annotations"];
    match annotations["prometheus.io/scrape"] == "true" {
        true => vec![],
        false => vec!["its pods are not scraped".into()],
    }
}

fn images(workload: &Value) -> Vec<String> {
    let each = containers(workload).filter_map(|(name, container)| {
        let image = text(&container["image"]);
        let latest = image.ends_with(":latest") || image.is_empty();
        latest.then(|| format!("{name} has the image '{image}'"))
    });
    each.collect()
}

fn roll_out(workload: &Value) -> Vec<String> {
    let strategy = &workload["spec"]["strategy"];
    let unavailable = &strategy["rollingUpdate"]["maxUnavailable"];
    match strategy["type"] != "Recreate" && (*unavailable == 0 || *unavailable == "0%") {
        true => vec![],
        false => vec!["the old pod may go before the new one is ready".into()],
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn deployment() -> Value {
        let probe = json!({"httpGet": {"path": "/ready", "port": "http"}});
        json!({
            "kind": "Deployment", "metadata": {"name": "orders"},
            "spec": {
                "strategy": {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
                "template": {
                    "metadata": {"annotations": {"prometheus.io/scrape": "true"}},
                    "spec": {
                        "securityContext": {"runAsNonRoot": true, "seccompProfile": {"type": "RuntimeDefault"}},
                        "containers": [{
                            "name": "orders", "image": "orders",
                            "startupProbe": probe, "readinessProbe": probe, "livenessProbe": probe,
                            "resources": {"requests": {"cpu": "10m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}},
                            "securityContext": {"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
                                "capabilities": {"drop": ["ALL"]}},
                        }],
                    },
                },
            },
        })
    }

    /// The failed checks once `deviate` has changed the deployment.
    fn failed(deviate: impl FnOnce(&mut Value)) -> Vec<(&'static str, String)> {
        let mut object = deployment();
        deviate(&mut object);
        let failed = checks(&[object], "orders")
            .into_iter()
            .filter(|check| !check.passed);
        failed.map(|check| (check.name, check.found)).collect()
    }

    fn container(object: &mut Value) -> &mut Value {
        &mut object["spec"]["template"]["spec"]["containers"][0]
    }

    #[test]
    fn the_template_s_own_workload_passes() {
        assert_eq!(failed(|_| {}), []);
    }

    #[test]
    fn each_deviation_of_a_workload_turns_its_own_check_red() {
        let one = |deviate: fn(&mut Value)| {
            let mut failed = failed(deviate);
            assert_eq!(failed.len(), 1, "{failed:?}");
            failed.remove(0)
        };
        let without = one(|it| container(it)["livenessProbe"] = Value::Null);
        assert_eq!(without.1, "orders: orders has no livenessProbe");
        let root = one(|it| {
            it["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"] = json!(false)
        });
        assert_eq!(root.1, "orders: orders may be root");
        let writes =
            one(|it| container(it)["securityContext"]["readOnlyRootFilesystem"] = json!(false));
        assert_eq!(writes.1, "orders: orders may write its root file system");
        let greedy = one(|it| container(it)["resources"]["limits"] = Value::Null);
        assert_eq!(greedy.1, "orders: orders has no resources.limits.memory");
        let unseen = one(|it| it["spec"]["template"]["metadata"]["annotations"] = json!({}));
        assert_eq!(unseen.0, "Prometheus reads its figures");
        let latest = one(|it| container(it)["image"] = json!("orders:latest"));
        assert_eq!(latest.1, "orders: orders has the image 'orders:latest'");
        let recreated = one(|it| it["spec"]["strategy"] = json!({"type": "Recreate"}));
        assert_eq!(recreated.0, "a roll-out loses no request");
        let renamed = one(|it| it["metadata"]["name"] = json!("other"));
        assert_eq!(renamed.1, "no Deployment is called orders");
    }

    #[test]
    fn a_secret_among_the_objects_is_told_without_its_values() {
        let secret =
            json!({"kind": "Secret", "metadata": {"name": "key"}, "data": {"key": "c2VjcmV0"}});
        let checks = checks(&[deployment(), secret], "orders");
        let check = checks.iter().find(|check| !check.passed).unwrap();
        assert_eq!(check.found, "Secret key is among its objects");
    }
}
