//! What holds for every stack.json, whoever has written it.

use std::{fs, path::PathBuf};

use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::{Index, select},
};

use crate::{Component, Error, FORMAT, Image, Stack, Variant, Wave, Way};

fn read(text: &str) -> Result<Stack, Error> {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), text).unwrap();
    Stack::read(file.path())
}

fn text() -> impl Strategy<Value = String> {
    "\\PC{0,8}"
}

fn path() -> impl Strategy<Value = PathBuf> {
    text().prop_map(PathBuf::from)
}

fn image() -> impl Strategy<Value = Image> {
    (text(), text(), text(), path()).prop_map(|(name, reference, digest, layout)| Image {
        name,
        reference,
        digest,
        layout,
    })
}

fn component() -> impl Strategy<Value = Component> {
    let optional = || option::of(text());
    let ways = select(vec![Way::Get, Way::Query, Way::Tail]);
    let about = (text(), text(), optional(), option::of(image()));
    let addresses = (optional(), optional(), optional(), optional());
    let read = (vec(text(), 0..2), btree_map(text(), ways, 0..2));
    (about, addresses, read).prop_map(
        |(
            (name, role, wave, image),
            (endpoint, service, health, process),
            (scrape, read_paths),
        )| {
            Component {
                name,
                role,
                wave,
                image,
                endpoint,
                service,
                health,
                process,
                scrape,
                read_paths,
            }
        },
    )
}

fn wave() -> impl Strategy<Value = Wave> {
    let optional = || option::of(path());
    (text(), path(), optional(), optional()).prop_map(|(name, objects, topics, secrets)| Wave {
        name,
        objects,
        topics,
        secrets,
    })
}

fn variant() -> impl Strategy<Value = Variant> {
    (btree_map(text(), text(), 0..2), path(), path()).prop_map(
        |(optional, manifest, derivation)| Variant {
            optional,
            manifest,
            derivation,
        },
    )
}

fn stack() -> impl Strategy<Value = Stack> {
    let programs = btree_map(text(), path(), 0..3);
    let lists = (
        vec(component(), 0..3),
        vec(wave(), 0..3),
        vec(variant(), 0..2),
    );
    (text(), programs, path(), path(), lists).prop_map(
        |(version, programs, cni_plugins, templates, (components, waves, variants))| Stack {
            format: FORMAT,
            version,
            programs,
            cni_plugins,
            components,
            waves,
            templates,
            variants,
        },
    )
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(stack in stack()) {
        prop_assert_eq!(read(&serde_json::to_string(&stack).unwrap()).unwrap(), stack);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}|[\\[\\]{}\":,a-z0-9 ]{0,40}") {
        let refused = read(&text).unwrap_err();
        prop_assert!(matches!(refused, Error::Parse { .. } | Error::Format { .. }), "{refused:?}");
    }

    #[test]
    fn a_manifest_that_is_cut_off_is_refused(stack in stack(), at in any::<Index>()) {
        let text = serde_json::to_string(&stack).unwrap();
        let ends: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
        let refused = read(&text[..ends[at.index(ends.len())]]).unwrap_err();
        prop_assert!(matches!(refused, Error::Parse { .. }), "{refused:?}");
    }

    #[test]
    fn another_format_is_told_as_such_whatever_else_the_manifest_has(
        stack in stack(),
        format in prop_oneof![0..9_u32, any::<u32>()],
        field in "[a-z_]{1,20}",
    ) {
        prop_assume!(format != FORMAT);
        let mut manifest = serde_json::to_value(&stack).unwrap();
        manifest[field] = serde_json::Value::Null;
        manifest["format"] = format.into();
        let refused = read(&manifest.to_string()).unwrap_err();
        prop_assert!(matches!(refused, Error::Format { found, .. } if found == format), "{refused:?}");
    }

    #[test]
    fn a_field_that_no_launcher_knows_is_refused(stack in stack(), field in "[a-z_]{1,20}") {
        let mut manifest = serde_json::to_value(&stack).unwrap();
        prop_assume!(manifest.get(&field).is_none());
        manifest[&field] = serde_json::Value::Null;
        let refused = read(&manifest.to_string()).unwrap_err();
        prop_assert!(matches!(refused, Error::Parse { .. }), "{refused:?}");
    }

    #[test]
    fn the_service_of_any_address_is_a_part_of_it(service in "\\PC{0,12}|(http://)?[a-z]{0,4}(\\.[a-z]{0,4}){0,3}(:[0-9]{1,5})?") {
        let component = Component { service: Some(service.clone()), ..Component::default() };
        if let Some((name, namespace)) = component.service_name() {
            let both = format!("{name}.{namespace}");
            prop_assert!(service.contains(&both));
        }
    }
}
