//! Alertmanager: the alerts that have reached it.
//!
//! It speaks the [API, version 2](https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml):
//! `GET /api/v2/alerts?filter=MATCHER` answers a list of alerts. One that is resolved is not in it.

use serde::Deserialize;

use crate::{error::Error, http::Http, metrics::Labels};

const ALERTS: &str = "/api/v2/alerts";

/// A client of Alertmanager.
#[derive(Debug, Clone)]
pub struct Alerts(Http);

/// An alert that has not been resolved.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Alert {
    /// `alertname` and what else the rule gave it.
    pub labels: Labels,
}

impl Alerts {
    /// The Alertmanager at `url`.
    ///
    /// # Errors
    /// [`Error::Silent`] when no client can be made.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Self(Http::new(url)?))
    }

    /// The alerts called `name` that have reached it and are not resolved.
    ///
    /// # Errors
    /// [`Error`] when it gives no answer of the documented form.
    pub async fn named(&self, name: &str) -> Result<Vec<Alert>, Error> {
        let filter = format!("alertname=\"{name}\"");
        let text = self.0.get(ALERTS, &[("filter", &filter)]).await?;
        self.0.read(ALERTS, &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_has_its_labels() {
        let alerts: Vec<Alert> = serde_json::from_str(
            r#"[{"annotations":{"summary":"s"},"endsAt":"2026-01-02T03:08:05.000Z",
                 "fingerprint":"0a1b","receivers":[{"name":"webhook"}],
                 "startsAt":"2026-01-02T03:04:05.000Z",
                 "status":{"inhibitedBy":[],"silencedBy":[],"state":"active"},
                 "updatedAt":"2026-01-02T03:04:05.100Z","generatorURL":"",
                 "labels":{"alertname":"CheckCondition","severity":"info"}}]"#,
        )
        .unwrap();
        assert_eq!(alerts[0].labels["alertname"], "CheckCondition");
    }
}
