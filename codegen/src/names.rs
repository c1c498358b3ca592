//! How Rust spells every name of an API. Only this module makes identifiers.
