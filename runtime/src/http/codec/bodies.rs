//! Bodies that are different types in different media types: an enum with a variant for each.

use super::{Intake, Read};

/// What an enum of bodies takes; implemented by [`bodies!`](crate::bodies!).
pub trait Bodies: Intakes + Sized + 'static {
    /// The codecs, in the order of [`Intakes::INTAKES`].
    const READS: &'static [Read<Self>];

    /// The same, with its texts sanitised.
    #[must_use]
    fn cleaned(self) -> Self;
}

/// What the type of a body takes, whether it must be there or not.
pub trait Intakes {
    /// What its codecs take.
    const INTAKES: &'static [Intake];
}

impl<T: Intakes> Intakes for Option<T> {
    const INTAKES: &'static [Intake] = T::INTAKES;
}

/// What can be sent as one of several bodies; implemented by [`bodies!`](crate::bodies!).
pub trait Sends {
    /// Writes it, in its media type.
    fn send(self, draft: &mut crate::client::Draft);
}

/// How a body is read.
pub fn reads<T: Bodies>() -> &'static [Read<T>] {
    T::READS
}

/// Declares what a body may be, where its media types are of different types: an enum, and the codecs of each variant.
/// In `params!` such a body is `body required body: NewPet as any`. What is done to texts, and what must hold of a body beyond
/// its type, stand behind the type, as there; then it is `body required body: NewPet [nested] as any`.
///
/// ```
/// apiloom::bodies! { pub enum Note {
///     //! A note.
///     /// With a title
///     Json(apiloom::Json) = json,
///     Text(String) = text | text "text/markdown",
/// } }
/// ```
#[macro_export]
macro_rules! bodies {
    ($vis:vis enum $name:ident {
        $(#![$docs:meta])*
        $($(#[$variant_docs:meta])* $variant:ident($ty:ty) $(as ($($clean:ident)+))?
            $([$($check:ident $(($($argument:tt)*))?)+])? = $($codec:ident $($media:literal)?)|+),+ $(,)?
    }) => {
        $(#[$docs])*
        #[derive(Debug)]
        $vis enum $name {
            $($(#[$variant_docs])* $variant($ty),)+
        }
        #[automatically_derived]
        impl $crate::http::codec::bodies::Intakes for $name {
            const INTAKES: &'static [$crate::http::codec::Intake] =
                &[$($($crate::__intake!($codec $ty)$(.named($media))?,)+)+];
        }
        #[automatically_derived]
        impl $crate::http::codec::bodies::Bodies for $name {
            const READS: &'static [$crate::http::codec::Read<Self>] = &[$($({
                fn read(body: &mut $crate::http::codec::Arrived) -> $crate::http::codec::Reading<$name> {
                    let read = $crate::http::codec::$codec::read(body);
                    read.map(|body| $crate::http::codec::bodies::Bodies::cleaned($name::$variant(body)))
                }
                read
            },)+)+];
            fn cleaned(self) -> Self {
                match self {$(
                    Self::$variant(body) => {
                        $(let body = $crate::sanitize::sanitized(body, &[$($crate::sanitize::$clean),+]);)?
                        Self::$variant(body)
                    }
                )+}
            }
        }
        #[automatically_derived]
        impl $crate::Rules for $name {
            fn rules(&self, _v: &mut $crate::Checker) {
                match self {
                    $(Self::$variant(_body) => {
                        $($(_v.$check((), _body $(, $($argument)*)?);)+)?
                    })+
                }
            }
        }
        #[automatically_derived]
        impl $crate::http::codec::bodies::Sends for $name {
            fn send(self, draft: &mut $crate::client::Draft) {
                match self {
                    $(Self::$variant(body) => draft.body(body, &[$($crate::http::codec::Write::new(
                        $crate::http::codec::$codec::MEDIA, $crate::http::codec::$codec::write)$(.named($media))?),+]),)+
                }
            }
        }
    };
}

/// What the codecs of a body take.
#[doc(hidden)]
#[macro_export]
macro_rules! __intakes {
    ([any] $ty:ty) => {
        <$ty as $crate::http::codec::bodies::Intakes>::INTAKES
    };
    ([$($codec:ident $($media:literal)?),+] $ty:ty) => {
        &[$($crate::__intake!($codec $ty)$(.named($media))?),+]
    };
}

/// What a codec takes for a type: only of forms does the type matter.
#[doc(hidden)]
#[macro_export]
macro_rules! __intake {
    (form $ty:ty) => {
        $crate::http::codec::form::INTAKE.parts(<$ty as $crate::http::codec::part::Form>::PARTS)
    };
    (multipart $ty:ty) => {
        $crate::http::codec::multipart::INTAKE.parts(<$ty as $crate::http::codec::part::Form>::PARTS)
    };
    ($codec:ident $ty:ty) => {
        $crate::http::codec::$codec::INTAKE
    };
}
