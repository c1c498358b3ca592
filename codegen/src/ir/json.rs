//! The model as JSON: for programs that read it, such as generators of other languages. Types are named by number.

use super::{
    Access, Api, Content, Decl, Endpoint, EnumValue, Extent, Kind, Link, LinkTarget, Look, Name, Others,
    Place, Presence, Prim, Rest, Rule, Shape, Status, Tag, Ty, TypeDef,
};
use serde_json::{Map, Value, json};

/// The whole model.
#[must_use]
pub fn json(api: &Api) -> Value {
    json!({
        "format": "apiloom-model/1",
        "info": {
            "title": api.info.title, "version": api.info.version,
            "summary": api.info.summary, "description": api.info.description,
        },
        "servers": api.servers.iter().map(|server| json!({ "url": server.url, "docs": server.docs })).collect::<Vec<_>>(),
        "auth": api.auth.iter().map(|scheme| {
            with(&scheme.decl, json!({ "kind": format!("{:?}", scheme.kind) }))
        }).collect::<Vec<_>>(),
        "groups": api.groups.iter().map(|group| with(&group.decl, json!({}))).collect::<Vec<_>>(),
        "endpoints": api.endpoints.iter().map(endpoint).collect::<Vec<_>>(),
        "types": api.types.iter().map(|(_, def)| type_def(def)).collect::<Vec<_>>(),
    })
}

/// What a declaration says, then `more`. What is empty is left out.
fn with(decl: &Decl, more: Value) -> Value {
    let mut out = Map::new();
    out.insert("name".to_owned(), Value::String(decl.name.text()));
    if let Name::Derived(path) = &decl.name {
        out.insert("derived".to_owned(), json!(path));
    }
    if !decl.docs.is_empty() {
        out.insert("docs".to_owned(), json!(decl.docs));
    }
    if let Some(deprecated) = &decl.deprecated {
        out.insert("deprecated".to_owned(), json!({ "reason": deprecated.reason }));
    }
    if let Some(name) = &decl.hints.name {
        out.insert("generatedName".to_owned(), json!(name));
    }
    if decl.hints.sensitive {
        out.insert("sensitive".to_owned(), json!(true));
    }
    if let Value::Object(more) = more {
        out.extend(more);
    }
    Value::Object(out)
}

fn endpoint(endpoint: &Endpoint) -> Value {
    let params: Vec<Value> = endpoint
        .params
        .iter()
        .map(|param| {
            let place = match param.place {
                Place::Path => "path",
                Place::Query => "query",
                Place::QueryString => "querystring",
                Place::Header => "header",
                Place::Cookie => "cookie",
            };
            let style = format!("{:?}", param.style);
            let more = json!({ "place": place, "style": style, "type": ty(&param.ty) });
            with(&param.decl, presence(&param.presence, more))
        })
        .collect();
    let responses: Vec<Value> = endpoint
        .responses
        .iter()
        .map(|response| {
            let status = match response.status {
                Status::Code(code) => code.to_string(),
                Status::Range(class) => format!("{class}XX"),
                Status::Default => "default".to_owned(),
            };
            let headers: Vec<Value> = response
                .headers
                .iter()
                .map(|header| {
                    with(&header.decl, json!({ "type": ty(&header.ty), "required": header.required }))
                })
                .collect();
            let content = contents(&response.content);
            let links: Vec<Value> = response.links.iter().map(link).collect();
            json!({ "status": status, "docs": response.decl.docs, "headers": headers, "content": content, "links": links })
        })
        .collect();
    let auth: Vec<Value> = endpoint
        .auth
        .iter()
        .map(|choice| {
            let scheme = |(name, scopes): &(String, Vec<String>)| json!({ "scheme": name, "scopes": scopes });
            Value::Array(choice.all.iter().map(scheme).collect())
        })
        .collect();
    let body = endpoint.body.as_ref().map(
        |body| json!({ "docs": body.docs, "required": body.required, "content": contents(&body.content) }),
    );
    with(
        &endpoint.decl,
        json!({
            "group": endpoint.group, "method": endpoint.method, "path": endpoint.path,
            "params": params, "body": body, "responses": responses, "auth": auth,
        }),
    )
}

fn link(link: &Link) -> Value {
    let target = match &link.target {
        LinkTarget::Id(id) => json!({ "operationId": id }),
        LinkTarget::Route(method, path) => json!({ "method": method, "path": path }),
    };
    let params: Map<String, Value> = link.params.iter().cloned().collect();
    with(&link.decl, json!({ "target": target, "params": params, "body": link.body }))
}

fn contents(list: &[Content]) -> Vec<Value> {
    let one = |content: &Content| {
        let key = if content.extent == Extent::Items { "items" } else { "type" };
        json!({ "mediaType": content.media_type, key: ty(&content.ty) })
    };
    list.iter().map(one).collect()
}

fn presence(presence: &Presence, mut more: Value) -> Value {
    match presence {
        Presence::Required => more["required"] = json!(true),
        Presence::Optional => more["required"] = json!(false),
        Presence::Default(value) => {
            more["required"] = json!(false);
            more["default"] = value.clone();
        }
    }
    more
}

