//! A record as the page shows it. Pure.

use base64::{display::Base64Display, prelude::BASE64_STANDARD};
use groundwork_events::{Record, Shown};
use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// How many bytes of a value are shown.
pub(super) const VALUE: usize = 256 * 1024;

/// A record with its bytes as `{"text":…}` where a person can read them, and else as `{"base64":…}`.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(super) struct Message {
    partition: i32,
    offset: i64,
    time: Option<Timestamp>,
    key: Option<Bytes>,
    value: Option<Bytes>,
    truncated: bool,
    headers: Vec<Header>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
struct Header {
    name: String,
    value: Option<Bytes>,
}

/// What the bus carries is bytes: text where it is text.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(ts_rs::TS))]
enum Bytes {
    Text(String),
    Base64(
        #[serde(serialize_with = "base64")]
        #[cfg_attr(test, ts(type = "string"))]
        Vec<u8>,
    ),
}

impl Message {
    pub(super) fn of(Shown { record, truncated }: Shown) -> Self {
        let Record {
            partition,
            offset,
            timestamp,
            key,
            value,
            headers,
            ..
        } = record;
        let headers = headers.into_iter().map(|(name, value)| Header {
            name,
            value: value.map(|value| Bytes::of(value, false)),
        });
        Self {
            partition,
            offset,
            time: timestamp,
            key: key.map(|key| Bytes::of(key, false)),
            value: value.map(|value| Bytes::of(value, truncated)),
            truncated,
            headers: headers.collect(),
        }
    }
}

impl Bytes {
    /// `bytes`, at whose end a character may have been `cut` in two.
    fn of(bytes: Vec<u8>, cut: bool) -> Self {
        let text = String::from_utf8(bytes).or_else(|error| {
            let wrong = error.utf8_error();
            let mut bytes = error.into_bytes();
            // No length: it ends too early, and is not wrong.
            if cut && wrong.error_len().is_none() {
                bytes.truncate(wrong.valid_up_to());
            }
            String::from_utf8(bytes)
        });
        match text {
            Ok(text) if text.chars().all(is_readable) => Self::Text(text),
            Ok(text) => Self::Base64(text.into_bytes()),
            Err(error) => Self::Base64(error.into_bytes()),
        }
    }
}

/// Others are a binary record's, of which JSON would make six characters each.
fn is_readable(c: char) -> bool {
    !c.is_control() || matches!(c, '\t' | '\n' | '\r')
}

fn base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Base64Display::new(bytes, &BASE64_STANDARD))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(value: Option<&[u8]>, truncated: bool) -> serde_json::Value {
        let record = Record {
            topic: "t".into(),
            partition: 1,
            offset: 2,
            timestamp: Timestamp::from_millisecond(1_500).ok(),
            key: Some(vec![0xff]),
            value: value.map(<[u8]>::to_vec),
            headers: vec![("trace".into(), Some(b"7".to_vec())), ("none".into(), None)],
        };
        serde_json::to_value(Message::of(Shown { record, truncated })).unwrap()
    }

    #[test]
    fn a_record_has_the_fields_of_the_contract() {
        assert_eq!(
            shown(Some("grün".as_bytes()), false),
            json!({"partition": 1, "offset": 2, "time": "1970-01-01T00:00:01.5Z",
                   "key": {"base64": "/w=="}, "value": {"text": "grün"}, "truncated": false,
                   "headers": [{"name": "trace", "value": {"text": "7"}},
                               {"name": "none", "value": null}]})
        );
        assert_eq!(shown(None, false)["value"], json!(null));
    }

    #[test]
    fn zeros_are_bytes_and_lines_are_text() {
        assert_eq!(
            shown(Some(b"a\0"), false)["value"],
            json!({"base64": "YQA="})
        );
        assert_eq!(
            shown(Some(b"a\r\n\tb"), false)["value"],
            json!({"text": "a\r\n\tb"})
        );
    }

    #[test]
    fn a_character_that_was_cut_in_two_makes_no_bytes_of_a_text() {
        let cut = &"grün".as_bytes()[..3];
        assert_eq!(shown(Some(cut), true)["value"], json!({"text": "gr"}));
        assert_eq!(shown(Some(cut), false)["value"], json!({"base64": "Z3LD"}));
    }
}
