//! Headers of text in a record: how a trace goes through the bus.

use std::collections::HashMap;

use rdkafka::message::{Header, Headers, OwnedHeaders};

/// `headers` with those of text after them.
pub(crate) fn with(
    headers: OwnedHeaders,
    texts: impl IntoIterator<Item = (String, String)>,
) -> OwnedHeaders {
    texts.into_iter().fold(headers, |headers, (key, value)| {
        headers.insert(Header {
            key: &key,
            value: Some(&value),
        })
    })
}

/// Those that are text.
pub(crate) fn texts(headers: &impl Headers) -> HashMap<String, String> {
    let entry = |header: Header<'_, &[u8]>| {
        let value = String::from_utf8(header.value?.to_vec()).ok()?;
        Some((header.key.to_owned(), value))
    };
    headers.iter().filter_map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_comes_through_a_records_headers_and_other_headers_do_no_harm() {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let expected = HashMap::from([("traceparent".to_owned(), parent.to_owned())]);
        let headers = with(OwnedHeaders::new(), expected.clone()).insert(Header {
            key: "signature",
            value: Some(&[0xff_u8, 0xfe][..]),
        });
        let headers = headers.insert(Header::<&[u8]> {
            key: "empty",
            value: None,
        });
        assert_eq!(headers.count(), 3);
        assert_eq!(texts(&headers), expected);
        assert_eq!(with(OwnedHeaders::new(), []).count(), 0);
    }
}
