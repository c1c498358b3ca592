//! `newtype!`: a named type that is only a wrapper, transparent on the wire.

/// Reads, writes and checks `struct Name(pub Inner)` as `Inner`.
///
/// ```
/// #[derive(Debug, Clone, PartialEq)]
/// pub struct Tree(pub Vec<Tree>);
/// apiloom::newtype! { Tree }
/// let tree: Tree = apiloom::dep::serde_json::from_str("[[], [[]]]").unwrap();
/// assert_eq!(tree.0.len(), 2);
/// ```
#[macro_export]
macro_rules! newtype {
    ($($name:ident),+ $(,)?) => {$(
        #[automatically_derived]
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::dep::serde::Serialize::serialize(&self.0, s)
            }
        }
        #[automatically_derived]
        impl<'de> $crate::dep::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::dep::serde::Deserializer<'de>>(d: D) -> ::core::result::Result<Self, D::Error> {
                ::core::result::Result::map($crate::dep::serde::Deserialize::deserialize(d), $name)
            }
        }
    )+};
}
