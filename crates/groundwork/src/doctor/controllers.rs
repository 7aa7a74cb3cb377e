//! Why the kernel gives no controller of control groups, as far as it tells.

use procfs::CGroupController;

/// The remedy where a container lacks something of its host's control groups.
pub const IN_A_CONTAINER: &str = "in a container, start it with --cgroupns=host --privileged";

/// A controller.
#[derive(Clone, Copy)]
pub struct Controller {
    pub name: &'static str,
    /// The option of the kernel's configuration that brings it.
    pub option: &'static str,
}

impl Controller {
    pub const fn new(name: &'static str, option: &'static str) -> Self {
        Self { name, option }
    }
}

/// What the kernel tells of its controllers.
#[derive(Default)]
pub struct Kernel {
    /// /proc/cgroups. Newer kernels leave out what version 1 cannot have.
    pub controllers: Vec<CGroupController>,
    /// /proc/cmdline.
    pub command_line: String,
}

impl Kernel {
    fn line(&self, name: &str) -> Option<&CGroupController> {
        self.controllers.iter().find(|line| line.name == name)
    }

    /// Whether a hierarchy of version 1 has it, mounted within sight or not.
    pub fn gives_version_1(&self, name: &str) -> bool {
        self.line(name).is_some_and(|line| line.hierarchy != 0)
    }

    /// Why `missing` are, and the remedy; `None` when the kernel has them, turned on.
    pub fn lacks(&self, missing: &[Controller]) -> Option<(String, String)> {
        let those = |state: fn(Option<&CGroupController>) -> bool| -> Vec<Controller> {
            let those = missing.iter().filter(|one| state(self.line(one.name)));
            those.copied().collect()
        };
        let mut words = self.command_line.split_whitespace();
        if let Some(word) = words.find(|word| missing.iter().any(|one| turns_off(word, one.name))) {
            return Some((
                format!("the kernel was started with {word}"),
                format!(
                    "remove {word} from the kernel's command line and reboot; on a Raspberry Pi, \
                     whose firmware writes it, add cgroup_enable=memory to cmdline.txt"
                ),
            ));
        }
        let off = those(|line| line.is_some_and(|line| !line.enabled));
        if !off.is_empty() {
            let words = list(&off, " ", |one| format!("cgroup_enable={}", one.name));
            return Some((
                format!("the kernel has {} turned off", names(&off)),
                format!("add {words} to the kernel's command line and reboot"),
            ));
        }
        let unlisted = those(|line| line.is_none());
        if !unlisted.is_empty() {
            let options = list(&unlisted, ", ", |one| format!("{}=y", one.option));
            return Some((
                format!("/proc/cgroups does not list {}", names(&unlisted)),
                format!("use a kernel with {options}; {IN_A_CONTAINER}"),
            ));
        }
        None
    }
}

/// `cpu, memory`.
pub fn names(controllers: &[Controller]) -> String {
    list(controllers, ", ", |one| one.name.to_owned())
}

fn list(
    controllers: &[Controller],
    between: &str,
    shown: impl Fn(&Controller) -> String,
) -> String {
    let shown: Vec<_> = controllers.iter().map(shown).collect();
    shown.join(between)
}

/// Whether this word of the kernel's command line turns the controller off.
fn turns_off(word: &str, controller: &str) -> bool {
    word.strip_prefix("cgroup_disable=")
        .is_some_and(|list| list.split(',').any(|name| name == controller))
}

#[cfg(test)]
pub mod tests {
    use super::*;

    const MEMORY: Controller = Controller::new("memory", "CONFIG_MEMCG");

    /// A line of /proc/cgroups.
    pub fn line(name: &str, hierarchy: u32, enabled: bool) -> CGroupController {
        CGroupController {
            name: name.into(),
            hierarchy,
            num_cgroups: 1,
            enabled,
        }
    }

    fn lacks(controllers: Vec<CGroupController>, word: &str) -> Option<(String, String)> {
        let kernel = Kernel {
            controllers,
            command_line: format!("quiet {word}\n"),
        };
        kernel.lacks(&[MEMORY])
    }

    #[test]
    fn what_the_command_line_turns_off_is_told_with_the_word() {
        let word = "cgroup_disable=rdma,memory";
        let (why, fix) = lacks(vec![line("memory", 0, false)], word).unwrap();
        assert_eq!(why, format!("the kernel was started with {word}"));
        assert!(fix.starts_with(&format!("remove {word} from")), "{fix}");
    }

    #[test]
    fn what_is_off_by_itself_is_told_with_the_word_that_turns_it_on() {
        let off = vec![line("memory", 0, false)];
        let (why, fix) = lacks(off, "cgroup_disable=rdma").unwrap();
        assert_eq!(why, "the kernel has memory turned off");
        assert!(fix.starts_with("add cgroup_enable=memory to"), "{fix}");
    }

    #[test]
    fn what_is_not_listed_is_told_with_its_option() {
        let (why, fix) = lacks(vec![line("cpu", 0, true)], "quiet").unwrap();
        assert_eq!(why, "/proc/cgroups does not list memory");
        assert!(fix.contains("CONFIG_MEMCG=y"), "{fix}");
    }

    #[test]
    fn what_is_on_is_not_lacking() {
        assert_eq!(lacks(vec![line("memory", 0, true)], "quiet"), None);
    }
}
