//! Bodies.

use super::api::*;
use super::{agree, any, made, said};
use apiloom::Stream;
use apiloom::client::ClientError;
use proptest::collection::vec;
use proptest::prelude::{Strategy, prop_oneof};

macro_rules! bodies {
    ($($test:ident: $group:ident.$call:ident $values:ident;)*) => {$(
        #[test]
        fn $test() {
            any(made::$values(), async |value, plain, checked| {
                let calls = (plain.$group().$call(&value), checked.$group().$call(&value));
                agree(calls.0, calls.1, |answer| said(answer) == said(&value)).await
            });
        }
    )*};
}

bodies! {
    numbers: schemas.numbers numeric;
    strings: schemas.strings strings;
    lists: schemas.lists lists;
    objects: schemas.objects objects;
    unions: schemas.unions unions;
    conditions: schemas.conditions conditions;
    presence: schemas.presence presence;
    xml: bodies.xml_body book;
}

macro_rules! echoed {
    ($($test:ident: $call:ident $values:expr, $name:ident => $body:expr;)*) => {$(
        #[test]
        fn $test() {
            any($values, async |$name, plain, checked| {
                let calls = (plain.bodies().$call($body), checked.bodies().$call($body));
                agree(calls.0, calls.1, |answer| answer.said == said(&$name)).await
            });
        }
    )*};
}

echoed! {
    forms: form_body made::form(), form => &form;
    merge_patches: merge_patch_body made::point_patch(), patch => &patch;
}

fn either() -> impl Strategy<Value = EitherBodyBody> {
    prop_oneof![
        made::point().prop_map(EitherBodyBody::Json),
        made::form().prop_map(EitherBodyBody::Form),
        made::text().prop_map(EitherBodyBody::Text),
    ]
}

/// The same once more: what is handed over is gone.
fn again(body: &EitherBodyBody) -> EitherBodyBody {
    match body {
        EitherBodyBody::Json(Point { x, y }) => EitherBodyBody::Json(Point { x: *x, y: *y }),
        EitherBodyBody::Form(Form { name, age, tags }) => {
            EitherBodyBody::Form(Form { name: name.clone(), age: *age, tags: tags.clone() })
        }
        EitherBodyBody::Text(text) => EitherBodyBody::Text(text.clone()),
    }
}

echoed! { one_of_several: either_body either(), body => again(&body); }

#[test]
fn texts() {
    any(made::text(), async |text, plain, checked| {
        let calls = (plain.bodies().text_body(&text), checked.bodies().text_body(&text));
        agree(calls.0, calls.1, |answer| *answer == text).await
    });
}

#[test]
fn lines() {
    any(vec(made::point(), 0..50), async |points, plain, _| {
        let copy = points.iter().map(|point| Point { x: point.x, y: point.y }).collect::<Vec<_>>();
        let lines = plain.bodies().lines_body(Stream::from_iter(copy)).await;
        let lines = lines.map_err(|error: ClientError<_>| error.to_string())?;
        let lines = lines.collect(50).await.map_err(|error| error.to_string())?;
        if said(&lines) == said(&points) { Ok(()) } else { Err(said(&lines)) }
    });
}
