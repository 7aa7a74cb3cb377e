//! Times that several of these checks judge by or wait for.

use std::time::Duration;

/// REQ-0.3: "Query response time: < 1 second".
pub(super) const QUERY: Duration = Duration::from_secs(1);

/// For a target to be found and asked: the longest interval, and Kubernetes' word of it.
pub(super) const SCRAPED: Duration = Duration::from_secs(90);
