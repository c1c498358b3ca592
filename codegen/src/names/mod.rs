//! How target languages spell every name of an API. Only this module makes identifiers; it does not know what code looks like.

mod case;
mod client;
mod http;
mod reply;
mod scope;
mod security;
#[cfg(feature = "typescript")]
mod typescript;

use case::Case;
pub use client::{CallIdents, CallsIdents, ClientIdents};
pub use http::{EndpointIdents, GroupIdents, ReplyIdents, ResponseIdents};
use scope::Scope;
pub use security::{SecurityIdents, WayIdents};
#[cfg(feature = "typescript")]
pub use typescript::{FunctionIdents, TypeScriptIdents};

use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Name, Others, Rest, Shape, TypeDef, TypeId};

/// How Rust spells every name of an API. Raw identifiers carry their `r#`.
#[derive(Debug, Clone, Default)]
pub struct Idents {
    types: Vec<String>,
    members: Vec<Members>,
    /// By index of [`Api::groups`].
    pub groups: Vec<GroupIdents>,
    /// By index of [`Api::endpoints`].
    pub endpoints: Vec<EndpointIdents>,
    /// `None` when nothing is secured.
    pub security: Option<SecurityIdents>,
    /// What only clients have.
    pub client: ClientIdents,
}

/// Names inside one type.
#[derive(Debug, Clone, Default)]
struct Members {
    /// Fields or variants.
    list: Vec<String>,
    /// The map of further keys.
    rest: Option<String>,
}

/// Names of Rust's prelude and those that generated code writes without a path, in the namespace of types.
const RESERVED_TYPES: &[&str] = &[
    "Self",
    "Option",
    "Vec",
    "String",
    "Box",
    "Some",
    "None",
    "Ok",
    "Err",
    "Default",
    "Result",
    "Send",
    "Sync",
    "Sized",
    "Copy",
    "Clone",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "AsRef",
    "AsMut",
    "Into",
    "From",
    "TryFrom",
    "TryInto",
    "Iterator",
    "IntoIterator",
    "FromIterator",
    "Extend",
    "DoubleEndedIterator",
    "ExactSizeIterator",
    "ToOwned",
    "ToString",
    "PartialEq",
    "Eq",
    "PartialOrd",
    "Ord",
    "Debug",
    "Hash",
    "Future",
    "IntoFuture",
    "Unpin",
    "bool",
    "char",
    "str",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "A",
    "DOCUMENT",
    "types",
    "validate",
    "server",
    "security",
    "webhooks",
    "client",
    "SERVERS",
];

impl Idents {
    /// Names everything, and reports what collides.
    #[must_use]
    pub fn new(api: &Api, diagnostics: &mut Diagnostics) -> Self {
        let mut scope = Scope::new("type", Case::Pascal, RESERVED_TYPES);
        for (_, def) in api.types.iter() {
            scope.declare(&def.decl, 2, diagnostics);
        }
        let http = http::wish(api, &mut scope, diagnostics);
        let security = security::wish(api, &mut scope);
        let client = client::wish(api, &http.functions, &http.methods, &mut scope);
        let names = scope.settle(diagnostics);
        let security = security.map(|wishes| wishes.spell(api, &names, diagnostics));
        let (types, _) = names.split_at(api.types.len());
        let members = api.types.iter().map(|(_, def)| members(def, diagnostics)).collect();
        let client = client.spell(api, &names, &http.functions, diagnostics);
        let (groups, endpoints) = http.spell(api, &names, diagnostics);
        Self { types: types.to_vec(), members, groups, endpoints, security, client }
    }

    /// The name of a type.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &str {
        self.types.get(id.0 as usize).expect("every type of the API was named")
    }

    /// The name of a field of a struct, or of a variant of an enumeration or union.
    #[must_use]
    pub fn member(&self, id: TypeId, n: usize) -> &str {
        let members = self.members.get(id.0 as usize).expect("every type of the API was named");
        members.list.get(n).expect("every member of the type was named")
    }

    /// The name of the field that holds further keys of a struct, or of the variant for other values of an open enumeration.
    #[must_use]
    pub fn rest(&self, id: TypeId) -> Option<&str> {
        self.members.get(id.0 as usize).and_then(|members| members.rest.as_deref())
    }
}

fn members(def: &TypeDef, diagnostics: &mut Diagnostics) -> Members {
    let owner = def.decl.name.text();
    let (what, case) = match &def.shape {
        Shape::Struct(_) => (format!("field of {owner}"), Case::Snake),
        Shape::Enum(_) | Shape::Union(_) => (format!("variant of {owner}"), Case::Pascal),
        Shape::Alias(_) => return Members::default(),
    };
    let reserved: &[&str] = if case == Case::Pascal { &["Self"] } else { &[] };
    let mut scope = Scope::new(what, case, reserved);
    let mut rest = None;
    match &def.shape {
        Shape::Struct(object) => {
            for field in &object.fields {
                scope.declare(&field.decl, 1, diagnostics);
            }
            if let Rest::Collect(_) = object.rest {
                rest = Some(scope.derive(vec!["additional_properties".to_owned()], def.decl.span));
            }
        }
        Shape::Enum(list) => {
            for variant in &list.variants {
                scope.declare(&variant.decl, 1, diagnostics);
            }
            if list.others == Others::Kept {
                rest = Some(scope.derive(vec!["Other".to_owned(), "OtherValue".to_owned()], def.decl.span));
            }
        }
        Shape::Union(union) => {
            for variant in &union.variants {
                scope.declare(&variant.decl, 1, diagnostics);
            }
        }
        Shape::Alias(_) => {}
    }
    let list = scope.settle(diagnostics);
    let rest = rest.map(|slot| list[slot].clone());
    Members { list, rest }
}

/// The path under which parts of a named thing are found: one part for a given name.
pub(crate) fn path(name: &Name) -> Vec<String> {
    match name {
        Name::Given(name) => vec![name.clone()],
        Name::Derived(path) => path.clone(),
    }
}
