//! Procedural macros of `apiloom`: a schema file becomes code at compile time, without a generated file on disk.
//!
//! Thin over `apiloom-codegen`: what `apiloom generate` would write is given to the compiler instead.

mod arguments;
mod expand;

use proc_macro::TokenStream;

/// Generates the types, validators and server of an OpenAPI file in the place where it stands.
///
/// The path is relative to the folder of the package's `Cargo.toml`. The code is generated again when a file of the
/// schema changes. Options are those of `apiloom.toml`:
///
/// ```ignore
/// mod api {
///     apiloom::api!(
///         "schema/pets.yaml",
///         targets = [types, server],
///         only = ["tag:pets", "GET /health"],
///         except = ["operation:deletePet"],
///         types = { "uuid" = "uuid::Uuid" },
///     );
/// }
/// ```
///
/// # Errors
/// Each error of the schema is an error of the compiler, with file, line and what to do.
#[proc_macro]
pub fn api(input: TokenStream) -> TokenStream {
    match syn::parse::<arguments::Arguments>(input) {
        Ok(arguments) => expand::expand(&arguments).into(),
        Err(error) => error.into_compile_error().into(),
    }
}
