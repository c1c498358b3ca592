//! Questions that several backends ask of the model.

use super::{Api, Endpoint, Format, Kind, Response, Rest, Rule, Server, Shape, Ty, TypeDef, TypeId};
use crate::source::Span;

impl Api {
    /// The type behind aliases: what the value is, and the rules of the use and of every alias on the way. Aliases that
    /// need a wrapper type are not looked through.
    #[must_use]
    pub fn resolve<'a>(&'a self, ty: &'a Ty) -> (&'a Kind, Vec<&'a Rule>) {
        let mut rules: Vec<&Rule> = ty.rules.iter().collect();
        let mut kind = &ty.kind;
        // Plain aliases cannot be endless; the bound only guards against a model made by hand.
        for _ in 0..self.types.len() {
            let Kind::Named(id) = kind else { break };
            let Shape::Alias(alias) = &self.types.get(*id).shape else { break };
            if alias.recursive {
                break;
            }
            rules.extend(&alias.ty.rules);
            kind = &alias.ty.kind;
        }
        (kind, rules)
    }

    /// The type without null, and whether null was allowed; looks through aliases only where they lead to null.
    #[must_use]
    pub fn without_null<'a>(&'a self, ty: &'a Ty) -> (&'a Ty, bool) {
        match self.resolve(ty).0 {
            Kind::Nullable(inner) => (self.without_null(inner).0, true),
            Kind::Prim(_) | Kind::List(_) | Kind::Tuple(_) | Kind::Map(_) | Kind::Named(_) | Kind::Any => {
                (ty, false)
            }
        }
    }

    /// The path that every endpoint starts with: that of the first server's address, without a slash at its end.
    #[must_use]
    pub fn base_path(&self) -> String {
        self.servers.first().map(base_path).unwrap_or_default()
    }

    /// Where an endpoint is served: below the path of its own server, or else of the API's. What consumers serve has none.
    #[must_use]
    pub fn served_path(&self, endpoint: &Endpoint) -> String {
        let base = match endpoint.servers.first() {
            _ if !endpoint.is_served() => String::new(),
            Some(own) => base_path(own),
            None => self.base_path(),
        };
        format!("{base}{}", endpoint.path)
    }
}

/// The path part of a server's address, variables replaced by their defaults.
#[must_use]
pub fn base_path(server: &Server) -> String {
    let mut url = server.url.clone();
    for variable in &server.variables {
        url = url.replace(&format!("{{{}}}", variable.decl.name.text()), &variable.default);
    }
    let after_host = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
        None => match url.strip_prefix("//") {
            Some(rest) => rest.find('/').map_or("", |slash| &rest[slash..]),
            None => url.as_str(),
        },
    };
    let path = after_host.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    match path {
        "" | "." => String::new(),
        path if path.starts_with('/') => path.to_owned(),
        path => format!("/{}", path.trim_start_matches("./")),
    }
}

impl Api {
    /// Calls `visit` with every type of the API at any depth, the outer ones first, and the place of what it belongs to.
    pub fn each_ty_mut(&mut self, visit: &mut impl FnMut(&mut Ty, Span)) {
        for n in 0..self.types.len() {
            let def = self.types.get_mut(TypeId(u32::try_from(n).expect("ids are 32 bits wide")));
            let at = def.decl.span;
            match &mut def.shape {
                Shape::Struct(object) => {
                    object.fields.iter_mut().for_each(|field| deep(&mut field.ty, field.decl.span, visit));
                    if let Rest::Collect(ty) = &mut object.rest {
                        deep(ty, at, visit);
                    }
                }
                Shape::Enum(_) => {}
                Shape::Union(union) => {
                    union
                        .variants
                        .iter_mut()
                        .for_each(|variant| deep(&mut variant.ty, variant.decl.span, visit));
                }
                Shape::Alias(alias) => deep(&mut alias.ty, at, visit),
            }
        }
        for endpoint in &mut self.endpoints {
            endpoint.params.iter_mut().for_each(|param| deep(&mut param.ty, param.decl.span, visit));
            let answers = endpoint.responses.iter_mut().flat_map(|response| &mut response.content);
            let contents = endpoint.body.iter_mut().flat_map(|body| &mut body.content).chain(answers);
            contents.for_each(|content| deep(&mut content.ty, content.span, visit));
            for header in endpoint.responses.iter_mut().flat_map(|response| &mut response.headers) {
                deep(&mut header.ty, header.decl.span, visit);
            }
        }
    }
}

fn deep(ty: &mut Ty, at: Span, visit: &mut impl FnMut(&mut Ty, Span)) {
    visit(ty, at);
    match &mut ty.kind {
        Kind::Prim(_) | Kind::Any | Kind::Named(_) => {}
        Kind::List(inner) | Kind::Map(inner) | Kind::Nullable(inner) => deep(inner, at, visit),
        Kind::Tuple(items) => items.iter_mut().for_each(|item| deep(item, at, visit)),
    }
}

