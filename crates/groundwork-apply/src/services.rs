//! Services, asked through the API server: the way to it is the only one that has to be open.

use http::Request;

use crate::{Cluster, Error, error::failed};

impl Cluster {
    /// What the port `port` of the Service `name` answers to a GET of `path`.
    ///
    /// # Errors
    /// [`Error::Request`], also when the answer's status is a failure.
    pub async fn ask(
        &self,
        namespace: &str,
        name: &str,
        port: &str,
        path: &str,
    ) -> Result<String, Error> {
        let uri = format!("/api/v1/namespaces/{namespace}/services/{name}:{port}/proxy{path}");
        let ask = async {
            let request = Request::get(uri).body(vec![]);
            let request = request.map_err(kube::Error::HttpError)?;
            self.client().request_text(request).await
        };
        ask.await
            .map_err(failed(format!("ask the service {namespace}/{name}")))
    }
}
