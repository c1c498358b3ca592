//! What a check can look at: each trait sees through `&`, `Box`, `Option` and `Patch`; where there is nothing, there is
//! nothing to check.

use crate::patch::Patch;
use crate::values::{Base64, Base64Url, Secret};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::fmt::Display;

macro_rules! see_through {
    ($trait:ident $([$($bound:tt)*])?: $($(type $of:ident;)? fn $method:ident($($arg:ident: $kind:ty),*) -> Option<$out:ty>;)*) => {
        impl<T: $trait + ?Sized> $trait for &T {
            $($(type $of = T::$of;)? fn $method(&self, $($arg: $kind),*) -> Option<$out> { (**self).$method($($arg),*) })*
        }
        impl<T: $trait + ?Sized> $trait for Box<T> {
            $($(type $of = T::$of;)? fn $method(&self, $($arg: $kind),*) -> Option<$out> { (**self).$method($($arg),*) })*
        }
        impl<T: $trait> $trait for Option<T> {
            $($(type $of = T::$of;)? fn $method(&self, $($arg: $kind),*) -> Option<$out> { self.as_ref()?.$method($($arg),*) })*
        }
        impl<T: $trait> $trait for Patch<T> {
            $($(type $of = T::$of;)? fn $method(&self, $($arg: $kind),*) -> Option<$out> {
                match self { Patch::Value(value) => value.$method($($arg),*), Patch::Absent | Patch::Null => None }
            })*
        }
    };
}

/// Something with a length: characters of a text, or bytes.
pub trait Length {
    /// Unicode scalar values of a text (RFC 8259 characters), bytes of binary data.
    fn length(&self) -> Option<usize>;
}

impl Length for str {
    fn length(&self) -> Option<usize> {
        Some(if self.is_ascii() { self.len() } else { self.chars().count() })
    }
}

impl Length for String {
    fn length(&self) -> Option<usize> {
        self.as_str().length()
    }
}

impl Length for Secret {
    fn length(&self) -> Option<usize> {
        self.reveal().length()
    }
}

