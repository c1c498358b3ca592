//! How generated code declares what is sent and answered: the same rows as of `params!` and `responses!`, read the other
//! way round.

/// Like [`params!`](crate::params!), for what can be sent too.
#[macro_export]
macro_rules! message {
    ($($all:tt)*) => {
        $crate::params! { $($all)* }
        $crate::__outgoing! { $($all)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __outgoing {
    ($vis:vis struct $name:ident {
        $(#![$docs:meta])*
        $($(#[$field_docs:meta])* $place:ident $([$style:ident])? $kind:ident $field:ident $(($key:literal))?: $ty:ty
            $(as ($($clean:ident)+))? $([$($check:tt)+])? $(as $($codec:ident $($media:literal)?)|+)? $(= $default:expr)?),* $(,)?
    } $(|$this:ident, $v:ident| $($rule:tt)+)?) => {
        #[automatically_derived]
        impl $crate::send::Outgoing for $name {
            fn write(self, draft: &mut $crate::send::Draft) -> ::core::result::Result<(), $crate::send::SendError> {
                $($crate::__outgoing_field!(
                    draft self $place $kind $field [$($style)?] [$($key)?] [$($($codec $($media)?),+)?]
                );)*
                ::core::result::Result::Ok(())
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __outgoing_field {
    ($draft:ident $self:ident body $kind:ident $field:ident [] [] [$first:ident $($media:literal)? $(, $($rest:tt)*)?]) => {
        $crate::__outgoing_body!($draft $kind $self.$field, &$crate::http::codec::Write::new(
            $crate::http::codec::$first::MEDIA, $crate::http::codec::$first::write)$(.named($media))?)?
    };
    ($draft:ident $self:ident query $kind:ident $field:ident [form_joined] [$($key:literal)?] []) => {
        $draft.query_joined($crate::__key!($field $($key)?), &$self.$field)?
    };
    ($draft:ident $self:ident $place:ident $kind:ident $field:ident [] [$($key:literal)?] []) => {
        $draft.$place($crate::__key!($field $($key)?), &$self.$field)?
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __outgoing_body {
    ($draft:ident required $value:expr, $codec:expr) => {
        $draft.body($value, $codec)
    };
    ($draft:ident optional $value:expr, $codec:expr) => {
        $draft.body_optional($value, $codec)
    };
}

/// Like [`responses!`](crate::responses!), for what can be read too.
#[macro_export]
macro_rules! answers {
    ($($all:tt)*) => {
        $crate::responses! { $($all)* }
        $crate::__incoming! { $($all)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __incoming {
    ($vis:vis enum $name:ident {
        $(#![$docs:meta])*
        $($(#[$variant_docs:meta])* $variant:ident
            $(($first:ty $(, $second:ty)?))?
            $({ $(status: $status_ty:ty,)? $(body: $body_ty:ty,)?
                $($(#[$header_docs:meta])* header $([$style:ident])? $kind:ident $header:ident $(($key:literal))?: $header_ty:ty),* $(,)? })?
            = $status:tt $($codec:ident $($media:literal)?)|*),* $(,)?
    }) => {
        #[automatically_derived]
        impl $crate::send::Incoming for $name {
            fn read(answer: &mut $crate::send::Reception) -> ::core::result::Result<Self, $crate::send::SendError> {
                $(if $crate::__incoming_is!(answer $variant $status) {
                    return ::core::result::Result::Ok($crate::__incoming_value!(
                        answer Self $variant $status [$($first $(, $second)?)?]
                        [$({ [$($status_ty)?] [$($body_ty)?] [$($kind $header ($($key)?) ($($style)?)),*] })?]
                        [$($crate::send::codec(
                            $crate::http::codec::$codec::INTAKE$(.named($media))?, $crate::http::codec::$codec::read)),*]
                    ));
                })*
                ::core::result::Result::Err(answer.unexpected())
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __incoming_is {
    ($answer:ident $variant:ident status) => {
        $answer.is_like(::core::stringify!($variant))
    };
    ($answer:ident $variant:ident $code:literal) => {
        $answer.status() == $code
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __incoming_value {
    ($answer:ident $self:ident $variant:ident $status:tt [] [] $codecs:tt) => {
        $self::$variant
    };
    ($answer:ident $self:ident $variant:ident status [$first:ty] [] []) => {
        $self::$variant($answer.status())
    };
    ($answer:ident $self:ident $variant:ident status [$first:ty, $second:ty] [] [$($codec:expr),+]) => {
        $self::$variant($answer.status(), $answer.body(&[$($codec),+])?)
    };
    ($answer:ident $self:ident $variant:ident $code:literal [$first:ty] [] [$($codec:expr),+]) => {
        $self::$variant($answer.body(&[$($codec),+])?)
    };
    ($answer:ident $self:ident $variant:ident $status:tt []
        [{ [$($status_ty:ty)?] [] [$($kind:ident $header:ident ($($key:literal)?) ($($style:ident)?)),*] }] $codecs:tt) => {
        $self::$variant {
            $(status: $crate::__incoming_status!($answer $status_ty),)?
            $($header: $answer.$kind($crate::http::params::Spec::header($crate::__key!($header $($key)?))$(.$style())?)?),*
        }
    };
    ($answer:ident $self:ident $variant:ident $status:tt []
        [{ [$($status_ty:ty)?] [$body:ty] [$($kind:ident $header:ident ($($key:literal)?) ($($style:ident)?)),*] }] [$($codec:expr),+]) => {
        $self::$variant {
            $(status: $crate::__incoming_status!($answer $status_ty),)?
            body: $answer.body(&[$($codec),+])?,
            $($header: $answer.$kind($crate::http::params::Spec::header($crate::__key!($header $($key)?))$(.$style())?)?),*
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __incoming_status {
    ($answer:ident $ty:ty) => {
        $answer.status()
    };
}
