//! How soon each server answers on a node that starts.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use groundwork_apply::Cluster;
use groundwork_contract::Progress;
use groundwork_process::wait::Wait;
use groundwork_signals::answers;
use tokio::time::timeout;

use super::running::{Running, figure_name};
use crate::bench::{cluster::Bench, figure::Figure};

/// For everything to answer once it is started; `up` gives up before.
const PATIENCE: Duration = Duration::from_secs(300);
const PAUSE: Duration = Duration::from_millis(50);
/// For one look: packets to an address that is not there yet are lost.
const LOOK: Duration = Duration::from_secs(1);

const CONTROL_PLANE: &str = "control_plane_after_up";
const ALL: &str = "all_backends_after_control_plane";
const ALL_FROM_NOTHING: &str = "all_backends_after_control_plane_from_nothing";

/// Starts the node from nothing, stops it, and starts it again; the second start is the one that
/// people wait for every day.
pub(super) async fn measure<R: Fn(Progress)>(
    bench: &Bench<'_, R>,
    running: &Running,
) -> anyhow::Result<Vec<Figure>> {
    let from_nothing = up(bench, running, "up from nothing").await?;
    bench.step("down", || bench.launch(["down"]))?;
    let times = up(bench, running, "up after down").await?;
    let mut figures = vec![Figure::new(
        ALL_FROM_NOTHING,
        from_nothing.after_control_plane(),
        "s",
    )];
    figures.push(Figure::new(CONTROL_PLANE, times.control_plane, "s"));
    figures.extend(
        times
            .backends
            .iter()
            .map(|(name, seconds)| Figure::new(format!("{name}_after_up"), *seconds, "s")),
    );
    figures.push(Figure::new(ALL, times.after_control_plane(), "s"));
    Ok(figures)
}

/// When what answered, in seconds after `up` was called.
struct Times {
    control_plane: f64,
    /// Of each component that says how it is asked, by its name in figures.
    backends: Vec<(String, f64)>,
}

impl Times {
    fn after_control_plane(&self) -> f64 {
        let last = self.backends.iter().map(|it| it.1).fold(0.0, f64::max);
        last - self.control_plane
    }
}

async fn up<R: Fn(Progress)>(
    bench: &Bench<'_, R>,
    running: &Running,
    title: &str,
) -> anyhow::Result<Times> {
    let started = Instant::now();
    let kubeconfig = running.state.kubeconfig();
    let control_plane = tokio::spawn(ready(started, "the API server", move || {
        api_server(kubeconfig.clone())
    }));
    let mut backends = vec![];
    for component in &running.stack.components {
        if let (Some(url), Some(path)) = (component.endpoint.clone(), component.health.clone()) {
            let looks = ready(started, component.name.clone(), move || {
                let (url, path) = (url.clone(), path.clone());
                async move { answers(&url, &path).await }
            });
            backends.push((figure_name(component), tokio::spawn(looks)));
        }
    }
    // It blocks this thread; the looks go on in the others.
    bench.step(title, || bench.launch(["up"]))?;
    let mut times = Times {
        control_plane: control_plane.await??,
        backends: vec![],
    };
    for (name, backend) in backends {
        times.backends.push((name, backend.await??));
    }
    Ok(times)
}

/// Looks until `look` succeeds; seconds since `started`.
async fn ready<F: Future<Output = bool>>(
    started: Instant,
    what: impl Into<String>,
    mut look: impl FnMut() -> F,
) -> anyhow::Result<f64> {
    let answers = move || {
        let look = timeout(LOOK, look());
        async { look.await.unwrap_or(false).then_some(()).ok_or("no answer") }
    };
    let wait = Wait::new(what, PATIENCE).exactly().every(PAUSE);
    wait.until(answers).done().await?;
    Ok(started.elapsed().as_secs_f64())
}

async fn api_server(kubeconfig: PathBuf) -> bool {
    let Ok(cluster) = Cluster::connect(&kubeconfig).await else {
        return false;
    };
    cluster.client().apiserver_version().await.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_backend_counts() {
        let times = Times {
            control_plane: 4.0,
            backends: [9.0, 12.5, 7.0].map(|it| ("store".into(), it)).into(),
        };
        assert_eq!(times.after_control_plane(), 8.5);
    }
}
