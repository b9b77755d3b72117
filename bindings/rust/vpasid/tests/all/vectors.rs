// SPDX-License-Identifier: MIT
//! The crate gives the answers that data/vectors has, and others are noticed.

use crate::support::json::Json;
use crate::support::vectors::{check, files};

#[test]
fn every_vector_is_answered() {
    let mut count = 0;
    let mut failures = Vec::new();

    for (name, json) in files() {
        match check(&json, &name) {
            Ok(vectors) => count += vectors,
            Err(failure) => failures.push(failure),
        }
    }
    println!("{count} vectors");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count > 0, "there are no vectors");
}

/// Another value of the same kind
fn falsify(json: &mut Json) {
    match json {
        Json::Null => *json = Json::Number(0),
        Json::Bool(value) => *value = !*value,
        Json::Number(value) => *value += 1,
        // a hexadecimal digit, or a letter of a name
        Json::String(value) => {
            let last = value.pop();

            value.push(if last == Some('1') { '2' } else { '1' });
        }
        Json::List(list) => list.push(Json::Null),
        Json::Object(members) => members.push(("another".into(), Json::Null)),
    }
}

/// The `index`th value of all that are in this one, and it itself first.
fn find<'a>(json: &'a mut Json, index: &mut usize) -> Option<&'a mut Json> {
    if *index == 0 {
        return Some(json);
    }
    *index -= 1;
    match json {
        Json::List(list) => list.iter_mut().find_map(|value| find(value, index)),
        Json::Object(members) => members.iter_mut().find_map(|(_, value)| find(value, index)),
        _ => None,
    }
}

/// The member of an object
fn member<'a>(json: &'a mut Json, name: &str) -> &'a mut Json {
    match json {
        Json::Object(members) => {
            &mut members.iter_mut().find(|(member, _)| member == name).unwrap().1
        }
        _ => panic!("{json} isn't an object"),
    }
}

fn vectors(json: &mut Json) -> &mut Vec<Json> {
    match member(json, "vectors") {
        Json::List(vectors) => vectors,
        other => panic!("{other} isn't a list"),
    }
}

/// Falsifies each value of a part of the file, one at a time; returns how many there are.
fn falsified(name: &str, json: &Json, part: impl Fn(&mut Json) -> &mut Json) -> usize {
    for index in 0.. {
        let mut wrong = json.clone();

        match find(part(&mut wrong), &mut { index }) {
            Some(value) => falsify(value),
            None => return index,
        }
        assert!(check(&wrong, name).is_err(), "{wrong} passes");
    }
    unreachable!()
}

#[test]
fn no_falsified_value_passes() {
    let (name, mut json) =
        files().into_iter().min_by_key(|(_, json)| json.to_string().len()).unwrap();
    let mut count = falsified(&name, &json, |json| member(json, "layout"));

    for index in 0..vectors(&mut json).len() {
        count += falsified(&name, &json, |json| member(&mut vectors(json)[index], "out"));
    }
    assert!(count > 20, "{count}");
}
