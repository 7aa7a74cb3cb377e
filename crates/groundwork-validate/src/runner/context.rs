//! What the checks know: the stack, where the node keeps its files, and how to call the launcher.

use std::{path::PathBuf, time::Duration};

use groundwork_apply::Cluster;
use groundwork_contract::{Component, Stack};
use groundwork_node::StateDir;
use groundwork_process::exec::Command;

use super::verdict::CheckFailure;

/// What the checks know.
///
/// There is no cluster in it: a check connects anew, because another one may have replaced the
/// cluster with all its certificates.
#[derive(Clone)]
pub struct Context {
    /// The manifest that is running.
    pub stack: Stack,
    /// The manifest's file, for the launcher.
    pub stack_file: PathBuf,
    /// The node's state directory.
    pub state: StateDir,
    /// The launcher's own executable, which some checks call.
    pub launcher: PathBuf,
    /// Whether times and rates are judged. On an emulated or busy machine they say nothing of the
    /// stack, and are only shown.
    pub judges_speed: bool,
}

impl Context {
    /// Whether what `took` so long was quicker than the requirement's `bound`, where that is judged.
    pub(crate) fn in_time(&self, took: Duration, bound: Duration) -> bool {
        !self.judges_speed || took < bound
    }

    /// The running cluster.
    pub(crate) async fn cluster(&self) -> Result<Cluster, CheckFailure> {
        Ok(Cluster::connect(&self.state.kubeconfig()).await?)
    }

    /// The stack's component of `role`.
    pub(crate) fn component(&self, role: &str) -> Result<&Component, CheckFailure> {
        Ok(self.stack.of_role(role)?)
    }

    /// The reference of the image of the stack's component of `role`.
    pub(crate) fn image(&self, role: &str) -> Result<&str, CheckFailure> {
        Ok(&self.component(role)?.image()?.reference)
    }

    /// Where the stack's component of `role` answers on this machine.
    pub(crate) fn endpoint(&self, role: &str) -> Result<String, CheckFailure> {
        Ok(self.component(role)?.endpoint()?.to_owned())
    }

    /// Name and namespace of the workload of the stack's component of `role`.
    pub(crate) fn workload(&self, role: &str) -> Result<(&str, &str), CheckFailure> {
        let service = self.component(role)?.service_name();
        service.ok_or_else(|| format!("the component of role '{role}' has no Service").into())
    }

    /// Program `name` of the stack.
    pub(crate) fn program(&self, name: &str) -> Result<Command, CheckFailure> {
        Ok(Command::new(self.stack.program(name)?))
    }

    /// The launcher on the same state directory and stack.
    pub(crate) fn launcher(&self, arguments: &[&str]) -> Command {
        Command::new(&self.launcher)
            .args(arguments)
            .arg("--state-dir")
            .arg(self.state.root())
            .arg("--stack")
            .arg(&self.stack_file)
    }

    /// Runs the launcher to its end.
    pub(crate) async fn launch(&self, arguments: &[&str]) -> Result<(), CheckFailure> {
        let command = self.launcher(arguments);
        blocking(move || command.run()).await
    }

    #[cfg(test)]
    pub(crate) fn nowhere() -> Self {
        Self {
            stack: Stack {
                format: groundwork_contract::FORMAT,
                version: String::new(),
                programs: std::collections::BTreeMap::new(),
                cni_plugins: PathBuf::new(),
                components: vec![],
                waves: vec![],
                templates: PathBuf::new(),
                variants: vec![],
            },
            stack_file: PathBuf::new(),
            state: StateDir::new("/nonexistent"),
            launcher: PathBuf::new(),
            judges_speed: true,
        }
    }
}

/// Runs what blocks without holding up other tasks.
pub(crate) async fn blocking<T, E>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, CheckFailure>
where
    T: Send + 'static,
    E: Into<CheckFailure> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await?.map_err(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_above_its_bound_fails_only_where_speed_is_judged() {
        let second = Duration::from_secs(1);
        let strict = Context::nowhere();
        assert!(strict.in_time(second / 2, second));
        assert!(!strict.in_time(second, second));
        let lenient = Context {
            judges_speed: false,
            ..strict
        };
        assert!(lenient.in_time(second, second));
    }
}
