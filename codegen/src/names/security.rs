//! Names of what belongs to security: the trait, the credentials, the schemes.

use super::case::{self, Case};
use super::scope::{Scope, Slot};
use crate::diagnostic::Diagnostics;
use crate::ir::Api;

/// Names of what belongs to security.
#[derive(Debug, Clone, Default)]
pub struct SecurityIdents {
    /// The trait that finds out who is calling.
    pub security: String,
    /// The enum of what callers can show.
    pub credentials: String,
    /// The constants of the schemes, by index of [`Api::auth`].
    pub schemes: Vec<String>,
    /// By index of [`Api::ways`].
    pub ways: Vec<WayIdents>,
}

/// Names of a combination of schemes.
#[derive(Debug, Clone)]
pub struct WayIdents {
    /// The variant.
    pub variant: String,
    /// Its fields, one for each scheme.
    pub fields: Vec<String>,
}

/// Wishes in the scope of types.
#[derive(Debug)]
pub(super) struct Wishes {
    security: Slot,
    credentials: Slot,
    schemes: Vec<Slot>,
}

/// Wishes for the trait, the enum and the constants; `None` when nothing is secured.
pub(super) fn wish(api: &Api, types: &mut Scope) -> Option<Wishes> {
    let at = api.endpoints.iter().find(|endpoint| endpoint.is_secured())?.decl.span;
    let mut derive = |names: [&str; 2]| types.derive(names.map(str::to_owned).to_vec(), at);
    let security = derive(["Security", "ApiSecurity"]);
    let credentials = derive(["Credentials", "ApiCredentials"]);
    let constant = |name: String| name.trim_start_matches("r#").to_uppercase();
    let schemes = api.auth.iter().enumerate().map(|(n, scheme)| {
        let name = scheme.decl.hints.name.clone().unwrap_or_else(|| scheme.decl.name.text());
        let name = constant(case::identifier(&name, Case::Snake, n + 1));
        let longer = format!("{name}_SCHEME");
        types.derive(vec![name, longer], scheme.decl.span)
    });
    Some(Wishes { security, credentials, schemes: schemes.collect() })
}

impl Wishes {
    /// Spells what was wished for, once the scope of types is settled.
    pub(super) fn spell(self, api: &Api, names: &[String], diagnostics: &mut Diagnostics) -> SecurityIdents {
        let name = |slot: Slot| names[slot].clone();
        SecurityIdents {
            security: name(self.security),
            credentials: name(self.credentials),
            schemes: self.schemes.into_iter().map(name).collect(),
            ways: ways(api, diagnostics),
        }
    }
}

fn ways(api: &Api, diagnostics: &mut Diagnostics) -> Vec<WayIdents> {
    let mut scope = Scope::new("variant of the credentials", Case::Pascal, &["Self"]);
    let ways = api.ways();
    for way in &ways {
        let decls: Vec<_> = way.iter().map(|scheme| &api.auth[*scheme].decl).collect();
        match decls.as_slice() {
            [one] => scope.declare(one, 1, diagnostics),
            all => {
                let names: Vec<String> = all.iter().map(|decl| decl.name.text()).collect();
                let at = all.first().map(|decl| decl.span).unwrap_or_default();
                scope.derive(vec![case::identifier(&names.join(" and "), Case::Pascal, 1)], at)
            }
        };
    }
    let variants = scope.settle(diagnostics);
    let fields = ways.iter().map(|way| {
        let mut scope = Scope::new("field of the credentials", Case::Snake, &[]);
        for scheme in way {
            scope.declare(&api.auth[*scheme].decl, 1, diagnostics);
        }
        scope.settle(diagnostics)
    });
    variants
        .into_iter()
        .zip(fields.collect::<Vec<_>>())
        .map(|(variant, fields)| WayIdents { variant, fields })
        .collect()
}
