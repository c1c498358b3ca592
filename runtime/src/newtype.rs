//! `newtype!`: a named type that is only a wrapper, transparent on the wire.

/// Declares a struct that wraps one value and is read and written as that.
///
/// ```
/// apiloom::newtype! { pub struct Tree(pub Vec<Tree>); }
/// let tree: Tree = apiloom::dep::serde_json::from_str("[[], [[]]]").unwrap();
/// assert_eq!(tree.0.len(), 2);
/// ```
#[macro_export]
macro_rules! newtype {
    ($(#[$docs:meta])* $vis:vis struct $name:ident($inner_vis:vis $inner:ty);) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq)]
        $vis struct $name($inner_vis $inner);
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
    };
}
