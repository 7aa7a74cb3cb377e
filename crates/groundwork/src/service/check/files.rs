//! The files: those that every service has, and those that the template manages.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use super::Check;
use crate::service::{about::About, base, template};

/// Files and folders that a service may not do without, whatever a person makes of it.
const STRUCTURE: [&str; 13] = [
    ".gitignore",
    base::FILE,
    "Dockerfile",
    "README.md",
    "flake.nix",
    "k8s/configmap.yaml",
    "k8s/deployment.yaml",
    "k8s/kustomization.yaml",
    "k8s/service.yaml",
    "service.toml",
    "src",
    "tests/integration",
    "tests/unit",
];

pub(super) fn checks(folder: &Path, about: &About, templates: &Path) -> anyhow::Result<Vec<Check>> {
    let wanted = STRUCTURE.iter().chain(about.kind.structure);
    let missing = wanted.filter(|path| !folder.join(path).exists());
    let missing: Vec<_> = missing.map(|path| format!("{path} is missing")).collect();
    let template = templates.join(about.kind.name);
    let newest = About::read(&template)
        .with_context(|| format!("there is no template '{}'", about.kind.name))?;
    let versions = (newest.template != about.template).then(|| {
        format!(
            "version {} of the template, and {} is there",
            about.template, newest.template
        )
    });
    let strange = about
        .features
        .iter()
        .filter(|it| !template::FEATURES.contains(&it.as_str()));
    let strange: Vec<_> = strange
        .map(|it| format!("service.toml: no feature '{it}'"))
        .collect();
    Ok(vec![
        Check::of(
            "every file of the structure is there",
            &missing,
            "take it from a new service: groundwork new NAME /tmp/NAME",
        ),
        Check::of(
            "its features are known",
            &strange,
            format!("they are {}", template::FEATURES.join(", ")),
        ),
        Check::of(
            "it follows the newest template",
            versions.as_slice(),
            "groundwork service update",
        ),
        Check::of(
            "managed files are as the template has them",
            &differing(folder, about, &template)?,
            format!(
                "put your own into files beside {}; groundwork service update takes the template's",
                about.kind.managed
            ),
        ),
    ])
}

/// The managed files that are not those of the template.
fn differing(folder: &Path, about: &About, template: &Path) -> anyhow::Result<Vec<String>> {
    let managed = about.kind.managed;
    let from = template.join(managed);
    if !from.is_dir() {
        return Ok(vec![]);
    }
    let fresh = tempfile::tempdir().context("cannot make a folder for the template")?;
    template::render(&from, fresh.path(), &about.name, &about.without())?;
    let (theirs, ours) = (contents(fresh.path())?, contents(&folder.join(managed))?);
    let paths = theirs
        .keys()
        .chain(ours.keys().filter(|path| !theirs.contains_key(*path)));
    let differing = paths.filter(|path| theirs.get(*path) != ours.get(*path));
    let said = differing.map(|path| {
        let what = match (theirs.get(path), ours.get(path)) {
            (_, None) => "is missing",
            (None, _) => "is not the template's",
            _ => "was changed",
        };
        format!("{managed}/{} {what}", path.display())
    });
    Ok(said.collect())
}

/// Every file below `folder`; caches of Python are none.
pub fn contents(folder: &Path) -> anyhow::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else {
            continue;
        };
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                if !path.ends_with("__pycache__") {
                    folders.push(path);
                }
                continue;
            }
            let bytes =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            found.insert(path.strip_prefix(folder)?.to_owned(), bytes);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::kind::FASTAPI;

    const MANAGED: &str = "src/platform";

    /// A small template, and a service that was made of it.
    fn desk() -> tempfile::TempDir {
        let desk = tempfile::tempdir().unwrap();
        let template = desk.path().join("templates/fastapi");
        for path in STRUCTURE.iter().chain(FASTAPI.structure) {
            let path = template.join(path);
            match path.extension().is_some()
                || path.ends_with("Dockerfile")
                || path.ends_with(".gitignore")
            {
                true => {
                    fs::create_dir_all(path.parent().unwrap()).unwrap();
                    fs::write(path, "template-service\n").unwrap();
                }
                false => {
                    fs::create_dir_all(&path).unwrap();
                    fs::write(path.join("x.py"), "").unwrap();
                }
            }
        }
        fs::create_dir_all(template.join(MANAGED)).unwrap();
        fs::write(
            template.join(MANAGED).join("app.py"),
            "name = 'template-service'\n",
        )
        .unwrap();
        let about = "name = \"template-service\"\nkind = \"fastapi\"\nfeatures = [\"kafka\"]\ntemplate = 1\n";
        fs::write(template.join("service.toml"), about).unwrap();
        let service = desk.path().join("orders");
        fs::create_dir(&service).unwrap();
        template::render(&template, &service, "orders", &[]).unwrap();
        desk
    }

    /// The failed checks after `deviate`.
    fn failed(deviate: impl FnOnce(&Path)) -> Vec<(&'static str, String)> {
        let desk = desk();
        let service = desk.path().join("orders");
        deviate(&service);
        let about = About::read(&service).unwrap();
        let checks = checks(&service, &about, &desk.path().join("templates")).unwrap();
        let failed = checks.into_iter().filter(|check| !check.passed);
        failed.map(|check| (check.name, check.found)).collect()
    }

    #[test]
    fn a_service_as_it_was_made_passes() {
        assert_eq!(failed(|_| {}), []);
    }

    #[test]
    fn a_file_that_is_missing_is_named() {
        let failed = failed(|service| fs::remove_file(service.join("Dockerfile")).unwrap());
        assert_eq!(
            failed,
            [(
                "every file of the structure is there",
                "Dockerfile is missing".into()
            )]
        );
    }

    #[test]
    fn a_managed_file_that_was_changed_added_or_removed_is_named() {
        let name = "managed files are as the template has them";
        let changed = failed(|it| fs::write(it.join(MANAGED).join("app.py"), "x").unwrap());
        assert_eq!(changed, [(name, "src/platform/app.py was changed".into())]);
        let added = failed(|it| fs::write(it.join(MANAGED).join("mine.py"), "x").unwrap());
        assert_eq!(
            added,
            [(name, "src/platform/mine.py is not the template's".into())]
        );
        let gone = failed(|it| fs::remove_file(it.join(MANAGED).join("app.py")).unwrap());
        assert_eq!(gone, [(name, "src/platform/app.py is missing".into())]);
    }

    #[test]
    fn an_older_template_and_a_strange_feature_are_told() {
        let rewrite = |from: &'static str, to: &'static str| {
            move |service: &Path| {
                let path = service.join("service.toml");
                let text = fs::read_to_string(&path).unwrap().replace(from, to);
                fs::write(path, text).unwrap();
            }
        };
        let older = failed(rewrite("template = 1", "template = 0"));
        assert_eq!(
            older,
            [(
                "it follows the newest template",
                "version 0 of the template, and 1 is there".into()
            )]
        );
        let strange = failed(rewrite("\"kafka\"", "\"kafka\", \"redis\""));
        assert_eq!(
            strange,
            [(
                "its features are known",
                "service.toml: no feature 'redis'".into()
            )]
        );
    }
}