impl Length for Bytes {
    fn length(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl Length for [u8] {
    fn length(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl Length for Vec<u8> {
    fn length(&self) -> Option<usize> {
        Some(self.len())
    }
}

impl Length for Base64 {
    /// The length of the text on the wire: that is what `maxLength` is about.
    fn length(&self) -> Option<usize> {
        Some(self.0.len().div_ceil(3) * 4)
    }
}

impl Length for Base64Url {
    /// As for [`Base64`].
    fn length(&self) -> Option<usize> {
        Some((self.0.len() * 4).div_ceil(3))
    }
}

see_through! { Length: fn length() -> Option<usize>; }

/// A text.
pub trait Text {
    /// The text.
    fn text(&self) -> Option<&str>;
}

impl Text for str {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for String {
    fn text(&self) -> Option<&str> {
        Some(self)
    }
}

impl Text for Secret {
    fn text(&self) -> Option<&str> {
        Some(self.reveal())
    }
}

see_through! { Text: fn text() -> Option<&str>; }

/// A number.
pub trait Number {
    /// Its type.
    type Of: PartialOrd + Copy + Display + Multiple;
    /// The number.
    fn number(&self) -> Option<Self::Of>;
}

/// A number that may be a multiple of another.
pub trait Multiple {
    /// Is it one?
    fn is_multiple_of(&self, factor: &Self) -> bool;
}

macro_rules! integers {
    ($($kind:ty)*) => {$(
        impl Number for $kind {
            type Of = Self;
            fn number(&self) -> Option<Self> {
                Some(*self)
            }
        }
        impl Multiple for $kind {
            fn is_multiple_of(&self, factor: &Self) -> bool {
                self.checked_rem(*factor).is_none_or(|rest| rest == 0)
            }
        }
    )*};
}

integers! { i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 isize usize }

macro_rules! floats {
    ($($kind:ty)*) => {$(
        impl Number for $kind {
            type Of = Self;
            fn number(&self) -> Option<Self> {
                Some(*self)
            }
        }
        impl Multiple for $kind {
            /// In decimal, as written: 0.3 is a multiple of 0.1, although the nearest binary numbers are not.
            fn is_multiple_of(&self, factor: &Self) -> bool {
                super::rules::is_decimal_multiple(&self.to_string(), &factor.to_string())
            }
        }
    )*};
}

floats! { f32 f64 }

see_through! { Number: type Of; fn number() -> Option<Self::Of>; }

/// A list.
pub trait List {
    /// The type of its items.
    type Item;
    /// The items.
    fn items(&self) -> Option<&[Self::Item]>;
}

impl<T> List for [T] {
    type Item = T;
    fn items(&self) -> Option<&[T]> {
        Some(self)
    }
}

impl<T> List for Vec<T> {
    type Item = T;
    fn items(&self) -> Option<&[T]> {
        Some(self)
    }
}

see_through! { List: type Item; fn items() -> Option<&[Self::Item]>; }

/// A list of values of different types.
pub trait Tuple {
    /// The tuple.
    type Of;
    /// The tuple.
    fn tuple(&self) -> Option<&Self::Of>;
}

macro_rules! tuples {
    ($($($name:ident)*;)*) => {$(
        impl<$($name),*> Tuple for ($($name,)*) {
            type Of = Self;
            fn tuple(&self) -> Option<&Self> {
                Some(self)
            }
        }
    )*};
}

tuples! {
    A; A B; A B C; A B C D; A B C D E; A B C D E F; A B C D E F G; A B C D E F G H; A B C D E F G H I;
    A B C D E F G H I J; A B C D E F G H I J K; A B C D E F G H I J K L;
}

see_through! { Tuple: type Of; fn tuple() -> Option<&Self::Of>; }

/// A map.
pub trait Map {
    /// The type of its values.
    type Of;
    /// The entries.
    fn entries(&self) -> Option<&BTreeMap<String, Self::Of>>;
}

impl<T> Map for BTreeMap<String, T> {
    type Of = T;
    fn entries(&self) -> Option<&Self> {
        Some(self)
    }
}

see_through! { Map: type Of; fn entries() -> Option<&BTreeMap<String, Self::Of>>; }

/// A list or a map: something whose values can be checked one by one.
pub trait Each {
    /// The type of the values.
    type Item;
    /// Calls `check` with each value and its place.
    fn each(&self, check: &mut dyn FnMut(Place<'_>, &Self::Item)) -> Option<()>;
}

/// The place of one value in a list or a map.
#[derive(Debug, Clone, Copy)]
pub enum Place<'k> {
    /// In a list.
    Index(usize),
    /// In a map.
    Key(&'k str),
}

impl<T> Each for [T] {
    type Item = T;
    fn each(&self, check: &mut dyn FnMut(Place<'_>, &T)) -> Option<()> {
        self.iter().enumerate().for_each(|(index, item)| check(Place::Index(index), item));
        Some(())
    }
}

impl<T> Each for Vec<T> {
    type Item = T;
    fn each(&self, check: &mut dyn FnMut(Place<'_>, &T)) -> Option<()> {
        self.as_slice().each(check)
    }
}

impl<T> Each for BTreeMap<String, T> {
    type Item = T;
    fn each(&self, check: &mut dyn FnMut(Place<'_>, &T)) -> Option<()> {
        self.iter().for_each(|(key, value)| check(Place::Key(key), value));
        Some(())
    }
}

see_through! { Each: type Item; fn each(check: &mut dyn FnMut(Place<'_>, &Self::Item)) -> Option<()>; }

/// A scalar that may be held against a list of allowed values.
pub trait Scalar {
    /// How an allowed value is written.
    type Of: Display + Copy;
    /// Is it this value?
    fn is(&self, allowed: Self::Of) -> Option<bool>;
}

impl Scalar for str {
    type Of = &'static str;
    fn is(&self, allowed: &'static str) -> Option<bool> {
        Some(self == allowed)
    }
}

impl Scalar for Secret {
    type Of = &'static str;
    fn is(&self, allowed: &'static str) -> Option<bool> {
        Some(self.reveal() == allowed)
    }
}

impl Scalar for String {
    type Of = &'static str;
    fn is(&self, allowed: &'static str) -> Option<bool> {
        Some(self == allowed)
    }
}

macro_rules! scalars {
    ($($kind:ty)*) => {$(
        impl Scalar for $kind {
            type Of = Self;
            fn is(&self, allowed: Self) -> Option<bool> {
                Some(*self == allowed)
            }
        }
    )*};
}

scalars! { i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 bool }

see_through! { Scalar: type Of; fn is(allowed: Self::Of) -> Option<bool>; }
