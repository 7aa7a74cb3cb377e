//! What is known to be wrong with the parts of bills: each compared with the advisories of its ecosystem.
//!
//! An ecosystem whose advisories are not there, or are old, is not checked, which is never the same as clean.

mod database;
mod exceptions;
mod record;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use groundwork_process::error::Exit;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Error, sources};
use database::Database;
pub use exceptions::Exceptions;

/// Advisories older than this, in days, say nothing about today.
pub const FRESH: i32 = 7;

/// The ecosystems of bills, by their types in package URLs, as OSV names them (ossf.github.io/osv-schema, ecosystems);
/// and what scripts/fetch-advisories.sh makes of Debian's security suite.
const ECOSYSTEMS: [(&str, &str); 6] = [
    ("cargo", "crates.io"),
    // NB: OSV's `Debian` names source packages, and a bill those that are installed.
    ("deb", "bookworm-security"),
    ("golang", "Go"),
    ("maven", "Maven"),
    ("npm", "npm"),
    ("pypi", "PyPI"),
];

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// One for each ecosystem that has parts.
    pub ecosystems: Vec<Ecosystem>,
    /// What is known, in the order of its parts.
    pub known: Vec<Known>,
}

/// What became of an ecosystem's parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ecosystem {
    /// As OSV names it.
    pub name: &'static str,
    /// How many parts all bills have of it; each once.
    pub parts: usize,
    /// The day of its advisories.
    pub advisories: Option<Date>,
    /// Why it was not checked.
    pub not_checked: Option<String>,
    /// How many of `known` are its, without those that are excepted.
    pub known: usize,
}

/// A part that an advisory is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Known {
    /// The advisory.
    pub id: String,
    /// By what other names it is known.
    pub aliases: Vec<String>,
    /// What it says in a line.
    pub summary: String,
    /// The part's package URL.
    pub part: String,
    /// The first version without it, where one is named.
    pub fixed: Option<String>,
    /// The bills that have the part.
    pub bills: BTreeSet<String>,
    /// Why it is taken all the same.
    pub excepted: Option<String>,
}

/// A part, as advisories name it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Name {
    ecosystem: &'static str,
    name: String,
    version: String,
    url: String,
}

/// What is read of a bill.
#[derive(Deserialize)]
struct Bill {
    components: Vec<Component>,
}

#[derive(Deserialize)]
struct Component {
    purl: String,
    group: Option<String>,
    name: String,
    version: String,
}

impl Ecosystem {
    /// In words: `clean` only where all of it was checked.
    #[must_use]
    pub fn verdict(&self) -> String {
        match (self.known, &self.not_checked) {
            (0, None) => "clean".into(),
            (0, Some(why)) => format!("not checked: {why}"),
            (known, None) => format!("{known} known"),
            (known, Some(why)) => format!("{known} known; not checked: {why}"),
        }
    }
}

impl Report {
    /// How a program ends with it.
    #[must_use]
    pub fn exit(&self) -> Exit {
        let any = |is: fn(&Ecosystem) -> bool| self.ecosystems.iter().any(is);
        match (any(|it| it.known > 0), any(|it| it.not_checked.is_some())) {
            (true, _) => Exit::Failed,
            (false, true) => Exit::Machine,
            (false, false) => Exit::Done,
        }
    }
}

/// Compares all bills in a folder, in CycloneDX, with the advisories in another, as of `today`.
///
/// # Errors
/// When a file cannot be read or is not what it should be.
pub fn scan(
    bills: &Path,
    advisories: &Path,
    exceptions: &Exceptions,
    today: Date,
) -> Result<Report, Error> {
    let parts = parts(bills)?;
    let mut report = Report {
        ecosystems: vec![],
        known: vec![],
    };
    for (_, ecosystem) in ECOSYSTEMS {
        let own: Vec<_> = parts
            .iter()
            .filter(|(part, _)| part.ecosystem == ecosystem)
            .collect();
        if own.is_empty() {
            continue;
        }
        let database = Database::open(&advisories.join(ecosystem))?;
        let before = report.known.len();
        let (advisories, not_checked) = match database {
            None => (None, Some("no advisories".into())),
            Some(database) => {
                for (part, bills) in &own {
                    let known = database.about(ecosystem, &part.name, &part.version);
                    report.known.extend(known.into_iter().map(|record| Known {
                        excepted: exceptions.of(&record.id, &part.url, today),
                        fixed: record.fixed(ecosystem, &part.name, &part.version),
                        id: record.id.clone(),
                        aliases: record.aliases.clone(),
                        summary: record.words(),
                        part: part.url.clone(),
                        bills: (*bills).clone(),
                    }));
                }
                let age = today.since(database.day).map(|age| age.get_days());
                let old = age.unwrap_or(i32::MAX) > FRESH;
                (
                    Some(database.day),
                    old.then(|| format!("its advisories are older than {FRESH} days")),
                )
            }
        };
        let open = report.known[before..]
            .iter()
            .filter(|it| it.excepted.is_none());
        report.ecosystems.push(Ecosystem {
            name: ecosystem,
            parts: own.len(),
            advisories,
            not_checked,
            known: open.count(),
        });
    }
    Ok(report)
}

/// All parts of all bills, each with the bills that have it.
fn parts(folder: &Path) -> Result<BTreeMap<Name, BTreeSet<String>>, Error> {
    let mut parts: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    for path in sources::entries(folder)? {
        let file = sources::name(&path);
        let Some(bill) = file.strip_suffix(".cdx.json") else {
            continue;
        };
        let text = sources::text(&path)?;
        let read: Bill = serde_json::from_str(&text).map_err(Error::json(&path))?;
        for component in read.components {
            if let Some(name) = named(component) {
                parts.entry(name).or_default().insert(bill.to_owned());
            }
        }
    }
    Ok(parts)
}

