//! Keywords of the schema object.

/// Keywords that say nothing of values: a reference with only these beside it is that reference.
#[rustfmt::skip]
pub(crate) const ANNOTATIONS: &[&str] = &[
    "$ref", "title", "description", "summary", "default", "example", "examples", "deprecated", "readOnly",
    "writeOnly", "externalDocs", "xml", "$comment", "nullable", "allOf", "oneOf", "anyOf",
];

/// Keywords of the schema object that are known, whether they are acted upon or not.
#[rustfmt::skip]
pub(crate) const KNOWN: &[&str] = &[
    "$ref", "$id", "$schema", "$anchor", "$dynamicRef", "$dynamicAnchor", "$defs", "$comment",
    "$vocabulary", "definitions", "title", "description", "default", "example", "examples", "deprecated",
    "readOnly", "writeOnly", "externalDocs", "xml", "nullable", "discriminator", "type", "format", "enum",
    "const", "allOf", "oneOf", "anyOf", "not", "if", "then", "else", "properties", "required",
    "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties",
    "dependentRequired", "dependentSchemas", "dependencies", "unevaluatedProperties", "unevaluatedItems",
    "items", "prefixItems", "additionalItems", "contains", "minContains", "maxContains", "minItems",
    "maxItems", "uniqueItems", "minLength", "maxLength", "pattern", "minimum", "maximum",
    "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "contentEncoding", "contentMediaType",
    "contentSchema", "summary", "id",
];
