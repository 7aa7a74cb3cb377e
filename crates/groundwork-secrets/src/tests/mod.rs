//! What the tests share: everything that is said anywhere, and waiting.

mod api;
mod files;

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use groundwork_process::wait::Wait;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
    subscriber::{DefaultGuard, set_default},
};

use crate::Watched;

/// The value that must be nowhere.
const VALUE: &str = "sesame";

/// While this is there, a test hears all that it says. One test at a time: who is interested in a line
/// is decided for all threads at once, and one that ends may take another's interest away.
struct Listening {
    _default: DefaultGuard,
    _alone: MutexGuard<'static, ()>,
}

/// All that this thread says, of any crate and any level.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    fn listen() -> (Self, Listening) {
        static ALONE: Mutex<()> = Mutex::new(());
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let said = Self::default();
        let listening = Listening {
            _default: set_default(said.clone()),
            _alone: alone,
        };
        (said, listening)
    }

    fn add(&self, mut text: String, record: impl FnOnce(&mut Text<'_>)) {
        record(&mut Text(&mut text));
        self.0.lock().unwrap().push(text);
    }

    /// The lines of this crate, each without its field "error".
    fn own(&self) -> Vec<String> {
        let own = |line: &&String| line.contains("groundwork_secrets");
        self.0.lock().unwrap().iter().filter(own).cloned().collect()
    }

    fn count(&self, text: &str) -> usize {
        self.own().iter().filter(|line| line.contains(text)).count()
    }

    fn assert_no_value(&self) {
        let said = self.0.lock().unwrap();
        assert!(!said.is_empty());
        for line in &*said {
            assert!(!line.contains(VALUE), "{line}");
        }
    }
}

struct Text<'a>(&'a mut String);

impl Visit for Text<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }
}

impl Subscriber for Said {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        self.add(span.metadata().target().to_owned(), |text| {
            span.record(text)
        });
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        self.add(String::new(), |text| values.record(text));
    }

    fn event(&self, event: &Event<'_>) {
        let (level, target) = (event.metadata().level(), event.metadata().target());
        self.add(format!("{level} {target}"), |text| event.record(text));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Waits for `what`, which `holds` tells.
async fn comes(what: &str, mut holds: impl FnMut() -> bool) {
    let wait = Wait::new(what, Duration::from_secs(20)).every(Duration::from_millis(20));
    let holds = async || holds().then_some(()).ok_or("it does not come");
    wait.until(holds).done().await.unwrap();
}

fn version(watched: &Watched) -> Option<String> {
    Some(watched.current()?.version().to_owned())
}

fn token(watched: &Watched) -> Option<String> {
    let secret = watched.current()?;
    let token = secret.field("token").unwrap().expose_text().unwrap();
    Some(token.to_owned())
}
