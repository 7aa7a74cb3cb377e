//! Which way to a secret its location asks for.

use crate::{
    Error, Location, api, files,
    watched::{Watched, followed},
};

/// Starts to follow the secret at `location`. It has looked once when it returns, if that takes no
/// longer than a few seconds. A missing secret and an API server that is away are waited for: the
/// secret is followed until it is there.
///
/// # Errors
/// When the API server is to be asked and this is not a pod, or a pod without a token.
pub async fn watch(location: &Location) -> Result<Watched, Error> {
    Ok(match location {
        Location::Files(folder) => {
            followed(location, |publisher| {
                files::follow(folder.clone(), publisher)
            })
            .await
        }
        Location::Api { namespace, name } => {
            let place = api::Place::new(api::connect()?, namespace.as_deref(), name);
            followed(location, |publisher| api::follow(place, publisher)).await
        }
    })
}
