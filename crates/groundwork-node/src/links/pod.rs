//! Pods as places from which packets start.

use std::{
    fs::{self, File},
    io,
    net::{IpAddr, UdpSocket},
    os::fd::AsFd,
    thread,
};

use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use crate::{
    address::POD_GATEWAY,
    error::{Error, at},
    state::StateDir,
};

/// A pod with a network of its own.
#[derive(Debug)]
pub struct Pod {
    namespace: File,
    /// Its address.
    pub address: IpAddr,
}

impl Pod {
    /// Takes the calling thread into the pod's network.
    pub fn enter(&self) -> Result<(), String> {
        enter(&self.namespace).map_err(|error| format!("cannot enter {}: {error}", self.address))
    }
}

/// The pods of the node of `state` that have a network of their own.
///
/// # Errors
/// [`Error::File`] when containerd's folders cannot be read; where there are none, there are no pods.
pub fn all(state: &StateDir) -> Result<Vec<Pod>, Error> {
    let folder = state.pod_networks();
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(at("read", &folder)(error)),
    };
    // A pod may end meanwhile: then its namespace is gone, or empty.
    let pods = entries.flatten().filter_map(|entry| {
        let namespace = File::open(entry.path()).ok()?;
        let looked = thread::scope(|scope| scope.spawn(|| address(&namespace)).join());
        let address = looked.ok()?.ok()?;
        Some(Pod { namespace, address })
    });
    Ok(pods.collect())
}

/// Addresses of the pods that `NetworkPolicies` select, as the network controller writes them.
pub fn isolated(state: &StateDir) -> Vec<IpAddr> {
    let lines = fs::read_to_string(state.isolated_pods()).unwrap_or_default();
    lines.lines().filter_map(|line| line.parse().ok()).collect()
}

/// The address from which packets start in a network; none is sent.
fn address(namespace: &File) -> io::Result<IpAddr> {
    enter(namespace)?;
    let socket = UdpSocket::bind("0.0.0.0:0")?;
    socket.connect((POD_GATEWAY, 9))?;
    Ok(socket.local_addr()?.ip())
}

fn enter(namespace: &File) -> io::Result<()> {
    let network = Some(LinkNameSpaceType::Network);
    Ok(move_into_link_name_space(namespace.as_fd(), network)?)
}
