use super::*;

fn shown(fields: &Fields) -> Vec<(&str, &str)> {
    let pairs = fields.iter();
    pairs
        .map(|(name, value)| (name.as_str(), value.expose_text().unwrap()))
        .collect()
}

fn read(text: &str) -> Vec<(String, String)> {
    let fields = parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    let pairs = shown(&fields).into_iter();
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// What python-dotenv 1.1.1 made of each, run on 2026-11-29 without interpolation.
#[test]
fn a_file_is_read_as_python_dotenv_reads_it() {
    let cases: [(&str, &[(&str, &str)]); 20] = [
        ("A=b", &[("A", "b")]),
        ("export A=b\nexport\tC = d ", &[("A", "b"), ("C", "d")]),
        (
            "FIRST=don't\nSECOND=two\nTHIRD=it's\n",
            &[("FIRST", "don't"), ("SECOND", "two"), ("THIRD", "it's")],
        ),
        (
            "FIRST=5\"\nSECOND=6\"\n",
            &[("FIRST", "5\""), ("SECOND", "6\"")],
        ),
        ("NAME=Trading Desk\n", &[("NAME", "Trading Desk")]),
        ("FOLDER=C:\\keys\\desk", &[("FOLDER", "C:\\keys\\desk")]),
        ("\u{feff}A=b\n", &[("A", "b")]),
        ("A=\"a\\tb\\r\\nc\"", &[("A", "a\tb\r\nc")]),
        ("FIRST=one # costs $5\n", &[("FIRST", "one")]),
        ("A=one#two", &[("A", "one#two")]),
        ("P=ab\\ncd", &[("P", "ab\\ncd")]),
        ("P='ab\\ncd'", &[("P", "ab\\ncd")]),
        ("A='it\\'s'", &[("A", "it's")]),
        (
            "A='two\nlines' # and a comment\nB=c",
            &[("A", "two\nlines"), ("B", "c")],
        ),
        (
            "A=\"-----BEGIN-----\nMIIB==\n-----END-----\n\"",
            &[("A", "-----BEGIN-----\nMIIB==\n-----END-----\n")],
        ),
        ("A=\nB=''\nC=\"\"", &[("A", ""), ("B", ""), ("C", "")]),
        ("A=b\r\nC=d\r\n", &[("A", "b"), ("C", "d")]),
        ("'A'='b c'", &[("A", "b c")]),
        ("A=x\nA=y", &[("A", "y")]),
        ("# keys\n\n  # more\n  A = 'a # b'\n", &[("A", "a # b")]),
    ];
    for (text, expected) in cases {
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn a_wrong_line_is_named_with_its_reason_and_not_shown() {
    for (text, expected) in [
        ("A=1\nthis is a sesame\n", "line 2: it is not NAME=VALUE"),
        ("A=1\n=sesame\n", "line 2: it is not NAME=VALUE"),
        ("A=1\nsesame\n", "line 2: it is not NAME=VALUE"),
        ("A=1\n\nB='sesame\n", "line 3: its quote is not closed"),
        (
            "A=\"sesame\" seeds\n",
            "line 1: something follows the closing quote",
        ),
    ] {
        assert_eq!(parse(text).unwrap_err().to_string(), expected, "{text:?}");
    }
}

#[test]
fn no_variable_becomes_a_part_of_another() {
    for text in [
        "A='one\nB='two'\n",
        "A=\"one\nB=two\nC=three\"\n",
        "A=\"one\nexport B=\"two\"\n",
    ] {
        let error = parse(text).unwrap_err();
        assert!(
            matches!(error, Error::Dotenv { line: 1, .. }),
            "{text:?}: {error}"
        );
    }
}

#[test]
fn a_variable_is_refused_and_not_replaced() {
    for line in ["A=$HOME", "A=\"x ${HOME}\"", "A=x$HOME", "A=${HOME:-x}"] {
        let error = parse(&format!("# $HOME\n{line}\n")).unwrap_err();
        assert!(matches!(error, Error::Dotenv { line: 2, .. }), "{error}");
    }
    assert_eq!(
        read("A='$HOME'\nB=\"\\$HOME\"\nC=5$\nD=$5"),
        [("A", "$HOME"), ("B", "$HOME"), ("C", "5$"), ("D", "$5")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
}

#[test]
fn what_is_written_is_read_back_as_it_was() {
    let hard = [
        "",
        "plain",
        "a b",
        "it's",
        "\"quoted\"",
        "back\\slash",
        "$HOME $5",
        "`id`",
        "a\nb",
        "#no",
        "ä€",
        "it's\ntwo lines",
    ];
    for value in hard {
        let fields = Fields::from([("A".to_owned(), Value::from(value.to_owned()))]);
        assert_eq!(
            parse(&format(&fields).unwrap()).unwrap(),
            fields,
            "{value:?}"
        );
    }
}

#[test]
fn what_is_not_read_alike_everywhere_is_refused() {
    let field =
        |name: &str, bytes: &[u8]| Fields::from([(name.to_owned(), Value::new(bytes.to_vec()))]);
    assert!(format(&field("tls.crt", b"x")).is_err());
    for bytes in [
        &b"\xff\xfe"[..],
        b"${HOME}",
        b"a\\\\b",
        b"at the end\\",
        b"it's \"quoted\"",
        b"a\r\nb",
    ] {
        assert!(format(&field("A", bytes)).is_err(), "{bytes:?}");
    }
}
