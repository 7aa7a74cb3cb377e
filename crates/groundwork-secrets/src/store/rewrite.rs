//! Every Secret object once more, for a new encryption key; those that are not ours as well.

use k8s_openapi::api::core::v1::Secret;
use kube::{
    Api, Error as KubeError,
    api::{ListParams, PostParams},
};

use super::{Error, Store, manager::failed};

impl Store {
    /// Writes every Secret object of the cluster again as it is. So each is encrypted with the key
    /// that the API server writes with now. Returns how many there were.
    ///
    /// # Errors
    /// [`Error::Request`]; what was written is written, and the rest can be tried again.
    pub async fn rewrite_all(&self) -> Result<usize, Error> {
        let all: Api<Secret> = Api::all(self.client.clone());
        let found = all.list_metadata(&ListParams::default()).await;
        let found = found.map_err(failed("list all Secret objects"))?.items;
        for object in &found {
            let meta = &object.metadata;
            let (Some(namespace), Some(name)) = (&meta.namespace, &meta.name) else {
                continue;
            };
            self.rewrite(namespace, name).await?;
        }
        Ok(found.len())
    }

    async fn rewrite(&self, namespace: &str, name: &str) -> Result<(), Error> {
        let api: Api<Secret> = Api::namespaced(self.client.clone(), namespace);
        let what = || format!("write {namespace}/{name} again");
        loop {
            // Gone meanwhile: then nothing of it is left to encrypt.
            let Some(secret) = api.get_opt(name).await.map_err(failed(what()))? else {
                return Ok(());
            };
            match api.replace(name, &PostParams::default(), &secret).await {
                Err(KubeError::Api(answer)) if answer.code == 404 => return Ok(()),
                // Written by somebody else meanwhile, and so with the new key; looked at once more.
                Err(KubeError::Api(answer)) if answer.code == 409 => {}
                written => return written.map(drop).map_err(failed(what())),
            }
        }
    }
}
