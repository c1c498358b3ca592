//! How generated code declares a client.

/// Declares a client of an API: a struct, a function for each group of operations, and one for each credential.
#[macro_export]
macro_rules! client {
    ($(#[$docs:meta])* $vis:vis struct $client:ident {
        $($(#[$group_docs:meta])* $group:ident: $calls:ident),* $(,)?
    } $(by { $($(#[$key_docs:meta])* $key:ident: $scheme:ident),* $(,)? })?) => {
        $(#[$docs])*
        #[derive(Clone, Debug)]
        $vis struct $client($crate::client::Engine);

        impl $client {
            $crate::__connect!();

            /// Of the API at an address, over a `tower::Service` of HTTP: a stack of layers, or the router of a service.
            ///
            /// # Errors
            /// It is no absolute `http` or `https` URL.
            pub fn over<S, B>(
                base: &str,
                service: S,
            ) -> ::core::result::Result<Self, $crate::client::NotAnAddress>
            where
                S: $crate::dep::tower::Service<
                        $crate::dep::http::Request<$crate::Body>,
                        Response = $crate::dep::http::Response<B>,
                    > + ::core::clone::Clone + ::core::marker::Send + 'static,
                S::Error: ::core::convert::Into<$crate::dep::axum::BoxError>,
                S::Future: ::core::marker::Send,
                B: $crate::dep::axum::body::HttpBody<Data = $crate::Bytes> + ::core::marker::Send + 'static,
                B::Error: ::core::convert::Into<$crate::dep::axum::BoxError>,
            {
                $crate::client::Engine::over(base, service).map(Self)
            }

            /// Of what is set up already: another transport, limits, time-outs.
            pub fn new(engine: $crate::client::Engine) -> Self {
                Self(engine)
            }
            $($(#[$group_docs])*
            pub fn $group(&self) -> $calls {
                $calls(self.0.clone())
            })*
            $($($(#[$key_docs])*
            #[must_use]
            pub fn $key(self, credential: impl ::core::convert::Into<$crate::client::Credential>) -> Self {
                Self(self.0.credential($scheme, credential))
            })*)?
        }

        impl ::core::convert::From<$crate::client::Engine> for $client {
            fn from(engine: $crate::client::Engine) -> Self {
                Self(engine)
            }
        }
    };
}

/// Declares the operations of a group: a function for each, which takes what is required; where something is optional,
/// it gives a struct with a function for each of these.
#[macro_export]
macro_rules! calls {
    ($(#[$docs:meta])* $vis:vis struct $calls:ident {$(
        $(#[$method_docs:meta])* $method:ident: $verb:tt $path:literal $(at $base:literal)? $id:literal
        ($($place:ident $([$($style:ident),+])? $field:ident $(($key:literal))?: $ty:ty
            $([$($check:ident $(($($argument:tt)*))?)+])?
            $(as $($codec:ident $($media:literal)?)|+)?),* $(,)?)
        $(with $builder:ident {
            $($(#[$option_docs:meta])* $option_place:ident $([$($option_style:ident),+])? $option:ident $(($option_key:literal))?: $option_ty:ty
                $([$($option_check:ident $(($($option_argument:tt)*))?)+])?
                $(as $($option_codec:ident $($option_media:literal)?)|+)?),* $(,)?
        } $(pages $paging:ident $(($page_key:literal $($page_style:ident)*))? [$item:ty = $($page:expr),+ $(,)?])?)?
        $(by [$($($scheme:ident $($scope:literal)*) and +) or +])?
        -> $ok:ty $(= $($status:tt $($ok_codec:ident $($ok_media:literal)?)|*),+)?; $err:ty
    ),* $(,)?}) => {
        $(#[$docs])*
        #[derive(Clone, Debug)]
        $vis struct $calls(#[doc(hidden)] pub $crate::client::Engine);

        impl $calls {$(
            $(#[$method_docs])*
            pub fn $method(&self $(, $field: $ty)*) -> $crate::__call!([$($builder)?] $ok, $err) {
                static OPERATION: $crate::client::Operation = $crate::client::Operation {
                    id: $id,
                    method: $crate::__verb!($verb),
                    path: $path,
                    base: &[$($base)?],
                    security: &[$($(&[$($crate::security::Asked { scheme: $scheme, scopes: &[$($scope),*] }),+]),+)?],
                    accept: ::std::sync::OnceLock::new(),
                };
                #[allow(unused_mut, reason = "not every operation takes something")]
                let mut call = $crate::client::Call::<$ok, $err>::new(
                    &self.0, &OPERATION, $crate::__rows!($ok $(= $($status $($ok_codec $($ok_media)?)|*),+)?),
                );
                $($crate::__verify!(call $place $field [$($key)?] [$($($check $(($($argument)*))?)+)?]);)*
                $($crate::__draw!(call $place [$($($style)+)?] $field [$($key)?] [$($($codec $($media)?),+)?]);)*
                $crate::__called!(call $($builder)?)
            }
        )*}

        $($(
            /// What may be said beside what must be. Await it.
            #[derive(Debug)]
            #[must_use = "a call is made when it is awaited"]
            $vis struct $builder($crate::client::Call<$ok, $err>);

            impl $builder {
                $($(#[$option_docs])*
                pub fn $option(mut self, $option: $option_ty) -> Self {
                    let call = &mut self.0;
                    $crate::__verify!(call $option_place $option [$($option_key)?]
                        [$($($option_check $(($($option_argument)*))?)+)?]);
                    $crate::__draw!(call $option_place [$($($option_style)+)?] $option [$($option_key)?]
                        [$($($option_codec $($option_media)?),+)?]);
                    self
                })*
                $(
                    /// The items of all pages from this one on, each page asked for when it is needed.
                    pub fn stream(self) -> $crate::client::Items<$item, $err> {
                        $crate::client::pages::items(self.0, $crate::client::Paging::$paging(
                            $($crate::http::params::Spec::query($page_key)$(.$page_style())*,)? $($page),+
                        ))
                    }
                )?
                /// The call itself, for what all calls have: headers, limits, the whole response.
                pub fn call(self) -> $crate::client::Call<$ok, $err> {
                    self.0
                }
            }

            impl ::core::future::IntoFuture for $builder {
                type Output = ::core::result::Result<$ok, $crate::client::ClientError<$err>>;
                type IntoFuture = $crate::client::Pending<$ok, $err>;
                fn into_future(self) -> Self::IntoFuture {
                    self.0.into_future()
                }
            }
        )?)*
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    ([] $ok:ty, $err:ty) => { $crate::client::Call<$ok, $err> };
    ([$builder:ident] $ok:ty, $err:ty) => { $builder };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __called {
    ($call:ident) => {
        $call
    };
    ($call:ident $builder:ident) => {
        $builder($call)
    };
}

/// Checks a parameter or the body.
#[doc(hidden)]
#[macro_export]
macro_rules! __verify {
    ($call:ident $place:ident $field:ident $key:tt []) => {};
    ($call:ident $place:ident $field:ident [$($key:literal)?] [$($check:ident $(($($argument:tt)*))?)+]) => {
        $call.draft().check(|v| {
            let at = $crate::client::at::$place(($($key,)? ::core::stringify!($field),).0);
            $(v.$check(at, &$field $(, $($argument)*)?);)+
        })
    };
}

/// Writes a parameter or the body.
#[doc(hidden)]
#[macro_export]
macro_rules! __draw {
    ($call:ident body [] $field:ident [] [any]) => {
        $crate::http::codec::bodies::Sends::send($field, $call.draft())
    };
    ($call:ident body [] $field:ident [] [$($codec:ident $($media:literal)?),+]) => {
        $call.draft().body($field, &[$($crate::http::codec::Write::new(
            $crate::http::codec::$codec::MEDIA, $crate::http::codec::$codec::write)$(.named($media))?),+])
    };
    ($call:ident $place:ident [$($style:ident)*] $field:ident [$($key:literal)?] []) => {
        $call.draft().set(
            const { $crate::http::params::Spec::$place(($($key,)? ::core::stringify!($field),).0)$(.$style())* },
            &$field,
        )
    };
}

/// How successes are read: by their own table, or by the one that is written down.
#[doc(hidden)]
#[macro_export]
macro_rules! __rows {
    ($ok:ty) => {
        <$ok as $crate::client::Answers>::ROWS
    };
    ($ok:ty = $($status:tt $($codec:ident $($media:literal)?)|*),+) => {
        const { &[$($crate::client::Row::<$ok>::new(
            $crate::__matches!($status),
            $crate::__takes!($ok; $($codec $($media)?),*),
            $crate::__reader!($($codec),*),
        )),+] }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __matches {
    (informational) => {
        $crate::client::Matches::Class(1)
    };
    (success) => {
        $crate::client::Matches::Class(2)
    };
    (redirection) => {
        $crate::client::Matches::Class(3)
    };
    (client_error) => {
        $crate::client::Matches::Class(4)
    };
    (server_error) => {
        $crate::client::Matches::Class(5)
    };
    (good) => {
        $crate::client::Matches::AnyGood
    };
    (any) => {
        $crate::client::Matches::Any
    };
    ($code:literal) => {
        $crate::client::Matches::Code($code)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __takes {
    ($ty:ty;) => { &[] };
    ($ty:ty; any) => { <$ty as $crate::http::codec::bodies::Intakes>::INTAKES };
    ($ty:ty; $($codec:ident $($media:literal)?),+) => {
        const { &[$($crate::http::codec::$codec::INTAKE$(.named($media))?),+] }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __reader {
    () => { |_| ::core::result::Result::Ok(()) };
    (any) => { |received| received.body($crate::http::codec::bodies::reads()) };
    ($($codec:ident),+) => { |received| received.body(&[$($crate::http::codec::$codec::read),+]) };
}

/// Declares what an operation of a client answers: an enum, and how each variant is read. It is written like
/// [`responses!`](crate::responses!) without headers, but that where a variant is for many statuses, the word says for which:
/// `success`, `client_error`, `server_error`, `redirection`, `informational`, or `any` that no other variant is for (`good`:
/// if it is below 400).
///
/// ```
/// apiloom::outcomes! { pub enum PingError {
///     //! What `ping` documents.
///     Gone = 410,
///     Limited(apiloom::Json) = 429 json,
///     Default(apiloom::StatusCode, apiloom::Json) = any json "application/problem+json",
/// } }
/// ```
#[macro_export]
macro_rules! outcomes {
    ($vis:vis enum $name:ident {
        $(#![$docs:meta])*
        $($(#[$variant_docs:meta])* $variant:ident $(($first:ty $(, $second:ty)?))?
            = $status:tt $($codec:ident $($media:literal)?)|*),* $(,)?
    }) => {
        $(#[$docs])*
        #[derive(Debug)]
        $vis enum $name {
            $($(#[$variant_docs])* $variant $(($first $(, $second)?))?,)*
        }
        #[automatically_derived]
        impl $crate::client::Answers for $name {
            const ROWS: &'static [$crate::client::Row<Self>] = &[$($crate::client::Row::new(
                $crate::__matches!($status),
                $crate::__taken!([$($codec $($media)?),*] [$($first $(, $second)?)?]),
                |received| $crate::__outcome!(received $name $variant [$($first $(, $second)?)?] [$($codec),*]),
            )),*];
        }
    };
}

/// Declares the headers of an answer: a struct, read by `of`.
///
/// ```
/// apiloom::headers! { pub struct ListHeaders {
///     /// How many there are.
///     required total("X-Total"): i64,
///     [simple_exploded] optional range("X-Range"): Option<Vec<i64>>,
/// } }
/// ```
#[macro_export]
macro_rules! headers {
    ($vis:vis struct $name:ident {
        $(#![$docs:meta])*
        $($(#[$field_docs:meta])* $([$style:ident])? $kind:ident $field:ident $(($key:literal))?: $ty:ty),* $(,)?
    }) => {
        $(#[$docs])*
        #[derive(Debug)]
        $vis struct $name {
            $($(#[$field_docs])* pub $field: $ty,)*
        }
        impl $name {
            /// Reads them.
            ///
            /// # Errors
            /// One is missing, or not what the schema says.
            pub fn of(headers: &$crate::dep::http::HeaderMap) -> ::core::result::Result<Self, ::std::vec::Vec<$crate::Fault>> {
                ::core::result::Result::Ok(Self {
                    $($field: $crate::client::header::$kind(headers, const {
                        $crate::http::params::Spec::header(($($key,)? ::core::stringify!($field),).0)$(.$style())?
                    })?,)*
                })
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __taken {
    ([any] [$body:ty]) => { <$body as $crate::http::codec::bodies::Intakes>::INTAKES };
    ([any] [$status:ty, $body:ty]) => { <$body as $crate::http::codec::bodies::Intakes>::INTAKES };
    ([$($codec:ident $($media:literal)?),*] $types:tt) => {
        const { &[$($crate::http::codec::$codec::INTAKE$(.named($media))?),*] }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __outcome {
    ($received:ident $name:ident $variant:ident [] $codecs:tt) => {{
        let _ = $received;
        ::core::result::Result::Ok($name::$variant)
    }};
    ($received:ident $name:ident $variant:ident [$first:ty] []) => {
        ::core::result::Result::Ok($name::$variant($received.status()))
    };
    ($received:ident $name:ident $variant:ident [$first:ty, $second:ty] $codecs:tt) => {
        ::core::result::Result::Ok($name::$variant($received.status(), $crate::__body!($received $codecs)))
    };
    ($received:ident $name:ident $variant:ident [$first:ty] $codecs:tt) => {
        ::core::result::Result::Ok($name::$variant($crate::__body!($received $codecs)))
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __body {
    ($received:ident [any]) => { $received.body($crate::http::codec::bodies::reads())? };
    ($received:ident [$($codec:ident),+]) => { $received.body(&[$($crate::http::codec::$codec::read),+])? };
}

/// The constructors over reqwest, which are there if it is.
#[doc(hidden)]
#[cfg(feature = "reqwest")]
#[macro_export]
macro_rules! __connect {
    () => {
        /// Of the API at an address, over reqwest.
        ///
        /// # Errors
        /// It is no absolute `http` or `https` URL, or reqwest cannot be set up.
        pub fn connect(base: &str) -> ::core::result::Result<Self, $crate::dep::axum::BoxError> {
            $crate::client::Engine::connect(base).map(Self)
        }
    };
}

/// The constructors over reqwest, which are there if it is.
#[doc(hidden)]
#[cfg(not(feature = "reqwest"))]
#[macro_export]
macro_rules! __connect {
    () => {};
}
