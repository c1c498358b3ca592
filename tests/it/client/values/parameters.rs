//! Parameters in all places and styles.

use super::api::*;
use super::{agree, any, made, said};
use proptest::option::of;
use proptest::prelude::{Just, Strategy, any as every, prop_oneof};

macro_rules! paths {
    ($($call:ident $params:ident;)*) => {$(
        #[test]
        fn $call() {
            let values = (made::segment(), made::list(), made::point(), made::point());
            any(values, async |(text, list, object, exploded), plain, checked| {
                let (plain, checked) = (plain.styles(), checked.styles());
                let plain = plain.$call(&text, &list, &object, &exploded);
                let checked = checked.$call(&text, &list, &object, &exploded);
                let expected = said(&$params { text, list, object, exploded });
                agree(plain, checked, |answer| answer.said == expected).await
            });
        }
    )*};
}

paths! {
    simple_style SimpleStyleParams;
    label_style LabelStyleParams;
    matrix_style MatrixStyleParams;
}

/// Sets on both what is there.
macro_rules! set {
    ($plain:ident $checked:ident; $($field:ident = $value:expr;)*) => {$(
        if let Some(value) = $value {
            ($plain, $checked) = ($plain.$field(value), $checked.$field(value));
        }
    )*};
}

fn query() -> impl Strategy<Value = QueryStylesParams> {
    let default = prop_oneof![Just(QueryStylesWithDefault::One), Just(QueryStylesWithDefault::Two)];
    let lists = (of(made::list()), of(made::list()), of(made::list()), of(made::list()));
    let texts = (of(made::text()), -10..1010, default, of(made::text()));
    (texts, lists, of(made::point()), of(made::point()), of(every::<bool>())).prop_map(
        |((text, required, with_default, reserved), (form, joined, spaced, piped), object, deep, flag)| {
            QueryStylesParams {
                text,
                required,
                with_default,
                form,
                joined,
                spaced,
                piped,
                object,
                deep,
                flag,
                reserved,
            }
        },
    )
}

#[test]
fn query_styles() {
    any(query(), async |values, plain, checked| {
        let mut plain = plain.styles().query_styles(values.required).with_default(values.with_default);
        let mut checked = checked.styles().query_styles(values.required).with_default(values.with_default);
        set! { plain checked;
            text = values.text.as_deref();
            form = values.form.as_deref();
            joined = values.joined.as_deref();
            spaced = values.spaced.as_deref();
            piped = values.piped.as_deref();
            object = values.object.as_ref();
            deep = values.deep.as_ref();
            flag = values.flag;
            reserved = values.reserved.as_deref();
        }
        agree(plain.call(), checked.call(), |answer| answer.said == said(&values)).await
    });
}

#[test]
fn content() {
    any(made::point(), async |filter, plain, checked| {
        let calls = (plain.styles().content_style(&filter), checked.styles().content_style(&filter));
        let expected = said(&ContentStyleParams { filter });
        agree(calls.0, calls.1, |answer| answer.said == expected).await
    });
}

#[test]
fn headers() {
    let values = (of(made::field()), of(made::list()), of(made::point()), of(made::point()));
    any(values, async |(x_text, x_numbers, x_object, x_exploded), plain, checked| {
        let values = HeaderStylesParams { x_text, x_numbers, x_object, x_exploded };
        let (mut plain, mut checked) = (plain.styles().header_styles(), checked.styles().header_styles());
        set! { plain checked;
            x_text = values.x_text.as_deref();
            x_numbers = values.x_numbers.as_deref();
            x_object = values.x_object.as_ref();
            x_exploded = values.x_exploded.as_ref();
        }
        agree(plain.call(), checked.call(), |answer| answer.said == said(&values)).await
    });
}

#[test]
fn cookies() {
    any((of(made::field()), of(every::<i64>())), async |(session, visits), plain, checked| {
        let values = CookieStylesParams { session, visits };
        let (mut plain, mut checked) = (plain.styles().cookie_styles(), checked.styles().cookie_styles());
        set! { plain checked; session = values.session.as_deref(); visits = values.visits; }
        agree(plain.call(), checked.call(), |answer| answer.said == said(&values)).await
    });
}

#[test]
fn routes() {
    // `-1--1` could be cut anywhere.
    let values = (made::segment(), every::<i64>(), 0..i64::MAX, 0..i64::MAX);
    any(values, async |(name, id, from, to), plain, checked| {
        let (plain, checked) = (plain.routes(), checked.routes());
        let expected = said(&TwoInASegmentParams { from, to });
        let two = (plain.two_in_a_segment(from, to), checked.two_in_a_segment(from, to));
        agree(two.0, two.1, |answer| answer.said == expected).await?;
        let numbered = (plain.numbered_route(id), checked.numbered_route(id));
        agree(numbered.0, numbered.1, |answer| answer.said == said(&NumberedRouteParams { id })).await?;
        let suffixed = (plain.suffixed_route(&name), checked.suffixed_route(&name));
        let expected = said(&SuffixedRouteParams { name: name.clone() });
        agree(suffixed.0, suffixed.1, |answer| answer.said == expected).await
    });
}