/// The part as its ecosystem knows it. NB: a package URL does not always say that: in those of Go and npm, letters become
/// small ones.
fn named(component: Component) -> Option<Name> {
    let kind = component.purl.strip_prefix("pkg:")?.split('/').next()?;
    let (_, ecosystem) = ECOSYSTEMS.iter().find(|(it, _)| *it == kind)?;
    let name = match (component.group, kind) {
        (Some(group), "maven") => format!("{group}:{}", component.name),
        (Some(group), _) => format!("{group}/{}", component.name),
        (None, _) => component.name,
    };
    Some(Name {
        ecosystem,
        name,
        version: component.version,
        url: component.purl,
    })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;

    const TODAY: Date = jiff::civil::date(2026, 12, 2);

    /// A bill with one part of each ecosystem, and advisories about all of them.
    struct Planted {
        folder: tempfile::TempDir,
    }

    const PARTS: [(&str, &str, &str); 6] = [
        ("crates.io", "a", "pkg:cargo/a@1.2.3"),
        ("bookworm-security", "b", "pkg:deb/debian/b@1.2.3"),
        ("Go", "example.org/C/c", "pkg:golang/example.org/c/c@1.2.3"),
        ("Maven", "org.example:d", "pkg:maven/org.example/d@1.2.3"),
        ("npm", "@e/E", "pkg:npm/%40e/e@1.2.3"),
        ("PyPI", "f", "pkg:pypi/f@1.2.3"),
    ];

    fn component((ecosystem, name, url): (&str, &str, &str)) -> serde_json::Value {
        let (group, name) = match ecosystem {
            "Maven" => name.split_once(':').unwrap(),
            "npm" => name.split_once('/').unwrap(),
            _ => return json!({"purl": url, "name": name, "version": "1.2.3"}),
        };
        json!({"purl": url, "group": group, "name": name, "version": "1.2.3"})
    }

    impl Planted {
        fn new(day: &str) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let bills = folder.path().join("bills");
            fs::create_dir(&bills).unwrap();
            let components: Vec<_> = PARTS.into_iter().map(component).collect();
            let bill = json!({"components": components});
            fs::write(bills.join("image.cdx.json"), bill.to_string()).unwrap();
            for (ecosystem, name, _) in PARTS {
                let own = folder.path().join("advisories").join(ecosystem);
                fs::create_dir_all(own.join("records")).unwrap();
                fs::write(own.join("as-of"), day).unwrap();
                // Some ecosystems order their versions, and some list them.
                let affected = match ecosystem {
                    "crates.io" | "Go" | "npm" => json!([{
                        "package": {"ecosystem": ecosystem, "name": name},
                        "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.4"}]}],
                    }]),
                    _ => json!([{
                        "package": {"ecosystem": ecosystem, "name": name},
                        "versions": ["1.2.2", "1.2.3"],
                    }]),
                };
                let record = json!({"id": format!("PLANTED-{name}"), "summary": "planted", "affected": affected});
                fs::write(own.join("records/planted.json"), record.to_string()).unwrap();
            }
            Self { folder }
        }

        fn scan(&self, exceptions: &Exceptions) -> Report {
            let (bills, advisories) = ("bills", "advisories");
            let path = |name: &str| self.folder.path().join(name);
            scan(&path(bills), &path(advisories), exceptions, TODAY).unwrap()
        }
    }

    #[test]
    fn a_vulnerable_part_is_found_in_each_ecosystem() {
        let report = Planted::new("2026-12-01").scan(&Exceptions::default());
        let found: Vec<_> = report.known.iter().map(|known| &*known.part).collect();
        assert_eq!(found, PARTS.map(|(_, _, url)| url));
        assert!(
            report
                .ecosystems
                .iter()
                .all(|it| it.known == 1 && it.not_checked.is_none())
        );
        assert_eq!(report.known[0].fixed.as_deref(), Some("1.2.4"));
        assert_eq!(Vec::from_iter(&report.known[0].bills), ["image"]);
    }

    #[test]
    fn old_advisories_and_none_are_told_and_are_not_clean() {
        let planted = Planted::new("2026-11-24");
        fs::remove_dir_all(planted.folder.path().join("advisories/npm")).unwrap();
        let report = planted.scan(&Exceptions::default());
        let of = |name: &str| {
            let mut all = report.ecosystems.iter();
            all.find(|it| it.name == name).unwrap()
        };
        assert_eq!(of("npm").not_checked.as_deref(), Some("no advisories"));
        assert_eq!(of("npm").known, 0);
        assert_eq!(
            of("Go").not_checked.as_deref(),
            Some("its advisories are older than 7 days")
        );
        assert_eq!(of("Go").known, 1);
        assert_eq!(report.exit(), Exit::Failed);
        assert_eq!(of("npm").verdict(), "not checked: no advisories");
    }

    #[test]
    fn an_exception_holds_for_its_part_and_until_its_day() {
        let planted = Planted::new("2026-12-01");
        let open = |until: &str, part: &str| {
            let text = format!(
                "[[exception]]\nid = \"PLANTED-a\"\npart = \"{part}\"\nreason = \"not called\"\nuntil = \"{until}\"\n"
            );
            let path = planted.folder.path().join("exceptions.toml");
            fs::write(&path, text).unwrap();
            planted.scan(&Exceptions::read(&path).unwrap()).ecosystems[0].known
        };
        assert_eq!(open("2026-12-02", "pkg:cargo/a@1.2.3"), 0);
        assert_eq!(open("2026-12-01", "pkg:cargo/a@1.2.3"), 1);
        assert_eq!(open("2026-12-02", "pkg:cargo/a@9.9.9"), 1);
    }
}
