//! A record as it was read, and its JSON form.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use rdkafka::message::{Headers, Message};
use serde::{Serialize, Serializer, ser::SerializeMap};

/// A record as it was read from the bus.
///
/// Its JSON has key and value as strings where they are UTF-8, and as `key_base64` and
/// `value_base64` where they are not; a record without a value (a tombstone) has `"value":null`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The topic that it was read from.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// Its number within the partition.
    pub offset: i64,
    /// When it was produced (or written, if the topic is set so).
    pub timestamp: Option<Timestamp>,
    /// What decides its partition and what compaction goes by.
    pub key: Option<Vec<u8>>,
    /// The payload; none is a tombstone.
    pub value: Option<Vec<u8>>,
    /// Names and values beside the payload, in order.
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

impl Record {
    /// Takes a message out of the client's memory.
    pub(crate) fn of(message: &impl Message) -> Self {
        let headers = message.headers().map(|headers| {
            let named = |header: rdkafka::message::Header<'_, &[u8]>| {
                (header.key.to_owned(), header.value.map(<[u8]>::to_vec))
            };
            headers.iter().map(named).collect()
        });
        Self {
            topic: message.topic().into(),
            partition: message.partition(),
            offset: message.offset(),
            timestamp: message
                .timestamp()
                .to_millis()
                .and_then(|millis| Timestamp::from_millisecond(millis).ok()),
            key: message.key().map(<[u8]>::to_vec),
            value: message.payload().map(<[u8]>::to_vec),
            headers: headers.unwrap_or_default(),
        }
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let headers: Vec<_> = self.headers.iter().map(Header).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("topic", &self.topic)?;
        map.serialize_entry("partition", &self.partition)?;
        map.serialize_entry("offset", &self.offset)?;
        map.serialize_entry("timestamp", &self.timestamp)?;
        bytes(&mut map, ["key", "key_base64"], self.key.as_deref())?;
        bytes(&mut map, ["value", "value_base64"], self.value.as_deref())?;
        map.serialize_entry("headers", &headers)?;
        map.end()
    }
}

/// A list of pairs and no object: a header's name may come twice.
struct Header<'a>(&'a (String, Option<Vec<u8>>));

impl Serialize for Header<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (name, value) = self.0;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("name", name)?;
        bytes(&mut map, ["value", "value_base64"], value.as_deref())?;
        map.end()
    }
}

fn bytes<M: SerializeMap>(
    map: &mut M,
    [text_field, base64_field]: [&str; 2],
    bytes: Option<&[u8]>,
) -> Result<(), M::Error> {
    match bytes.map(|bytes| (std::str::from_utf8(bytes), bytes)) {
        None => map.serialize_entry(text_field, &()),
        Some((Ok(text), _)) => map.serialize_entry(text_field, text),
        Some((Err(_), bytes)) => map.serialize_entry(base64_field, &BASE64_STANDARD.encode(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(value: Option<&[u8]>) -> Record {
        Record {
            topic: "t".into(),
            partition: 1,
            offset: 2,
            timestamp: Timestamp::from_millisecond(1_500).ok(),
            key: Some(b"k".to_vec()),
            value: value.map(<[u8]>::to_vec),
            headers: vec![("trace".into(), Some(b"7".to_vec()))],
        }
    }

    #[test]
    fn a_text_is_a_string_in_json() {
        assert_eq!(
            serde_json::to_string(&record(Some("grün".as_bytes()))).unwrap(),
            r#"{"topic":"t","partition":1,"offset":2,"timestamp":"1970-01-01T00:00:01.5Z","key":"k","value":"grün","headers":[{"name":"trace","value":"7"}]}"#
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_base64_in_a_field_of_their_own() {
        let json = serde_json::to_value(record(Some(&[0xff, 0]))).unwrap();
        assert_eq!(json["value_base64"], "/wA=");
        assert!(json.get("value").is_none(), "{json}");
    }

    #[test]
    fn a_tombstone_has_a_value_of_null() {
        let json = serde_json::to_value(record(None)).unwrap();
        assert_eq!(json.get("value"), Some(&serde_json::Value::Null));
    }
}
