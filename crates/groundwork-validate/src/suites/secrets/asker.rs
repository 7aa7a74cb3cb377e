//! The API server asked as somebody, and the bare status that it answers with.

use http::{HeaderValue, Request, header::USER_AGENT};
use k8s_openapi::api::{
    authentication::v1::{TokenRequest, TokenRequestSpec},
    core::v1::ServiceAccount,
};
use kube::{Api, Client, api::PostParams, client::Body, config::AuthInfo};

use crate::{
    runner::{CheckFailure, Context},
    shared::objects::plain,
};

/// The API server's audit log in the log store.
pub(super) const AUDIT: &str = "kube-apiserver-audit";

/// How long a service account's token is good for, in seconds: the least there is.
const TOKEN: i64 = 600;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who<'a> {
    /// The administrator.
    Admin,
    /// The service account of that name in that namespace.
    Account(&'a str, &'a str),
    /// A client with an invalid token.
    Stranger,
}

/// The API server asked as somebody.
#[derive(Clone)]
pub(super) struct Asker(Client);

impl Asker {
    /// Asks as `who` with the user agent `agent`.
    pub(super) async fn new(
        context: &Context,
        who: Who<'_>,
        agent: &str,
    ) -> Result<Self, CheckFailure> {
        let mut config = groundwork_apply::config(&context.state.kubeconfig()).await?;
        let token = match who {
            Who::Admin => None,
            Who::Account(namespace, name) => Some(token(context, namespace, name).await?),
            Who::Stranger => Some("nobody".to_owned()),
        };
        if let Some(token) = token {
            config.auth_info = AuthInfo {
                token: Some(token.into()),
                ..AuthInfo::default()
            };
        }
        let agent = HeaderValue::from_str(agent)?;
        config.headers.push((USER_AGENT, agent));
        Ok(Self(Client::try_from(config).map_err(plain)?))
    }

    /// The status of the answer to `request`, once the answer has ended.
    pub(super) async fn status(&self, request: Request<Vec<u8>>) -> Result<u16, CheckFailure> {
        Ok(self.answer(request).await?.0)
    }

    /// The answer to `request`: its status and its text.
    pub(super) async fn answer(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<(u16, String), CheckFailure> {
        let answer = self.0.send(request.map(Body::from)).await.map_err(plain)?;
        let status = answer.status().as_u16();
        let text = answer.into_body().collect_bytes().await.map_err(plain)?;
        Ok((status, String::from_utf8_lossy(&text).into_owned()))
    }
}

async fn token(context: &Context, namespace: &str, name: &str) -> Result<String, CheckFailure> {
    let cluster = context.cluster().await?;
    let accounts: Api<ServiceAccount> = Api::namespaced(cluster.client().clone(), namespace);
    let wanted = TokenRequest {
        spec: TokenRequestSpec {
            expiration_seconds: Some(TOKEN),
            ..TokenRequestSpec::default()
        },
        ..TokenRequest::default()
    };
    let params = PostParams::default();
    let made = accounts.create_token_request(name, &params, &wanted);
    let status = made.await.map_err(plain)?.status;
    Ok(status.ok_or("the API server gives no token")?.token)
}
