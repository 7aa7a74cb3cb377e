//! Whether the kernel takes the kind of rules that kube-proxy and the CNI plugins write.

use groundwork_exec::Command;
use groundwork_stack::Stack;

use super::Check;

const NAME: &str = "nft rules";

/// What they need: NAT with masquerading, connection states, address types, numbers at random.
/// Checked by the kernel and never committed.
const RULES: &str = "\
table ip groundwork-doctor {
  map services { type ipv4_addr . inet_proto . inet_service : verdict; }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    meta mark & 0x4000 != 0 masquerade fully-random
  }
  chain prerouting {
    type nat hook prerouting priority dstnat;
    fib daddr type local tcp dport 9 dnat to 127.0.0.1:9
    numgen random mod 2 vmap { 0 : accept, 1 : return }
  }
  chain forward {
    type filter hook forward priority filter;
    ct state invalid drop
  }
}
";

pub fn check(stack: Option<&Stack>) -> Check {
    let Some(nft) = stack.and_then(|stack| stack.program("nft").ok()) else {
        return Check::warn(
            NAME,
            "not tried: no stack manifest",
            "name one with --stack FILE",
        );
    };
    let tried = Command::new(nft)
        .args(["--check", "--file", "-"])
        .stdin_bytes(RULES)
        .read();
    match tried {
        Ok(_) => Check::ok(NAME, "the kernel takes them"),
        Err(error) => Check::fail(
            NAME,
            format!("the kernel refuses them: {error}"),
            "load the modules on the host: modprobe -a nf_tables nft_chain_nat nft_masq nft_fib_ipv4 nft_numgen nft_ct",
        ),
    }
}
