//! The advisories of one ecosystem: a folder with `records`, a file of each in OSV's form, and their day in `as-of`.

use std::{collections::BTreeMap, path::Path};

use jiff::civil::Date;

use super::record::Record;
use crate::{Error, sources};

pub(super) struct Database {
    pub day: Date,
    records: Vec<Record>,
    /// The places in `records` that are about a package.
    about: BTreeMap<String, Vec<usize>>,
}

impl Database {
    /// Reads it; none where there is no such folder.
    pub(super) fn open(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join("as-of");
        if !path.is_file() {
            return Ok(None);
        }
        let day = sources::text(&path)?;
        let day = day.trim().parse().map_err(|_| Error::Line {
            line: day.trim().into(),
            path,
            wanted: "a day, as in 2026-12-31",
        })?;
        let mut database = Self {
            day,
            records: vec![],
            about: BTreeMap::new(),
        };
        database.read(&folder.join("records"))?;
        Ok(Some(database))
    }

    fn read(&mut self, folder: &Path) -> Result<(), Error> {
        for path in sources::entries(folder)? {
            if path.is_dir() {
                self.read(&path)?;
            } else if path.extension().is_some_and(|it| it == "json") {
                let text = sources::text(&path)?;
                self.add(serde_json::from_str(&text).map_err(Error::json(&path))?);
            }
        }
        Ok(())
    }

    fn add(&mut self, record: Record) {
        if record.withdrawn.is_some() {
            return;
        }
        for name in record.names() {
            let places = self.about.entry(name).or_default();
            places.push(self.records.len());
        }
        self.records.push(record);
    }

    /// The advisories that a version of a package is affected by.
    pub(super) fn about(&self, ecosystem: &str, name: &str, version: &str) -> Vec<&Record> {
        let places = self.about.get(name).map(Vec::as_slice).unwrap_or_default();
        places
            .iter()
            .map(|place| &self.records[*place])
            .filter(|record| record.affects(ecosystem, name, version))
            .collect()
    }
}
