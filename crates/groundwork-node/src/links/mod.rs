//! Whether packets arrive where the stack sends them, tried from where they start: from inside pods and from
//! the machine. The kubelet's probes start on the machine alone, so they leave the pods' links untried.

use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr, TcpListener, TcpStream},
    thread,
    time::Duration,
};

use crate::{
    address::{API_SERVICE_ADDRESS, DNS_ADDRESS, NO_SERVICE_ADDRESS},
    error::Error,
    name_servers,
    state::StateDir,
};

mod dns;
mod pod;

use dns::{Kind, NO_ERROR, SERVER_FAILURE};
use pod::Pod;

/// For one packet and its answer; on one machine they take microseconds.
const PATIENCE: Duration = Duration::from_secs(2);
/// For each of the machine's name servers, of which resolv.conf(5) knows three, and then for the cluster's
/// DNS, which asks them.
const SERVER_PATIENCE: Duration = Duration::from_secs(1);
const SERVERS: usize = 3;
const OUTSIDE_PATIENCE: Duration = Duration::from_secs(3);
/// Of DNS, and of what the API server's Service has.
const DNS_PORT: u16 = 53;
const API_SERVICE_PORT: u16 = 443;
/// What the cluster's DNS answers by itself.
const INSIDE_NAME: &str = "kubernetes.default.svc.cluster.local";
/// The root of all names: every name server knows something about it.
const OUTSIDE_NAME: &str = "";

/// How a way that packets take is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkState {
    /// From where to where: `pod to pod`.
    pub name: &'static str,
    /// What happens instead of their arrival; none when they arrive.
    pub broken: Option<String>,
}

/// A way that packets take.
enum Link<'a> {
    MachineToService(SocketAddr),
    MachineToNoService,
    PodToPod(&'a Pod, &'a Pod),
    PodToService(&'a Pod),
    PodToApiServer(&'a Pod),
    PodToNoService(&'a Pod),
    PodToOutsideName(&'a Pod),
}

/// Tries the ways that packets take on the node of `state`, from one of its pods and from the machine.
/// `services` is where the stack answers on loopback. It takes milliseconds where all is well, and at
/// most 9 s.
///
/// # Errors
/// [`Error::File`] when the pods' networks cannot be listed.
pub fn links(state: &StateDir, services: &[SocketAddr]) -> Result<Vec<LinkState>, Error> {
    let mut pods = pod::all(state)?;
    // A policy may stop what is tried here.
    let isolated = pod::isolated(state);
    pods.retain(|pod| !isolated.contains(&pod.address));
    let mut links: Vec<_> = services
        .iter()
        .copied()
        .map(Link::MachineToService)
        .collect();
    links.push(Link::MachineToNoService);
    if let [pod, others @ ..] = pods.as_slice() {
        links.extend(others.first().map(|other| Link::PodToPod(pod, other)));
        links.push(Link::PodToService(pod));
        links.push(Link::PodToApiServer(pod));
        links.push(Link::PodToNoService(pod));
        links.push(Link::PodToOutsideName(pod));
    }
    // Each in a thread of its own, which takes the network of its pod along to its end.
    Ok(thread::scope(|scope| {
        let tried: Vec<_> = links
            .iter()
            .map(|link| (link.name(), scope.spawn(|| link.is_whole())))
            .collect();
        let ended = tried.into_iter().map(|(name, thread)| {
            let ended = thread.join();
            let result = ended.unwrap_or_else(|_| Err("it was not tried to its end".into()));
            let broken = result.err();
            LinkState { name, broken }
        });
        ended.collect()
    }))
}

impl Link<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::MachineToService(_) => "machine to Service",
            Self::MachineToNoService => "machine to no Service",
            Self::PodToPod(..) => "pod to pod",
            Self::PodToService(_) => "pod to Service",
            Self::PodToApiServer(_) => "pod to API server",
            Self::PodToNoService(_) => "pod to no Service",
            Self::PodToOutsideName(_) => "pod to outside name",
        }
    }

    /// Tries it, and once more: a busy machine may take its time, and a pod may just have ended.
    fn is_whole(&self) -> Result<(), String> {
        match self {
            // It begins on the machine, and tries again by itself.
            Self::PodToOutsideName(_) => self.attempt(),
            _ => self.attempt().or_else(|_| self.attempt()),
        }
    }

    /// Tries it from the calling thread, which may be in another network afterwards.
    fn attempt(&self) -> Result<(), String> {
        match self {
            Self::MachineToService(service) => connect(*service),
            Self::MachineToNoService => is_refused(),
            Self::PodToPod(pod, other) => {
                other.enter()?;
                // The kernel completes the connection, before any accept.
                let listener = TcpListener::bind((other.address, 0));
                let listener = listener.map_err(|error| error.to_string())?;
                let address = listener.local_addr().map_err(|error| error.to_string())?;
                pod.enter()?;
                connect(address)
            }
            Self::PodToService(pod) => {
                pod.enter()?;
                let server = SocketAddr::from((DNS_ADDRESS, DNS_PORT));
                match dns::ask(server, INSIDE_NAME, Kind::A, PATIENCE)? {
                    NO_ERROR => Ok(()),
                    code => Err(format!("DNS answers {INSIDE_NAME} with code {code}")),
                }
            }
            Self::PodToApiServer(pod) => {
                pod.enter()?;
                connect((API_SERVICE_ADDRESS, API_SERVICE_PORT).into())
            }
            Self::PodToNoService(pod) => {
                pod.enter()?;
                is_refused()
            }
            Self::PodToOutsideName(pod) => {
                // Outside names are asked for only where the machine's own server answers.
                let Some(server) = server_that_answers() else {
                    return Ok(());
                };
                pod.enter()?;
                let dns = SocketAddr::from((DNS_ADDRESS, DNS_PORT));
                let ask = || match dns::ask(dns, OUTSIDE_NAME, Kind::Ns, OUTSIDE_PATIENCE)? {
                    SERVER_FAILURE => Err(format!(
                        "DNS gets no answer, and this machine does: from {server}"
                    )),
                    _ => Ok(()),
                };
                ask().or_else(|_| ask())
            }
        }
    }
}

