//! Progress on a terminal: one moving line per component, green when it is ready.

use std::{collections::HashMap, time::Duration};

use groundwork_contract::{Phase, Progress};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::screen::{Screen, seconds};

/// Wide enough for `kube-controller-manager`.
const NAME_WIDTH: usize = 24;
/// The pictures of a line that is at work; the last one is never shown.
const SPINNER: [&str; 9] = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇", "⠏", "⠟", " "];

/// Moving lines on standard error.
#[derive(Default)]
pub struct Terminal {
    lines: MultiProgress,
    components: HashMap<String, Line>,
}

struct Line {
    bar: ProgressBar,
    phase: Phase,
    detail: String,
    since: Duration,
}

impl Line {
    fn draw(&self, now: Duration) {
        let state = match self.phase {
            Phase::Starting => "starting",
            Phase::Waiting => "waiting",
            Phase::Ready => "ready",
            Phase::Failed => "failed",
        };
        let elapsed = seconds(now - self.since);
        let text = format!("{state:9}{elapsed:>8}  {}", self.detail);
        let text = text.trim_end().to_owned();
        match self.phase {
            Phase::Starting | Phase::Waiting => {
                self.bar.set_message(text);
                self.bar.tick();
            }
            Phase::Ready | Phase::Failed => self.bar.finish_with_message(text),
        }
    }
}

impl Screen for Terminal {
    fn show(&mut self, progress: Progress, now: Duration) {
        let Progress {
            component,
            phase,
            detail,
        } = progress;
        let line = self
            .components
            .entry(component)
            .or_insert_with_key(|name| Line {
                bar: self
                    .lines
                    .add(ProgressBar::new_spinner().with_prefix(format!("{name:NAME_WIDTH$}"))),
                phase,
                detail: String::new(),
                since: now,
            });
        // A finished line stays as it is when the same is reported again.
        if line.bar.is_finished() && line.phase == phase {
            return;
        }
        line.phase = phase;
        line.detail = detail;
        line.bar.set_style(style(phase));
        line.draw(now);
    }

    fn tick(&mut self, now: Duration) {
        for line in self.components.values() {
            if !line.bar.is_finished() {
                line.draw(now);
            }
        }
    }

    fn end(&mut self) {
        for line in self.components.values() {
            if !line.bar.is_finished() {
                line.bar.abandon();
            }
        }
    }
}

fn style(phase: Phase) -> ProgressStyle {
    // The tick is a spinner with a single picture, so that indicatif colours it, or not (NO_COLOR).
    let (template, pictures): (_, &[&str]) = match phase {
        Phase::Starting | Phase::Waiting => ("{spinner} {prefix} {wide_msg}", &SPINNER),
        Phase::Ready => ("{spinner:.green} {prefix} {wide_msg}", &["✔", "✔"]),
        Phase::Failed => ("{spinner:.red} {prefix} {wide_msg}", &["✘", "✘"]),
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .tick_strings(pictures)
}

#[cfg(test)]
mod tests {
    use indicatif::{InMemoryTerm, ProgressDrawTarget};

    use super::*;

    #[test]
    fn a_line_tells_phase_time_and_detail_and_ends_with_a_tick() {
        let screen = InMemoryTerm::new(10, 80);
        let target = ProgressDrawTarget::term_like(Box::new(screen.clone()));
        let mut terminal = Terminal {
            lines: MultiProgress::with_draw_target(target),
            components: HashMap::new(),
        };
        let at = Duration::from_millis;
        terminal.show(Progress::new("etcd", Phase::Waiting, "its socket"), at(0));
        terminal.show(Progress::new("kubelet", Phase::Starting, ""), at(0));
        terminal.tick(at(1500));
        assert!(
            screen.contents().contains("waiting     1.5 s  its socket"),
            "{}",
            screen.contents()
        );
        terminal.show(Progress::new("etcd", Phase::Ready, ""), at(2000));
        terminal.tick(at(3000));
        assert!(
            screen.contents().starts_with("✔ etcd"),
            "{}",
            screen.contents()
        );
        assert!(screen.contents().contains("2.0 s"), "{}", screen.contents());
    }
}
