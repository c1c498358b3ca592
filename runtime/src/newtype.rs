//! `newtype!`: a named type that is only a wrapper, transparent on the wire.

/// Declares a struct that wraps one value and is read and written as that. What must hold of it stands in brackets at the
/// end, as in [`object!`](crate::object!).
///
/// ```
/// apiloom::newtype! { pub struct Tree(pub Vec<Tree>) [nested]; }
/// let tree: Tree = apiloom::dep::serde_json::from_str("[[], [[]]]").unwrap();
/// assert_eq!(tree.0.len(), 2);
/// ```
#[macro_export]
macro_rules! newtype {
    ($(#[$docs:meta])* $vis:vis struct $name:ident($inner_vis:vis $inner:ty) $([$($check:ident $(($($argument:tt)*))?)+])?;) => {
        $(#[$docs])*
        #[derive(Debug, Clone, PartialEq)]
        $vis struct $name($inner_vis $inner);
        impl $crate::dep::serde::Serialize for $name {
            fn serialize<S: $crate::dep::serde::Serializer>(&self, s: S) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::dep::serde::Serialize::serialize(&self.0, s)
            }
        }
        impl<'de> $crate::dep::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::dep::serde::Deserializer<'de>>(d: D) -> ::core::result::Result<Self, D::Error> {
                ::core::result::Result::map($crate::dep::serde::Deserialize::deserialize(d), $name)
            }
        }
        impl $crate::Rules for $name {
            fn rules(&self, _v: &mut $crate::Checker) {
                $($(_v.$check((), &self.0 $(, $($argument)*)?);)+)?
            }
        }
        $crate::__validate! { $name }
    };
}
