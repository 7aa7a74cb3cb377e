//! What a kubeconfig says of the API server.

use std::path::Path;

use kube::{
    Config,
    config::{KubeConfigOptions, Kubeconfig},
};

use crate::Error;

/// Stands where a proxy would, so that the environment's is ignored; it is never used.
const NO_PROXY: &str = "http://no-proxy.invalid";

/// The client configuration of the kubeconfig at `path`. It has no proxy, whatever the environment
/// says: the API server is on this machine, where a proxy does not reach it.
///
/// # Errors
/// [`Error::Kubeconfig`] when the file is missing or wrong.
pub async fn config(path: &Path) -> Result<Config, Error> {
    read(path).await.map_err(|error| Error::Kubeconfig {
        path: path.into(),
        reason: error.to_string(),
    })
}

async fn read(path: &Path) -> Result<Config, kube::config::KubeconfigError> {
    let mut kubeconfig = Kubeconfig::read_from(path)?;
    for cluster in &mut kubeconfig.clusters {
        if let Some(cluster) = &mut cluster.cluster {
            cluster.proxy_url = Some(NO_PROXY.into());
        }
    }
    let options = KubeConfigOptions::default();
    let mut config = Config::from_custom_kubeconfig(kubeconfig, &options).await?;
    config.proxy_url = None;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn there_is_no_proxy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kubeconfig");
        let text = "
            {apiVersion: v1, kind: Config, current-context: here,
             contexts: [{name: here, context: {cluster: here, user: me}}],
             users: [{name: me, user: {token: t}}],
             clusters: [{name: here, cluster: {server: 'https://127.0.0.1:6443', proxy-url: 'http://127.0.0.1:9'}}]}";
        std::fs::write(&path, text).unwrap();
        assert_eq!(config(&path).await.unwrap().proxy_url, None);
    }

    #[tokio::test]
    async fn a_missing_file_is_named() {
        let error = config(Path::new("/nowhere/kubeconfig")).await.unwrap_err();
        assert!(error.to_string().contains("/nowhere/kubeconfig"), "{error}");
    }
}
