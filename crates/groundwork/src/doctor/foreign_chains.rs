//! Whether another packet filter on the machine may drop what pods send.

use groundwork_contract::Stack;
use groundwork_node::{ForeignChain, foreign_chains};

use super::check::Check;

const NAME: &str = "packet filter";

pub fn check(stack: Option<&Stack>) -> Option<Check> {
    let nft = stack?.program("nft").ok()?;
    // Where nothing can be listed, the check of our own rules has said so.
    Some(verdict(&foreign_chains(nft).ok()?))
}

fn verdict(chains: &[ForeignChain]) -> Check {
    if chains.is_empty() {
        return Check::ok(NAME, "nothing of others drops what pods send");
    }
    let names: Vec<_> = chains.iter().map(ForeignChain::to_string).collect();
    let remedies: Vec<_> = chains.iter().map(|chain| &*chain.remedy).collect();
    Check::warn(
        NAME,
        format!("{} may drop what pods send", names.join(" and ")),
        remedies.join(" && "),
    )
}
