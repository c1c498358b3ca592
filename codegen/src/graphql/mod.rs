//! GraphQL schemas: type system documents (GraphQL, September 2025, section 3) read into plain data with places.
//!
//! One schema may be spread over several files, and extended anywhere. What real schemas get wrong without leaving doubt
//! about what is meant (a type that is defined twice, an extension of nothing) is reported and read on.

mod lower;
mod merge;
mod model;
mod part;
mod value;

pub use lower::{EXTENSIONS, is_schema, read};
pub use model::{
    Applied, Composite, Decl, Directive, Field, Input, Named, Roots, Schema, Shape, Ty, Type, Wrapped,
};
pub use value::Value;