fn type_def(def: &TypeDef) -> Value {
    let shape = match &def.shape {
        Shape::Struct(shape) => {
            let fields: Vec<Value> = shape
                .fields
                .iter()
                .map(|field| {
                    let access = match field.access {
                        Access::Both => "both",
                        Access::ReadOnly => "read",
                        Access::WriteOnly => "write",
                    };
                    let more = json!({ "type": ty(&field.ty), "access": access, "indirect": field.indirect });
                    with(&field.decl, presence(&field.presence, more))
                })
                .collect();
            let rest = match &shape.rest {
                Rest::Ignore => json!("ignore"),
                Rest::Deny => json!("deny"),
                Rest::Collect(rest) => json!({ "collect": ty(rest) }),
            };
            json!({ "shape": "struct", "fields": fields, "rest": rest, "rules": rules(&shape.rules) })
        }
        Shape::Enum(shape) => {
            let variants: Vec<Value> = shape
                .variants
                .iter()
                .map(|variant| {
                    let value = match &variant.value {
                        EnumValue::String(text) => json!(text),
                        EnumValue::Integer(number) => json!(number),
                    };
                    with(&variant.decl, json!({ "value": value }))
                })
                .collect();
            let mut out = json!({ "shape": "enum", "variants": variants });
            if shape.others == Others::Kept {
                out["others"] = json!("kept");
            }
            out
        }
        Shape::Union(union) => {
            let variants: Vec<Value> = union
                .variants
                .iter()
                .map(|variant| {
                    let (tags, look) = (&variant.tags, look(&variant.look));
                    let indirect = variant.indirect;
                    let more =
                        json!({ "type": ty(&variant.ty), "tags": tags, "look": look, "indirect": indirect });
                    with(&variant.decl, more)
                })
                .collect();
            let tag = match &union.tag {
                Tag::Property(name) => json!({ "property": name }),
                Tag::Shape => json!("shape"),
            };
            json!({ "shape": "union", "exclusive": union.exclusive, "tag": tag, "variants": variants })
        }
        Shape::Alias(alias) => {
            json!({ "shape": "alias", "type": ty(&alias.ty), "recursive": alias.recursive })
        }
    };
    with(&def.decl, shape)
}

fn look(look: &Look) -> Value {
    match look {
        Look::String => json!("string"),
        Look::Integer => json!("integer"),
        Look::Number => json!("number"),
        Look::Boolean => json!("boolean"),
        Look::Array => json!("array"),
        Look::Object(keys) => {
            let key = |(key, value): &(String, Option<String>)| json!({ "key": key, "value": value });
            json!({ "object": keys.iter().map(key).collect::<Vec<_>>() })
        }
        Look::Null => json!("null"),
        Look::Any => json!("any"),
    }
}

fn ty(used: &Ty) -> Value {
    let mut out = match &used.kind {
        Kind::Prim(Prim::Boolean) => json!({ "kind": "boolean" }),
        Kind::Prim(Prim::Integer(format)) => {
            json!({ "kind": "integer", "format": format!("{format:?}").to_lowercase() })
        }
        Kind::Prim(Prim::Number(format)) => {
            json!({ "kind": "number", "format": format!("{format:?}").to_lowercase() })
        }
        Kind::Prim(Prim::String(format)) => json!({ "kind": "string", "format": string_format(format) }),
        Kind::List(item) => json!({ "kind": "list", "item": ty(item) }),
        Kind::Tuple(items) => json!({ "kind": "tuple", "items": items.iter().map(ty).collect::<Vec<_>>() }),
        Kind::Map(value) => json!({ "kind": "map", "value": ty(value) }),
        Kind::Nullable(inner) => json!({ "kind": "nullable", "of": ty(inner) }),
        Kind::Named(id) => json!({ "kind": "named", "type": id.0 }),
        Kind::Any => json!({ "kind": "any" }),
    };
    if !used.rules.is_empty() {
        out["rules"] = rules(&used.rules);
    }
    out
}

fn string_format(format: &super::Format) -> String {
    match format {
        super::Format::Other(name) => name.clone(),
        known => format!("{known:?}").to_lowercase(),
    }
}

/// In the words of JSON Schema.
fn rules(list: &[Rule]) -> Value {
    let one = |rule: &Rule| match rule {
        Rule::MinLength(n) => json!({ "minLength": n }),
        Rule::MaxLength(n) => json!({ "maxLength": n }),
        Rule::Pattern(pattern, _) => json!({ "pattern": pattern }),
        Rule::Minimum(n) => json!({ "minimum": n }),
        Rule::Maximum(n) => json!({ "maximum": n }),
        Rule::ExclusiveMinimum(n) => json!({ "exclusiveMinimum": n }),
        Rule::ExclusiveMaximum(n) => json!({ "exclusiveMaximum": n }),
        Rule::MultipleOf(n) => json!({ "multipleOf": n }),
        Rule::MinItems(n) => json!({ "minItems": n }),
        Rule::MaxItems(n) => json!({ "maxItems": n }),
        Rule::UniqueItems => json!({ "uniqueItems": true }),
        Rule::MinProperties(n) => json!({ "minProperties": n }),
        Rule::MaxProperties(n) => json!({ "maxProperties": n }),
        Rule::OneOf(values) => json!({ "enum": values }),
        Rule::PropertyNames(inner) => json!({ "propertyNames": rules(inner) }),
        Rule::Sanitize(all, _) => {
            json!({ "x-sanitize": all.iter().map(|one| one.word()).collect::<Vec<_>>() })
        }
        Rule::Schema(text) => json!({ "allOf": [serde_json::from_str::<Value>(text).unwrap_or_default()] }),
    };
    Value::Array(list.iter().map(one).collect())
}
