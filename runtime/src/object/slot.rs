//! The fields of an object as a type: a tuple of groups, each a tuple of at most 32 words of [`object!`](crate::object!)
//! with the types behind them. What is written here for tuples is checked once, and not again for every object.

use super::fields::Fields;
use super::writer::Writer;
use crate::patch::ReadOptional;
use serde::Serialize;
use serde::de::{DeserializeOwned, MapAccess};
use serde::ser::Serializer;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::marker::PhantomData;

/// A field, or a tuple of parts that follow each other.
#[diagnostic::on_unimplemented(
    message = "the fields of an object stand in groups of at most 32",
    note = "write `;` in place of the comma behind each 32nd field"
)]
pub trait Part: 'static {
    /// What has been read.
    type Partial;
    /// What is known when all keys are read.
    type Filled;
    /// The values, to be looked at.
    type Refs<'a>: Copy;
    /// Nothing has been read.
    fn none() -> Self::Partial;
    /// Reads each value whose turn it is.
    fn read<'de, A: MapAccess<'de>>(fields: &mut Fields<'de, A>, partial: &mut Self::Partial);
    /// What is known when all keys are read.
    fn fill(partial: Self::Partial) -> Self::Filled;
    /// Writes keys and values.
    fn write<S: Serializer>(refs: Self::Refs<'_>, out: &mut Writer<S>);
    /// Are they equal?
    fn same(a: Self::Refs<'_>, b: Self::Refs<'_>) -> bool;
    /// Copies of them.
    fn copy(refs: Self::Refs<'_>) -> Self::Filled;
    /// Shows each value.
    fn each(refs: Self::Refs<'_>, show: &mut dyn FnMut(&dyn Debug));
}

macro_rules! words {
    ($($(#[$docs:meta])* $word:ident<$t:ident> of $value:ty: [$($bounds:tt)+], $filled:ty: $slot:ident => $fill:expr;)+) => {$(
        $(#[$docs])*
        #[allow(non_camel_case_types, reason = "named like the words of `object!`")]
        #[derive(Debug)]
        pub struct $word<T>(PhantomData<T>);

        impl<$t: $($bounds)+ + Serialize + Clone + Debug + PartialEq + 'static> Part for $word<$value> {
            type Partial = Option<$value>;
            type Filled = $filled;
            type Refs<'a> = &'a $value;
            #[inline]
            fn none() -> Option<$value> {
                None
            }
            #[inline]
            fn read<'de, A: MapAccess<'de>>(fields: &mut Fields<'de, A>, slot: &mut Option<$value>) {
                fields.$word(slot);
            }
            #[inline]
            fn fill($slot: Option<$value>) -> $filled {
                $fill
            }
            #[inline]
            fn write<S: Serializer>(value: &$value, out: &mut Writer<S>) {
                out.$word(value);
            }
            #[inline]
            fn same(a: &$value, b: &$value) -> bool {
                a == b
            }
            #[inline]
            fn copy(value: &$value) -> $filled {
                let $slot = Some(value.clone());
                $fill
            }
            fn each(value: &$value, show: &mut dyn FnMut(&dyn Debug)) {
                show(value);
            }
        }
    )+};
}

words! {
    /// Its key must be there, which [`Fields::end`] has seen to.
    required<T> of T: [DeserializeOwned], T: slot => slot.expect("every required field has a value");
    /// Its key may be absent.
    optional<T> of T: [for<'de> ReadOptional<'de>], T: slot => slot.unwrap_or_else(T::absent);
    /// Its value is known when its key is absent.
    default<T> of T: [DeserializeOwned], Option<T>: slot => slot;
    /// A map of every other key.
    rest<T> of BTreeMap<String, T>: [DeserializeOwned], BTreeMap<String, T>: slot => slot.unwrap_or_default();
}

macro_rules! tuples {
    ([$($done:tt)*]) => { tuple! { $($done)* } };
    ([$($done:tt)*] $one:ident $index:tt $($more:tt)*) => {
        tuple! { $($done)* }
        tuples! { [$($done)* $one $index] $($more)* }
    };
}

macro_rules! tuple {
    ($($one:ident $index:tt)*) => {
        #[allow(clippy::unused_unit, reason = "the empty tuple is one of them")]
        impl<$($one: Part),*> Part for ($($one,)*) {
            type Partial = ($($one::Partial,)*);
            type Filled = ($($one::Filled,)*);
            type Refs<'a> = ($($one::Refs<'a>,)*);
            #[inline]
            fn none() -> Self::Partial {
                ($($one::none(),)*)
            }
            #[inline]
            fn read<'de, A: MapAccess<'de>>(_fields: &mut Fields<'de, A>, _partial: &mut Self::Partial) {
                $($one::read(_fields, &mut _partial.$index);)*
            }
            #[inline]
            fn fill(_partial: Self::Partial) -> Self::Filled {
                ($($one::fill(_partial.$index),)*)
            }
            #[inline]
            fn write<S: Serializer>(_refs: Self::Refs<'_>, _out: &mut Writer<S>) {
                $($one::write(_refs.$index, _out);)*
            }
            #[inline]
            fn same(_a: Self::Refs<'_>, _b: Self::Refs<'_>) -> bool {
                true $(&& $one::same(_a.$index, _b.$index))*
            }
            #[inline]
            fn copy(_refs: Self::Refs<'_>) -> Self::Filled {
                ($($one::copy(_refs.$index),)*)
            }
            fn each(_refs: Self::Refs<'_>, _show: &mut dyn FnMut(&dyn Debug)) {
                $($one::each(_refs.$index, _show);)*
            }
        }
    };
}

tuples! { []
    A0 0 A1 1 A2 2 A3 3 A4 4 A5 5 A6 6 A7 7 A8 8 A9 9 A10 10 A11 11 A12 12 A13 13 A14 14 A15 15
    A16 16 A17 17 A18 18 A19 19 A20 20 A21 21 A22 22 A23 23 A24 24 A25 25 A26 26 A27 27 A28 28 A29 29 A30 30 A31 31
}