impl TypeDef {
    /// Calls `visit` with every type that stands directly in the definition.
    pub fn each_ty<'a>(&'a self, visit: &mut impl FnMut(&'a Ty)) {
        match &self.shape {
            Shape::Struct(object) => {
                object.fields.iter().for_each(|field| visit(&field.ty));
                if let Rest::Collect(ty) = &object.rest {
                    visit(ty);
                }
            }
            Shape::Enum(_) => {}
            Shape::Union(union) => union.variants.iter().for_each(|variant| visit(&variant.ty)),
            Shape::Alias(alias) => visit(&alias.ty),
        }
    }

    /// The same, to change them.
    pub fn each_ty_mut(&mut self, visit: &mut impl FnMut(&mut Ty)) {
        match &mut self.shape {
            Shape::Struct(object) => {
                object.fields.iter_mut().for_each(|field| visit(&mut field.ty));
                if let Rest::Collect(ty) = &mut object.rest {
                    visit(ty);
                }
            }
            Shape::Enum(_) => {}
            Shape::Union(union) => union.variants.iter_mut().for_each(|variant| visit(&mut variant.ty)),
            Shape::Alias(alias) => visit(&mut alias.ty),
        }
    }
}

impl Ty {
    /// Calls `visit` with the id of every definition that the type names, at any depth.
    pub fn each_id(&self, visit: &mut impl FnMut(TypeId)) {
        match &self.kind {
            Kind::Prim(_) | Kind::Any => {}
            Kind::List(inner) | Kind::Map(inner) | Kind::Nullable(inner) => inner.each_id(visit),
            Kind::Tuple(items) => items.iter().for_each(|item| item.each_id(visit)),
            Kind::Named(id) => visit(*id),
        }
    }

    /// Calls `change` with every definition that the type names, at any depth.
    pub fn each_id_mut(&mut self, change: &mut impl FnMut(&mut TypeId)) {
        match &mut self.kind {
            Kind::Prim(_) | Kind::Any => {}
            Kind::List(inner) | Kind::Map(inner) | Kind::Nullable(inner) => inner.each_id_mut(change),
            Kind::Tuple(items) => items.iter_mut().for_each(|item| item.each_id_mut(change)),
            Kind::Named(id) => change(id),
        }
    }
}

impl Format {
    /// The format as documents write it; `None` when there is none.
    #[must_use]
    pub fn wire(&self) -> Option<&str> {
        Some(match self {
            Format::Plain | Format::Upload => return None,
            Format::Date => "date",
            Format::DateTime => "date-time",
            Format::Time => "time",
            Format::Duration => "duration",
            Format::Uuid => "uuid",
            Format::Uri => "uri",
            Format::UriReference => "uri-reference",
            Format::UriTemplate => "uri-template",
            Format::Email => "email",
            Format::Hostname => "hostname",
            Format::Ipv4 => "ipv4",
            Format::Ipv6 => "ipv6",
            Format::Byte => "byte",
            Format::Base64Url => "base64url",
            Format::HttpDate => "http-date",
            Format::Binary => "binary",
            Format::Decimal => "decimal",
            Format::Password => "password",
            Format::Regex => "regex",
            Format::JsonPointer => "json-pointer",
            Format::Other(name) => name,
        })
    }
}

impl Endpoint {
    /// Calls `visit` with every type that stands in the endpoint.
    pub fn each_ty<'a>(&'a self, visit: &mut impl FnMut(&'a Ty)) {
        self.params.iter().for_each(|param| visit(&param.ty));
        self.body.iter().flat_map(|body| &body.content).for_each(|content| visit(&content.ty));
        self.responses.iter().for_each(|response| response.each_ty(visit));
    }
}

impl Response {
    /// Calls `visit` with every type that stands in the response.
    pub fn each_ty<'a>(&'a self, visit: &mut impl FnMut(&'a Ty)) {
        self.headers.iter().for_each(|header| visit(&header.ty));
        self.content.iter().for_each(|content| visit(&content.ty));
    }
}

#[cfg(test)]
mod tests {
    use super::{Server, base_path};
    use crate::ir::{Decl, ServerVariable};
    use crate::source::Span;

    #[test]
    fn base_paths() {
        let check = |url: &str, path: &str| {
            let variables = vec![ServerVariable {
                decl: Decl::given("version", Span::default()),
                default: "v2".to_owned(),
                allowed: Vec::new(),
            }];
            let server =
                Server { url: url.to_owned(), docs: String::new(), variables, span: Span::default() };
            assert_eq!(base_path(&server), path, "{url}");
        };
        check("https://example.org/api/v3", "/api/v3");
        check("https://example.org", "");
        check("https://example.org/{version}/", "/v2");
        check("/", "");
        check("/api/", "/api");
        check("v1", "/v1");
        check("//example.org/x?y#z", "/x");
        check("{scheme}://example.org/base", "/base");
    }
}
