//! The node's network interfaces and routes, by rtnetlink. The pods' interfaces are made by the CNI plugins;
//! here they are only removed.

use std::{future::Future, net::Ipv4Addr};

use futures::TryStreamExt;
use rtnetlink::{
    Error as NetlinkError, Handle, LinkBridge, LinkUnspec, RouteMessageBuilder,
    packet_route::{
        address::AddressAttribute,
        link::{LinkAttribute, LinkFlags, LinkMessage},
        route::RouteScope,
    },
};

use crate::{
    address::Network,
    error::{Error, system},
};

/// Whether the bridge `name` is up and has `address`.
///
/// # Errors
/// [`Error::Network`] when the kernel does not answer.
pub fn has_bridge(name: &str, address: Ipv4Addr) -> Result<bool, Error> {
    run(format!("look at the interface {name}"), async |handle| {
        let Some(link) = link(&handle, name).await? else {
            return Ok(false);
        };
        let addressed = has_address(&handle, link.header.index, address).await?;
        Ok(addressed && link.header.flags.contains(LinkFlags::Up))
    })
}

/// Whether there is an interface `name`.
///
/// # Errors
/// [`Error::Network`] when the kernel does not answer.
pub fn has_interface(name: &str) -> Result<bool, Error> {
    run(format!("look at the interface {name}"), async |handle| {
        Ok(link(&handle, name).await?.is_some())
    })
}

/// Whether packets to `network` leave through the interface `name`, as far as the kernel tells.
pub fn has_route(name: &str, network: Network) -> bool {
    let routes = procfs::net::route().unwrap_or_default();
    routes.iter().any(|route| {
        let bits = route.mask.to_bits().count_ones();
        route.iface == name && route.destination == network.0 && bits == u32::from(network.1)
    })
}

/// Has packets to `network` leave through the interface `name`; a route that is there already stays.
///
/// # Errors
/// [`Error::Network`] when the kernel refuses.
pub fn create_route(name: &str, network: Network) -> Result<(), Error> {
    run(format!("route {network} to {name}"), async |handle| {
        let Some(link) = link(&handle, name).await? else {
            return Err(NetlinkError::RequestFailed);
        };
        let route = RouteMessageBuilder::<Ipv4Addr>::new()
            .destination_prefix(network.0, network.1)
            .output_interface(link.header.index)
            .scope(RouteScope::Link)
            .build();
        handle.route().add(route).replace().execute().await
    })
}

/// Makes the bridge `name`, gives it `address`/32 if there is one and brings it up; what is there
/// already stays.
///
/// # Errors
/// [`Error::Network`] when the kernel refuses.
pub fn create_bridge(name: &str, address: Option<Ipv4Addr>) -> Result<(), Error> {
    run(format!("create the bridge {name}"), async |handle| {
        if link(&handle, name).await?.is_none() {
            let bridge = LinkBridge::new(name).build();
            handle.link().add(bridge).execute().await?;
        }
        let Some(link) = link(&handle, name).await? else {
            return Err(NetlinkError::RequestFailed);
        };
        let index = link.header.index;
        if let Some(address) = address {
            if !has_address(&handle, index, address).await? {
                let request = handle.address().add(index, address.into(), 32);
                request.execute().await?;
            }
        }
        let up = LinkUnspec::new_with_index(index).up().build();
        handle.link().set(up).execute().await
    })
}

/// Removes the bridge `name` and the interfaces that are its ports.
///
/// # Errors
/// [`Error::Network`] when the kernel refuses.
pub fn remove_bridge(name: &str) -> Result<(), Error> {
    run(format!("remove the bridge {name}"), async |handle| {
        let Some(bridge) = link(&handle, name).await? else {
            return Ok(());
        };
        let index = bridge.header.index;
        let links: Vec<LinkMessage> = handle.link().get().execute().try_collect().await?;
        let ports = links
            .iter()
            .filter(|link| link.attributes.contains(&LinkAttribute::Controller(index)));
        for index in ports.map(|link| link.header.index).chain([index]) {
            match handle.link().del(index).execute().await {
                // A pod's interface vanishes by itself with its network namespace.
                Err(error) if is_missing(&error) => {}
                other => other?,
            }
        }
        Ok(())
    })
}

async fn link(handle: &Handle, name: &str) -> Result<Option<LinkMessage>, NetlinkError> {
    let mut found = handle.link().get().match_name(name.into()).execute();
    match found.try_next().await {
        Err(error) if is_missing(&error) => Ok(None),
        other => other,
    }
}

async fn has_address(handle: &Handle, index: u32, address: Ipv4Addr) -> Result<bool, NetlinkError> {
    let request = handle.address().get().set_link_index_filter(index);
    let messages: Vec<_> = request.execute().try_collect().await?;
    Ok(messages.iter().any(|message| {
        message
            .attributes
            .contains(&AddressAttribute::Local(address.into()))
    }))
}

fn is_missing(error: &NetlinkError) -> bool {
    matches!(error, NetlinkError::NetlinkError(message)
        if message.to_io().raw_os_error() == Some(rustix::io::Errno::NODEV.raw_os_error()))
}

/// Runs `work` on a netlink connection of its own.
fn run<T, F>(action: String, work: impl FnOnce(Handle) -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, NetlinkError>>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(system("start an event loop"))?;
    runtime.block_on(async {
        let (connection, handle, _) =
            rtnetlink::new_connection().map_err(system("open a netlink socket"))?;
        let connection = tokio::spawn(connection);
        let done = work(handle).await;
        connection.abort();
        done.map_err(|source| Error::Network { action, source })
    })
}
