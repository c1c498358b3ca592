//! The model as text: one line a thing, for `inspect` and for snapshots of tests.

use super::{
    Access, Api, AuthKind, Content, Decl, Endpoint, EnumValue, Extent, Flow, Format, IntFormat, Kind,
    LinkTarget, Look, NumberFormat, Others, Param, Place, Policy, Presence, Prim, Rate, Rest, Role, Rule,
    Shape, Status, Style, Tag, Ty, TypeDef, Union,
};
use std::fmt::Write as _;

/// The whole model. Text of the schema is printed as Rust string literals where it could hold control characters.
#[must_use]
pub fn text(api: &Api) -> String {
    let mut out = String::new();
    line(&mut out, 0, &format!("api {:?} {:?}", api.info.title, api.info.version));
    for server in &api.servers {
        line(&mut out, 0, &format!("server {:?}", server.url));
    }
    for scheme in &api.auth {
        let mark = if scheme.decl.deprecated.is_some() { " deprecated" } else { "" };
        line(&mut out, 0, &format!("auth {}: {}{mark}", name(&scheme.decl), auth(&scheme.kind)));
        let AuthKind::OAuth2(flows) = &scheme.kind else { continue };
        flows.iter().for_each(|one| line(&mut out, 1, &flow(one)));
    }
    for (number, group) in api.groups.iter().enumerate() {
        out.push('\n');
        line(&mut out, 0, &format!("group {}", name(&group.decl)));
        for endpoint in api.endpoints.iter().filter(|endpoint| endpoint.group == number) {
            endpoint_text(&mut out, api, endpoint);
        }
    }
    for (_, def) in api.types.iter() {
        out.push('\n');
        type_text(&mut out, api, def);
    }
    out
}

fn auth(kind: &AuthKind) -> String {
    match kind {
        AuthKind::ApiKey { place, name } => {
            format!("key in {} {name:?}", format!("{place:?}").to_lowercase())
        }
        AuthKind::Http(scheme) => format!("http {scheme:?}"),
        AuthKind::OAuth2(_) => "oauth2".to_owned(),
        AuthKind::OpenIdConnect(url) => format!("openIdConnect {url:?}"),
        AuthKind::MutualTls => "mutualTLS".to_owned(),
        AuthKind::Unknown => "unknown".to_owned(),
    }
}

fn flow(flow: &Flow) -> String {
    let urls = [
        ("authorize", &flow.authorization_url),
        ("device", &flow.device_authorization_url),
        ("token", &flow.token_url),
        ("refresh", &flow.refresh_url),
    ];
    let urls = urls.iter().filter(|(_, url)| !url.is_empty()).map(|(what, url)| format!(" {what} {url:?}"));
    let scopes: Vec<&str> = flow.scopes.iter().map(|(scope, _)| scope.as_str()).collect();
    format!("{}{} {scopes:?}", flow.name.escape_debug(), urls.collect::<String>())
}

fn line(out: &mut String, depth: usize, text: &str) {
    writeln!(out, "{}{text}", "  ".repeat(depth)).expect("writing to a String cannot fail");
}

/// A name, quoted when it is not a plain word.
fn name(decl: &Decl) -> String {
    let text = decl.name.text();
    let plain = |character: char| character.is_alphanumeric() || "_-.$".contains(character);
    if !text.is_empty() && text.chars().all(plain) { text } else { format!("{text:?}") }
}

fn marks(decl: &Decl) -> String {
    let mut marks = String::new();
    if decl.deprecated.is_some() {
        marks.push_str(" deprecated");
    }
    if decl.hints.sensitive {
        marks.push_str(" sensitive");
    }
    if let Some(given) = &decl.hints.name {
        write!(marks, " as {given:?}").expect("writing to a String cannot fail");
    }
    marks
}

