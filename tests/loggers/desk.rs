//! Prints lines as one of Rust's loggers writes them: desk LOGGER.

fn main() {
    match std::env::args().nth(1).unwrap().as_str() {
        "tracing" => {
            let lines = || {
                tracing::error!(symbol = "ACME", "order refused");
                tracing::info!("ok");
            };
            let colours = tracing_subscriber::fmt().with_ansi(true).finish();
            tracing::subscriber::with_default(colours, lines);
            let plain = tracing_subscriber::fmt().with_ansi(false).finish();
            tracing::subscriber::with_default(plain, lines);
            let json = tracing_subscriber::fmt().json().finish();
            tracing::subscriber::with_default(json, lines);
        }
        "env_logger" => {
            env_logger::Builder::new().init();
            log::error!("order refused");
        }
        _ => panic!("order refused"),
    }
}
