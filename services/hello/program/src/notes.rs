//! Small notes in files: what shows that a volume keeps its data.

use std::{io, path::PathBuf, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    routing::get,
};
use tokio::{fs, io::AsyncWriteExt as _, sync::Mutex};

/// The largest note, in bytes.
const LARGEST: usize = 64 * 1024;

/// The longest name, in bytes.
const LONGEST: usize = 63;

/// Why a note is not read or kept, as the caller is told.
type NoteRefused = (StatusCode, String);

struct Notes {
    folder: PathBuf,
    /// Held while a note is written: two writers must not share a draft.
    writing: Mutex<()>,
}

pub(crate) fn router(folder: PathBuf) -> Router {
    Router::new()
        .route("/notes/{name}", get(read).put(write))
        .layer(DefaultBodyLimit::max(LARGEST))
        .with_state(Arc::new(Notes {
            folder,
            writing: Mutex::default(),
        }))
}

async fn read(
    State(notes): State<Arc<Notes>>,
    Path(name): Path<String>,
) -> Result<Vec<u8>, NoteRefused> {
    check(&name)?;
    fs::read(notes.folder.join(&name)).await.map_err(refused)
}

async fn write(
    State(notes): State<Arc<Notes>>,
    Path(name): Path<String>,
    note: Bytes,
) -> Result<StatusCode, NoteRefused> {
    check(&name)?;
    let _writing = notes.writing.lock().await;
    // A draft first: a kill midway leaves the old note or the new one. Names are without dots, so
    // the draft cannot be a note.
    let draft = notes.folder.join(".draft");
    let keep = async {
        let mut file = fs::File::create(&draft).await?;
        file.write_all(&note).await?;
        file.sync_all().await?;
        fs::rename(&draft, notes.folder.join(&name)).await
    };
    keep.await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn check(name: &str) -> Result<(), NoteRefused> {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if (1..=LONGEST).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(());
    }
    let rule = format!("a note's name is 1 to {LONGEST} of a-z, 0-9 and -");
    Err((StatusCode::BAD_REQUEST, rule))
}

fn refused(error: io::Error) -> NoteRefused {
    match error.kind() {
        io::ErrorKind::NotFound => (StatusCode::NOT_FOUND, "no such note".into()),
        _ => {
            tracing::error!(%error, "cannot use the data directory");
            let text = "cannot use the data directory; see the log";
            (StatusCode::INTERNAL_SERVER_ERROR, text.into())
        }
    }
}
