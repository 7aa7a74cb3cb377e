//! What holds for every .env file, whatever is in it.

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    sample::select,
};

use super::*;

/// What stands in such files.
const PIECES: [&str; 26] = [
    "A", "B", "key", "export ", "=", " = ", "'", "\"", "\\", "\\n", "\\\"", "$", "${", "$A", "#",
    " #", "\n", "\r\n", "\r", "\t", " ", "value", "ä", "\u{2028}", "\0", "\u{feff}",
];

/// Such pieces in any order.
fn wild() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => select(&PIECES[..]).prop_map(str::to_owned), 1 => any::<String>()];
    vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

/// Fields whose values may be anything that a shell or a reader could stumble over.
fn fields() -> impl Strategy<Value = Fields> {
    let value = prop_oneof![wild(), "[ -~\n]{0,20}", any::<String>()];
    btree_map(
        "[A-Za-z_][A-Za-z0-9_]{0,8}",
        value.prop_map(Value::from),
        0..5,
    )
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_with_a_line_that_it_has(text in wild()) {
        if let Err(error) = parse(&text) {
            let Error::Dotenv { line, .. } = error else { panic!("{error}") };
            prop_assert!((1..=1 + text.matches('\n').count()).contains(&line), "line {line}");
        }
    }

    #[test]
    fn what_is_written_is_read_as_it_was(fields in fields()) {
        if let Ok(text) = format(&fields) {
            prop_assert_eq!(parse(&text).unwrap(), fields);
        }
    }

    #[test]
    fn what_is_read_can_be_written_in_single_quotes_where_nothing_in_it_is_special(value in "[a-zA-Z0-9+/=_.: ,;#$<>|&-]{0,40}") {
        let fields = Fields::from([("A".to_owned(), Value::from(value.clone()))]);
        prop_assert_eq!(&**format(&fields).unwrap(), format!("A='{value}'\n"));
    }

    #[test]
    fn a_file_between_others_is_read_as_when_it_stands_alone(text in wild(), name in "[C-Z]{1,4}") {
        // A variable leaves those before and after it as they are.
        let Ok(alone) = parse(&text) else { return Ok(()) };
        prop_assume!(!alone.contains_key(&name) && !text.starts_with('\u{feff}'));
        let mut between = parse(&format!("{name}=before\n{text}\n")).unwrap();
        prop_assert!(between.remove(&name).is_some());
        prop_assert_eq!(between, alone);
    }
}