fn endpoint_text(out: &mut String, api: &Api, endpoint: &Endpoint) {
    let path = endpoint.path.escape_debug();
    let role = match &endpoint.role {
        Role::Served => String::new(),
        Role::Webhook => " webhook".to_owned(),
        Role::Callback { owner, expression } => format!(" callback of {:?} to {expression:?}", owner.text()),
    };
    let marks = marks(&endpoint.decl);
    line(out, 1, &format!("{} {path} {}{marks}{role}", endpoint.method, name(&endpoint.decl)));
    for param in &endpoint.params {
        line(out, 2, &param_text(api, param));
    }
    if let Some(body) = &endpoint.body {
        let optional = if body.required { "" } else { "?" };
        line(out, 2, &format!("body{optional} {}", contents(api, &body.content)));
    }
    for response in &endpoint.responses {
        let status = match response.status {
            Status::Code(code) => code.to_string(),
            Status::Range(class) => format!("{class}XX"),
            Status::Default => "default".to_owned(),
        };
        line(out, 2, format!("{status} {}", contents(api, &response.content)).trim_end());
        for header in &response.headers {
            let optional = if header.required { "" } else { "?" };
            line(out, 3, &format!("header {}{optional}: {}", name(&header.decl), ty(api, &header.ty)));
        }
    }
    for link in endpoint.responses.iter().flat_map(|response| &response.links) {
        let target = match &link.target {
            LinkTarget::Id(id) => id.escape_debug().to_string(),
            LinkTarget::Route(method, path) => format!("{} {}", method.escape_debug(), path.escape_debug()),
        };
        let given = |(name, value): &(String, super::Value)| format!(" {}={value}", name.escape_debug());
        let params: String = link.params.iter().map(given).collect();
        let body = link.body.as_ref().map_or_else(String::new, |body| format!(" body={body}"));
        line(out, 2, &format!("link {} to {target}{params}{body}", name(&link.decl)));
    }
    for choice in &endpoint.auth {
        let all: Vec<String> =
            choice.all.iter().map(|(scheme, scopes)| format!("{scheme:?} [{}]", scopes.join(" "))).collect();
        line(out, 2, &format!("auth {}", if all.is_empty() { "none".to_owned() } else { all.join(" and ") }));
    }
    policy(out, &endpoint.policy);
}

/// What holds for an operation besides, each in the unit that it is kept in.
fn policy(out: &mut String, policy: &Policy) {
    let rate = |rate: &Rate| format!("{}/{}ms by {}", rate.count, rate.millis, rate.by.word());
    let rates = policy.rates.as_ref().map(|rates| rates.iter().map(rate).collect::<Vec<_>>().join(", "));
    let said = [
        policy.timeout.map(|millis| format!("timeout {millis}ms")),
        policy.body_limit.map(|bytes| format!("body-limit {bytes}")),
        rates.map(|rates| format!("rate-limit [{rates}]")),
        policy.log.map(|log| format!("log {log}")),
    ];
    said.into_iter().flatten().for_each(|said| line(out, 2, &said));
}

fn contents(api: &Api, list: &[Content]) -> String {
    let one = |content: &Content| {
        let items = if content.extent == Extent::Items { "items of " } else { "" };
        format!("{}: {items}{}", content.media_type.escape_debug(), ty(api, &content.ty))
    };
    list.iter().map(one).collect::<Vec<_>>().join(" | ")
}

fn param_text(api: &Api, param: &Param) -> String {
    let place = match param.place {
        Place::Path => "path",
        Place::Query => "query",
        Place::QueryString => "querystring",
        Place::Header => "header",
        Place::Cookie => "cookie",
    };
    let usual = match param.place {
        Place::Path | Place::Header => matches!(param.style, Style::Simple(super::Explode::No)),
        Place::Query | Place::Cookie | Place::QueryString => {
            matches!(param.style, Style::Form(super::Explode::Yes))
        }
    };
    let style = if usual { String::new() } else { format!(" {:?}", param.style) };
    let empty = if param.allows.empty { " empty" } else { "" };
    let reserved = if param.allows.reserved { " reserved" } else { "" };
    let (optional, default) = presence(&param.presence);
    format!(
        "{place} {}{optional}: {}{default}{style}{empty}{reserved}{}",
        name(&param.decl),
        ty(api, &param.ty),
        marks(&param.decl)
    )
}

fn presence(presence: &Presence) -> (&'static str, String) {
    match presence {
        Presence::Required => ("", String::new()),
        Presence::Optional => ("?", String::new()),
        Presence::Default(value) => ("?", format!(" = {value}")),
    }
}

fn type_text(out: &mut String, api: &Api, def: &TypeDef) {
    let head = format!("type {}{}", name(&def.decl), marks(&def.decl));
    match &def.shape {
        Shape::Struct(shape) => {
            line(out, 0, &format!("{head}: struct{}", rules(&shape.rules)));
            for field in &shape.fields {
                let (optional, default) = presence(&field.presence);
                let access = match field.access {
                    Access::Both => "",
                    Access::ReadOnly => " read-only",
                    Access::WriteOnly => " write-only",
                };
                let boxed = if field.indirect { " boxed" } else { "" };
                let (name, marks) = (name(&field.decl), marks(&field.decl));
                let ty = ty(api, &field.ty);
                line(out, 1, &format!("{name}{optional}: {ty}{default}{access}{boxed}{marks}"));
            }
            match &shape.rest {
                Rest::Ignore => {}
                Rest::Deny => line(out, 1, "nothing else"),
                Rest::Collect(rest) => line(out, 1, &format!("anything else: {}", ty(api, rest))),
            }
        }
        Shape::Enum(shape) => {
            line(out, 0, &format!("{head}: enum"));
            for variant in &shape.variants {
                let value = match &variant.value {
                    EnumValue::String(text) => format!("{text:?}"),
                    EnumValue::Integer(number) => number.to_string(),
                };
                line(out, 1, &format!("{} = {value}{}", name(&variant.decl), marks(&variant.decl)));
            }
            if shape.others == Others::Kept {
                line(out, 1, "any other text");
            }
        }
        Shape::Union(union) => union_text(out, api, &head, union),
        Shape::Alias(alias) => {
            let recursive = if alias.recursive { " recursive" } else { "" };
            line(out, 0, &format!("{head} = {}{recursive}", ty(api, &alias.ty)));
        }
    }
}

