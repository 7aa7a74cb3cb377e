//! Any .env file is read or refused, and what is read can be written and read again.
#![no_main]

use groundwork_secrets::store::dotenv;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(fields) = dotenv::parse(text) else {
        return;
    };
    if let Ok(written) = dotenv::format(&fields) {
        assert_eq!(dotenv::parse(&written).expect("it was written"), fields);
    }
});
