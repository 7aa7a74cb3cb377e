//! Why a server's answer did not come, or cannot be used.

/// Why a server's answer did not come, or cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nothing answers there.
    #[error("{url} does not answer")]
    Silent {
        /// What was asked.
        url: String,
        /// Why.
        #[source]
        source: reqwest::Error,
    },
    /// The server did not take the request.
    #[error("{url} answers {status}: {text}")]
    Refused {
        /// What was asked.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The beginning of what it said.
        text: String,
    },
    /// The answer is of another form than the server documents.
    #[error("the answer of {url} cannot be read")]
    Unreadable {
        /// What was asked.
        url: String,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The answer has another shape than was asked for.
    #[error("{url} gives {found} where {wanted} was asked for")]
    Unexpected {
        /// What was asked.
        url: String,
        /// What came.
        found: String,
        /// What should have come.
        wanted: &'static str,
    },
}
