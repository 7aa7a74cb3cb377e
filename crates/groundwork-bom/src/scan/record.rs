//! An advisory in OSV's form (ossf.github.io/osv-schema, 1.7), as far as it says which versions it is about.

use std::{cmp::Ordering, collections::BTreeSet};

use semver::Version;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct Record {
    pub id: String,
    #[serde(default)]
    pub aliases: Vec<String>,
    pub withdrawn: Option<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    details: String,
    #[serde(default)]
    affected: Vec<Affected>,
}

#[derive(Debug, Deserialize)]
struct Affected {
    package: Option<Package>,
    #[serde(default)]
    ranges: Vec<Range>,
    #[serde(default)]
    versions: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Package {
    ecosystem: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Range {
    #[serde(rename = "type")]
    kind: String,
    events: Vec<Event>,
}

/// From here on, or up to here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    Introduced(String),
    Fixed(String),
    LastAffected(String),
    Limit(String),
}

impl Event {
    fn version(&self) -> &str {
        let (Self::Introduced(version)
        | Self::Fixed(version)
        | Self::LastAffected(version)
        | Self::Limit(version)) = self;
        version
    }
}

impl Record {
    /// The packages that it is about.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let packages = self.affected.iter().filter_map(|it| it.package.as_ref());
        packages.map(|package| package.name.clone()).collect()
    }

    /// What it says in a line.
    pub(super) fn words(&self) -> String {
        let text = match self.summary.is_empty() {
            true => &self.details,
            false => &self.summary,
        };
        text.lines().next().unwrap_or_default().to_owned()
    }

    pub(super) fn affects(&self, ecosystem: &str, name: &str, version: &str) -> bool {
        self.of(ecosystem, name).any(|it| it.has(version))
    }

    /// The first version after this one that a range ends with.
    pub(super) fn fixed(&self, ecosystem: &str, name: &str, version: &str) -> Option<String> {
        let ranges = self.of(ecosystem, name).flat_map(|it| &it.ranges);
        let events = ranges.flat_map(|range| &range.events);
        let fixed = events.filter_map(|event| match event {
            Event::Fixed(fixed) => Some(fixed),
            _ => None,
        });
        let later = fixed.filter(|fixed| order(fixed, version).is_none_or(Ordering::is_gt));
        let first = later.min_by(|a, b| order(a, b).unwrap_or(Ordering::Equal));
        first.cloned()
    }

    fn of(&self, ecosystem: &str, name: &str) -> impl Iterator<Item = &Affected> {
        let about = move |package: &Package| {
            // A release of a distribution has its number after ':'.
            let (base, _) = package
                .ecosystem
                .split_once(':')
                .unwrap_or((&package.ecosystem, ""));
            base == ecosystem && package.name == name
        };
        let all = self.affected.iter();
        all.filter(move |it| it.package.as_ref().is_some_and(about))
    }
}

impl Affected {
    fn has(&self, version: &str) -> bool {
        if self.versions.iter().any(|it| it == version) {
            return true;
        }
        // Versions that only their ecosystem can order are listed, but need not be.
        let ordered = self.ranges.iter().filter(|range| match &*range.kind {
            "SEMVER" => true,
            "ECOSYSTEM" => self.versions.is_empty(),
            _ => false,
        });
        ordered.into_iter().any(|range| range.has(version))
    }
}

impl Range {
    /// The last event at or before the version decides. One that cannot be compared is taken for affected.
    fn has(&self, version: &str) -> bool {
        if self
            .events
            .iter()
            .any(|event| order(version, event.version()).is_none())
        {
            return true;
        }
        let mut events: Vec<_> = self.events.iter().collect();
        events.sort_by(|a, b| order(a.version(), b.version()).unwrap_or(Ordering::Equal));
        events.iter().fold(false, |affected, event| {
            let at = order(version, event.version()).unwrap_or(Ordering::Less);
            match event {
                Event::Introduced(_) if at.is_ge() => true,
                Event::Fixed(_) | Event::Limit(_) if at.is_ge() => false,
                Event::LastAffected(_) if at.is_gt() => false,
                _ => affected,
            }
        })
    }
}

/// The order of two versions by Semantic Versioning; `0` is before all others. None when one is no such version.
fn order(a: &str, b: &str) -> Option<Ordering> {
    let read = |version: &str| match version {
        "0" => Version::parse("0.0.0-0").ok(),
        _ => Version::parse(version.trim_start_matches('v')).ok(),
    };
    Some(read(a)?.cmp_precedence(&read(b)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(ranges: &str) -> Record {
        let text = format!(
            r#"{{"id": "A", "affected": [{{"package": {{"ecosystem": "Go", "name": "m"}}, "ranges": {ranges}}}]}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn a_version_is_affected_from_what_introduces_to_what_fixes() {
        let record = record(
            r#"[{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}, {"introduced": "2.0.0-rc.1"}, {"fixed": "2.1.0"}]}]"#,
        );
        let affected = |version| record.affects("Go", "m", version);
        for version in [
            "v0.0.0-20200101000000-abcdefabcdef",
            "v1.1.9",
            "v2.0.0-rc.1",
            "v2.0.9+incompatible",
        ] {
            assert!(affected(version), "{version}");
        }
        for version in ["v1.2.0", "v2.0.0-rc.0", "v2.1.0", "v3.0.0"] {
            assert!(!affected(version), "{version}");
        }
        assert_eq!(record.fixed("Go", "m", "1.0.0").as_deref(), Some("1.2.0"));
        assert_eq!(record.fixed("Go", "m", "2.0.0").as_deref(), Some("2.1.0"));
        assert!(!record.affects("npm", "m", "v1.1.9"));
        assert!(!record.affects("Go", "other", "v1.1.9"));
    }

    #[test]
    fn the_last_affected_version_is_affected() {
        let record = record(
            r#"[{"type": "SEMVER", "events": [{"introduced": "1.0.0"}, {"last_affected": "1.2.0"}]}]"#,
        );
        assert!(record.affects("Go", "m", "v1.2.0"));
        assert!(!record.affects("Go", "m", "v1.2.1"));
        assert!(!record.affects("Go", "m", "v0.9.0"));
    }

    #[test]
    fn what_cannot_be_compared_is_not_taken_for_clean() {
        let ranges =
            r#"[{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.2.post1"}]}]"#;
        assert!(record(ranges).affects("Go", "m", "1.1"));
        let ranges = r#"[{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}]"#;
        assert!(record(ranges).affects("Go", "m", "no version"));
        let ranges = r#"[{"type": "GIT", "events": [{"introduced": "0"}]}]"#;
        assert!(!record(ranges).affects("Go", "m", "1.1"));
    }
}