/// The first of the machine's name servers that answers it.
fn server_that_answers() -> Option<IpAddr> {
    let mut servers = name_servers::of_machine().into_iter().take(SERVERS);
    servers.find(|server| {
        let address = SocketAddr::from((*server, DNS_PORT));
        let answer = dns::ask(address, OUTSIDE_NAME, Kind::Ns, SERVER_PATIENCE);
        answer.is_ok_and(|code| code != SERVER_FAILURE)
    })
}

fn connect(address: SocketAddr) -> Result<(), String> {
    match TcpStream::connect_timeout(&address, PATIENCE) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::TimedOut => Err(format!(
            "no answer from {address} within {} s",
            PATIENCE.as_secs()
        )),
        Err(error) => Err(format!("{address}: {error}")),
    }
}

/// Whether an address that no Service has is refused at once, and does not leave the machine.
fn is_refused() -> Result<(), String> {
    let address = SocketAddr::from((NO_SERVICE_ADDRESS, API_SERVICE_PORT));
    match TcpStream::connect_timeout(&address, PATIENCE) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => Ok(()),
        Err(error) => Err(format!("{address} is not refused: {error}")),
        Ok(_) => Err(format!("somebody answers at {address}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_at_an_address_is_told_with_the_address() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        assert_eq!(connect(address), Ok(()));
        drop(listener);
        let reason = connect(address).unwrap_err();
        assert!(reason.starts_with(&format!("{address}: ")), "{reason}");
    }

    #[test]
    fn without_pods_the_machine_s_own_ways_are_tried() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::new(folder.path());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let links = links(&state, &[address]).unwrap();
        assert_eq!(links[0].name, "machine to Service");
        assert!(links[0].broken.is_some());
    }
}
