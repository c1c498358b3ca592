//! `replies!`: the bodies of an answer that may be one of several values, each with media types of its own.

use crate::http::accept::Accept;
use crate::http::codec::Media;
use crate::http::reply::Reply;
use http::StatusCode;

/// The bodies of an answer; implemented by [`replies!`](crate::replies!).
pub trait Replies {
    /// The media types that it may have.
    const MEDIA: &'static [Media];
    /// The answer, in the media type of this body that the client likes best.
    fn into_reply(self, status: StatusCode, accept: &Accept) -> Reply;
}

/// Declares the bodies of an answer that may be one of several values: an enum, and how each variant is sent. The
/// handler chooses the variant, for which [`Context::prefers`](crate::Context::prefers) tells what the client likes. In
/// [`responses!`](crate::responses!) the word for it is `any`.
///
/// ```
/// apiloom::replies! { pub enum ListOk {
///     //! What `list` answers.
///     Json(Vec<i64>) = json | json "application/vnd.list+json",
///     Lines(apiloom::Stream<i64>) = json_lines,
/// } }
/// apiloom::responses! { pub enum ListResponse { Ok(ListOk) = 200 any, Gone = 410 } }
/// ```
#[macro_export]
macro_rules! replies {
    ($vis:vis enum $name:ident {
        $(#![$docs:meta])*
        $($(#[$variant_docs:meta])* $variant:ident($body:ty) = $($codec:ident $($media:literal)?)|+),* $(,)?
    }) => {
        $(#[$docs])*
        #[derive(Debug)]
        $vis enum $name {
            $($(#[$variant_docs])* $variant($body),)*
        }
        #[automatically_derived]
        impl $crate::http::replies::Replies for $name {
            const MEDIA: &'static [$crate::http::codec::Media] = &[$($(
                $crate::http::codec::Media($crate::http::codec::$codec::MEDIA)$(.named($media))?,
            )+)*];
            fn into_reply(
                self,
                status: $crate::StatusCode,
                accept: &$crate::http::accept::Accept,
            ) -> $crate::Reply {
                match self {
                    $(Self::$variant(body) => $crate::Reply::write(status, accept, body, &[
                        $($crate::http::codec::Write::new(
                            $crate::http::codec::$codec::MEDIA, $crate::http::codec::$codec::write)$(.named($media))?),+
                    ]),)*
                }
            }
        }
    };
}
