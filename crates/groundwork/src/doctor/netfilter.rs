//! Whether the kernel takes the kind of rules that kube-proxy and the CNI plugins write.

use groundwork_contract::Stack;
use groundwork_process::exec::Command;

use super::check::Check;

const NAME: &str = "nft rules";

/// One of each kind that they write: NAT with masquerading, address types, numbers at random, maps,
/// sets that forget, refusals. Checked by the kernel and never committed.
const RULES: &str = "\
table ip groundwork-doctor {
  map services { type ipv4_addr . inet_proto . inet_service : verdict; }
  set hairpin { type ipv4_addr . ipv4_addr . inet_proto . inet_service; }
  set affinity { type ipv4_addr; flags dynamic, timeout; timeout 3h; }
  counter rejected { }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    meta mark & 0x4000 != 0 meta mark set meta mark ^ 0x4000 masquerade fully-random
    ct status dnat ip saddr . ip daddr . meta l4proto . th dport @hairpin masquerade fully-random
  }
  chain prerouting {
    type nat hook prerouting priority dstnat;
    fib daddr type local ip daddr . meta l4proto . th dport vmap @services
    ip saddr @affinity numgen random mod 2 vmap { 0 : accept, 1 : return }
    update @affinity { ip saddr } meta l4proto tcp dnat to 127.0.0.1:9
    meta l4proto udp dnat ip addr . port to numgen random mod 2 map { 0 : 127.0.0.1 . 9, 1 : 127.0.0.1 . 10 }
  }
  chain output {
    type nat hook output priority -100;
    meta l4proto tcp dnat to 127.0.0.1:9
  }
  chain firewall {
    type filter hook prerouting priority dstnat - 10;
    ip saddr != { 127.0.0.0/8, 10.0.0.0/8 } drop
  }
  chain forward {
    type filter hook forward priority filter;
    ct state new reject
  }
}
table inet groundwork-doctor {
  chain postrouting {
    type nat hook postrouting priority srcnat;
    ip saddr 127.0.0.1 ip daddr != 127.0.0.0/8 masquerade
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
            "load the modules on the host: modprobe -a nf_tables nft_chain_nat nft_nat nft_masq nft_fib_ipv4 nft_numgen nft_ct nft_reject_ipv4",
        ),
    }
}
