//! The Java runtime of the image, as a command.

use groundwork_process::exec::Command;

/// The runtime.
pub(crate) const JAVA: &str = "/bin/java";
/// The folder with its class path and the jars.
pub(crate) const KAFKA: &str = "/usr/share/kafka";

/// `java` with the broker's class path.
pub(crate) fn java() -> Command {
    Command::new(JAVA).arg(format!("@{KAFKA}/java.args"))
}

/// The same for a program that runs for a moment: it ends before better code and a larger heap could pay.
pub(crate) fn brief() -> Command {
    java().args(["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx64m"])
}
