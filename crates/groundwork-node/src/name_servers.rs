//! The machine's name servers, which a laptop changes with each network that it joins: copied for
//! pods by the supervisor again and again, and not once.

use std::{fs, net::IpAddr};

use crate::{
    address::NODE_ADDRESS,
    error::Error,
    state::{self, StateDir},
};

/// The machine's name servers, where a pod can reach them: not those on loopback.
pub fn of_machine() -> Vec<IpAddr> {
    // systemd-resolved lists the real ones beside its stub on loopback.
    let candidates = ["/run/systemd/resolve/resolv.conf", "/etc/resolv.conf"];
    let texts = candidates
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok());
    texts
        .map(|text| listed(&text))
        .find(|servers| !servers.is_empty())
        .unwrap_or_default()
}

/// Brings the copies of the list up to date: what the cluster's DNS forwards to, which looks at it
/// itself, and what the kubelet gives to new pods of the policy `Default`.
///
/// # Errors
/// [`Error::File`] when one cannot be written; no folder of the node is made anew for it.
pub fn copy(state: &StateDir) -> Result<(), Error> {
    let mut servers = of_machine();
    if servers.is_empty() {
        // CoreDNS wants one at least. Nothing listens here, so that other names fail at once.
        servers.push(NODE_ADDRESS.into());
    }
    state::create_open_dir(&state.name_servers(), 0o755)?;
    let copies = [
        (state.resolv_conf(), resolv_conf(&servers)),
        (state.name_servers().join("forward"), forward(&servers)),
    ];
    for (path, content) in copies {
        if fs::read_to_string(&path).is_ok_and(|found| found == content) {
            continue;
        }
        // CoreDNS is an ordinary user.
        state::write_open(&path, &content)?;
        tracing::info!("{} names {}", path.display(), words(&servers));
    }
    Ok(())
}

fn listed(resolv_conf: &str) -> Vec<IpAddr> {
    let words = resolv_conf
        .lines()
        .filter_map(|line| line.strip_prefix("nameserver"));
    words
        .filter_map(|word| word.trim().parse::<IpAddr>().ok())
        .filter(|address| !address.is_loopback())
        .collect()
}

fn resolv_conf(servers: &[IpAddr]) -> String {
    let lines = servers
        .iter()
        .map(|server| format!("nameserver {server}\n"));
    lines.collect()
}

/// CoreDNS's directive, which its Corefile imports. The servers are asked in their order. No
/// health checks (`max_fails 0`): they would keep a machine without network busy.
fn forward(servers: &[IpAddr]) -> String {
    format!(
        "forward . {} {{\n    policy sequential\n    max_fails 0\n    max_concurrent 1000\n}}\n",
        words(servers)
    )
}

fn words(servers: &[IpAddr]) -> String {
    let words: Vec<_> = servers.iter().map(IpAddr::to_string).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_servers_on_loopback_are_left_out() {
        let text = "# made by hand\nsearch example\nnameserver 127.0.0.53\nnameserver 192.0.2.1\nnameserver ::1\n";
        assert_eq!(listed(text), ["192.0.2.1".parse::<IpAddr>().unwrap()]);
    }

    #[test]
    fn both_copies_name_the_servers_in_their_order() {
        let servers = ["192.0.2.1", "2001:db8::1"].map(|server| server.parse().unwrap());
        assert_eq!(
            resolv_conf(&servers),
            "nameserver 192.0.2.1\nnameserver 2001:db8::1\n"
        );
        assert!(forward(&servers).starts_with("forward . 192.0.2.1 2001:db8::1 {\n"));
    }
}
