//! The node's network controller: what a network plugin and a cloud's controller do elsewhere. It
//! enforces `NetworkPolicies` in the packet filter, and gives Services of this machine's load balancer
//! class their address. It does not matter which client applied them.
//!
//! [`run`] watches the cluster and carries out what [`policy`], [`rules`] and [`load_balancer`] decide;
//! these are pure.
//!
//! ```no_run
//! # async fn example() -> Result<(), groundwork_network::Error> {
//! // It ends only with an error.
//! groundwork_network::run(groundwork_network::Settings {
//!     kubeconfig: "kubeconfig".into(),
//!     nft: "/usr/sbin/nft".into(),
//!     socket: "network-controller.sock".into(),
//!     isolated: "isolated".into(),
//! })
//! .await
//! # }
//! ```

mod door;
mod error;
mod load_balancer;
mod packet_filter;
mod policy;
mod rules;
mod settings;
mod watch;

pub use error::Error;
pub use settings::Settings;
pub use watch::run;
