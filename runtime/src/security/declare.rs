//! How generated code declares schemes and credentials.

/// Declares the security schemes of an API.
///
/// ```
/// apiloom::schemes! {
///     /// Handed out on paper.
///     API_KEY = header "api_key" "X-Key",
///     LOGIN = oauth2 "login",
/// }
/// ```
#[macro_export]
macro_rules! schemes {
    ($($(#[$docs:meta])* $name:ident = $kind:ident $($text:literal)+),* $(,)?) => {$(
        $(#[$docs])*
        pub const $name: &$crate::security::Scheme = &$crate::security::Scheme::$kind($($text),+);
    )*};
}

/// Declares what callers may show: an enum with a variant for each combination of schemes that an operation takes.
///
/// ```
/// apiloom::schemes! { KEY = header "key" "X-Key", LOGIN = oauth2 "login" }
/// apiloom::credentials! { pub enum Credentials {
///     //! What callers may show.
///     Key(apiloom::ApiKey = KEY),
///     KeyAndLogin { key: apiloom::ApiKey = KEY, login: apiloom::Bearer = LOGIN },
/// } }
/// ```
#[macro_export]
macro_rules! credentials {
    ($vis:vis enum $name:ident {
        $(#![$outer:meta])*
        $($(#[$docs:meta])* $variant:ident $(($one:ty = $scheme:expr))? $({
            $($field:ident: $ty:ty = $each:expr),+ $(,)?
        })?),* $(,)?
    }) => {
        $(#[$outer])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $vis enum $name {
            $($(#[$docs])* $variant $(($one))? $({
                $(#[allow(missing_docs, reason = "named after its scheme")] $field: $ty),+
            })?),*
        }
        #[automatically_derived]
        impl $crate::security::Credentials for $name {
            fn read(
                shown: &$crate::security::Shown<'_>,
                asked: &'static [$crate::security::Asked],
            ) -> $crate::Result<::core::option::Option<Self>> {
                $(if $crate::security::are(asked, &[$($scheme)? $($($each),+)?]) {
                    return ::core::result::Result::Ok(::core::option::Option::Some(Self::$variant
                        $(($crate::__take!(shown asked $one = $scheme)))?
                        $({ $($field: $crate::__take!(shown asked $ty = $each)),+ })?));
                })*
                let _ = shown;
                ::core::result::Result::Ok(::core::option::Option::None)
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __take {
    ($shown:ident $asked:ident $ty:ty = $scheme:expr) => {
        match $crate::security::take::<$ty>($shown, $asked, $scheme)? {
            ::core::option::Option::Some(credential) => credential,
            ::core::option::Option::None => {
                return ::core::result::Result::Ok(::core::option::Option::None);
            }
        }
    };
}