fn union_text(out: &mut String, api: &Api, head: &str, union: &Union) {
    let tag = match &union.tag {
        Tag::Property(property) => format!(" by {property:?}"),
        Tag::Shape => String::new(),
    };
    let exclusive = if union.exclusive { "one of" } else { "any of" };
    line(out, 0, &format!("{head}: {exclusive}{tag}"));
    for variant in &union.variants {
        let told = match &union.tag {
            Tag::Property(_) => format!(" tags {:?}", variant.tags),
            Tag::Shape => format!(" looks like {}", look(&variant.look)),
        };
        let boxed = if variant.indirect { " boxed" } else { "" };
        line(out, 1, &format!("{}: {}{told}{boxed}", name(&variant.decl), ty(api, &variant.ty)));
    }
}

fn look(look: &Look) -> String {
    match look {
        Look::String => "a string".to_owned(),
        Look::Integer => "an integer".to_owned(),
        Look::Number => "a number".to_owned(),
        Look::Boolean => "a boolean".to_owned(),
        Look::Array => "an array".to_owned(),
        Look::Object(keys) => {
            let one = |(key, value): &(String, Option<String>)| match value {
                Some(value) => format!("{key:?} = {value:?}"),
                None => format!("{key:?}"),
            };
            format!("an object {{{}}}", keys.iter().map(one).collect::<Vec<_>>().join(", "))
        }
        Look::Null => "null".to_owned(),
        Look::Any => "anything".to_owned(),
    }
}

/// A type where it is used, such as `string [len 0..=3]`.
#[must_use]
pub fn ty(api: &Api, used: &Ty) -> String {
    let kind = match &used.kind {
        Kind::Prim(prim) => prim_text(prim),
        Kind::List(item) => format!("[{}]", ty(api, item)),
        Kind::Tuple(items) => {
            format!("({})", items.iter().map(|item| ty(api, item)).collect::<Vec<_>>().join(", "))
        }
        Kind::Map(value) => format!("{{{}}}", ty(api, value)),
        Kind::Nullable(inner) => format!("{}|null", ty(api, inner)),
        Kind::Named(id) => name(&api.types.get(*id).decl),
        Kind::Any => "any".to_owned(),
    };
    kind + &rules(&used.rules)
}

fn prim_text(prim: &Prim) -> String {
    match prim {
        Prim::Boolean => "boolean".to_owned(),
        Prim::Integer(IntFormat::Plain) => "integer".to_owned(),
        Prim::Integer(format) => format!("{format:?}").to_lowercase(),
        Prim::Number(NumberFormat::Double) => "number".to_owned(),
        Prim::Number(NumberFormat::Float) => "float".to_owned(),
        Prim::Number(NumberFormat::Decimal) => "decimal".to_owned(),
        Prim::String(Format::Plain) => "string".to_owned(),
        Prim::String(Format::Other(format)) => format!("string({})", format.escape_debug()),
        Prim::String(format) => format!("string({format:?})").to_lowercase(),
    }
}

fn rules(rules: &[Rule]) -> String {
    if rules.is_empty() {
        return String::new();
    }
    format!(" [{}]", rules.iter().map(rule).collect::<Vec<_>>().join(", "))
}

fn rule(one: &Rule) -> String {
    match one {
        Rule::MinLength(least) => format!("len >= {least}"),
        Rule::MaxLength(most) => format!("len <= {most}"),
        Rule::Pattern(pattern, _) => format!("like {pattern:?}"),
        Rule::Minimum(least) => format!(">= {least}"),
        Rule::Maximum(most) => format!("<= {most}"),
        Rule::ExclusiveMinimum(least) => format!("> {least}"),
        Rule::ExclusiveMaximum(most) => format!("< {most}"),
        Rule::MultipleOf(step) => format!("times {step}"),
        Rule::MinItems(least) => format!("items >= {least}"),
        Rule::MaxItems(most) => format!("items <= {most}"),
        Rule::UniqueItems => "unique".to_owned(),
        Rule::MinProperties(least) => format!("keys >= {least}"),
        Rule::MaxProperties(most) => format!("keys <= {most}"),
        Rule::OneOf(values) => {
            format!("in {}", values.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "))
        }
        Rule::PropertyNames(inner) => format!("each key{}", rules(inner)),
        Rule::Sanitize(all, _) => {
            format!("as {}", all.iter().map(|one| one.word()).collect::<Vec<_>>().join(" "))
        }
        Rule::Schema(text) => format!("schema {text}"),
    }
}
