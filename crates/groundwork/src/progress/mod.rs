//! Shows how far each component is: moving lines on a terminal, plain lines elsewhere.
//!
//! Libraries report [`Progress`] from any thread; one thread here owns the screen, so that
//! reporting never waits for a terminal.

use std::{
    io::{self, IsTerminal},
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use groundwork_contract::Progress;

use self::{plain::Plain, screen::Screen, terminal::Terminal};

mod plain;
mod screen;
mod terminal;

/// How often elapsed times are brought up to date; short enough for a spinner to look alive.
const TICK: Duration = Duration::from_millis(100);

enum Event {
    Step(Progress),
    End,
}

/// Progress on standard error, until it is dropped.
pub struct Display {
    events: Sender<Event>,
    screen: Option<JoinHandle<()>>,
}

impl Display {
    /// Begins to show progress in the way that standard error allows.
    pub fn start() -> Self {
        let (events, incoming) = mpsc::channel();
        let screen = thread::spawn(move || {
            let mut screen: Box<dyn Screen> = if io::stderr().is_terminal() {
                Box::new(Terminal::default())
            } else {
                Box::new(Plain::new(crate::output::note))
            };
            let start = Instant::now();
            loop {
                match incoming.recv_timeout(TICK) {
                    Ok(Event::Step(progress)) => screen.show(progress, start.elapsed()),
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(Event::End) | Err(RecvTimeoutError::Disconnected) => break,
                }
                screen.tick(start.elapsed());
            }
            screen.end();
        });
        Self {
            events,
            screen: Some(screen),
        }
    }

    /// Takes steps for this display; what comes after its end is not shown.
    pub fn report(&self) -> impl Fn(Progress) + Clone + Send + Sync + use<> {
        let events = self.events.clone();
        move |progress| drop(events.send(Event::Step(progress)))
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // Reporters may outlive the display, so the channel's end alone would not come.
        drop(self.events.send(Event::End));
        if let Some(screen) = self.screen.take() {
            drop(screen.join());
        }
    }
}
