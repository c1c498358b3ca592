//! What a configuration says of single parts of a document: other names, and types that users have already. Both change
//! the model, so that no generator needs to know of them.

use std::collections::BTreeSet;

use crate::code::Code;
use crate::config::{Options, Setting};
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Decl, EnumValue, Format, Kind, Name, Place, Prim, Shape, TypeId};
use crate::project::nearest;

/// How a schema that users have a type for is called as a format: no format of a document holds a line break.
fn format_of(schema: &str) -> String {
    format!("schema\n{schema}")
}

/// The options with one mapped format more for every schema that is replaced.
#[must_use]
pub(crate) fn with_formats(options: &Options) -> Options {
    let mut options = options.clone();
    for setting in &options.replace {
        options.types.insert(format_of(&setting.key), setting.value.clone());
    }
    options
}

/// Renames and replaces; a key that names nothing is reported with the nearest one.
pub(crate) fn apply(api: &mut Api, options: &Options, diagnostics: &mut Diagnostics) {
    rename(api, &options.rename, diagnostics);
    replace(api, &options.replace, diagnostics);
}

fn rename(api: &mut Api, settings: &[Setting], diagnostics: &mut Diagnostics) {
    if settings.is_empty() {
        return;
    }
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut used = vec![false; settings.len()];
    each_named(api, &mut |keys, decl| {
        for (setting, used) in settings.iter().zip(&mut used) {
            if keys.contains(&setting.key) {
                decl.hints.name = Some(setting.value.clone());
                *used = true;
            }
        }
        known.extend(keys);
    });
    for (setting, _) in settings.iter().zip(used).filter(|(_, used)| !used) {
        unknown(setting, known.iter().map(String::as_str), diagnostics);
    }
}

/// Calls `visit` with everything that can be renamed, and the keys that name it, the usual one first.
fn each_named(api: &mut Api, visit: &mut impl FnMut(Vec<String>, &mut Decl)) {
    for group in &mut api.groups {
        visit(vec![format!("tag:{}", group.decl.name.text())], &mut group.decl);
    }
    for endpoint in &mut api.endpoints {
        let pointer = format!("#/paths/{}/{}", escape(&endpoint.path), endpoint.method.to_lowercase());
        let mut keys = vec![pointer.clone()];
        if let Name::Given(id) = &endpoint.decl.name {
            keys.push(format!("operation:{id}"));
        }
        for param in &mut endpoint.params {
            let place = match param.place {
                Place::Path => "path",
                Place::Query => "query",
                Place::QueryString => "querystring",
                Place::Header => "header",
                Place::Cookie => "cookie",
            };
            let name = escape(&param.decl.name.text());
            let of = |key: &String| {
                [format!("{key}/parameters/{name}"), format!("{key}/parameters/{place}/{name}")]
            };
            visit(keys.iter().flat_map(of).collect(), &mut param.decl);
        }
        visit(keys, &mut endpoint.decl);
    }
    for id in api.types.iter().map(|(id, _)| id).collect::<Vec<_>>() {
        let def = api.types.get_mut(id);
        let keys = type_keys(&def.decl.name);
        let under = |part: &str, name: &str| -> Vec<String> {
            keys.iter().map(|key| format!("{key}/{part}/{}", escape(name))).collect()
        };
        match &mut def.shape {
            Shape::Struct(object) => object.fields.iter_mut().for_each(|field| {
                visit(under("properties", &field.decl.name.text()), &mut field.decl);
            }),
            Shape::Enum(list) => list.variants.iter_mut().for_each(|variant| {
                let value = match &variant.value {
                    EnumValue::String(text) => text.clone(),
                    EnumValue::Integer(number) => number.to_string(),
                };
                visit(under("enum", &value), &mut variant.decl);
            }),
            Shape::Union(_) | Shape::Alias(_) => {}
        }
        visit(keys, &mut def.decl);
    }
}

/// A schema of `components` by its pointer or its name; one without a name by the path that `apiloom inspect` prints.
fn type_keys(name: &Name) -> Vec<String> {
    match name {
        Name::Given(name) => vec![format!("#/components/schemas/{}", escape(name)), name.clone()],
        Name::Derived(_) => vec![name.text()],
    }
}

/// One step of a JSON pointer (RFC 6901, section 3).
fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

fn replace(api: &mut Api, settings: &[Setting], diagnostics: &mut Diagnostics) {
    let mut replaced: Vec<(TypeId, String)> = Vec::new();
    for setting in settings {
        let meant = api.types.iter().find(|(_, def)| type_keys(&def.decl.name).contains(&setting.key));
        match meant {
            Some((id, _)) => replaced.push((id, format_of(&setting.key))),
            None => {
                let keys: Vec<String> =
                    api.types.iter().flat_map(|(_, def)| type_keys(&def.decl.name)).collect();
                unknown(setting, keys.iter().map(String::as_str), diagnostics);
            }
        }
    }
    if replaced.is_empty() {
        return;
    }
    api.each_ty_mut(&mut |ty, _| {
        let Kind::Named(id) = ty.kind else { return };
        if let Some((_, format)) = replaced.iter().find(|(replaced, _)| *replaced == id) {
            ty.kind = Kind::Prim(Prim::String(Format::Other(format.clone())));
            ty.rules.clear(); // What the type holds is checked by the type.
        }
    });
    let kept: Vec<TypeId> = api
        .types
        .iter()
        .map(|(id, _)| id)
        .filter(|id| !replaced.iter().any(|(replaced, _)| replaced == id))
        .collect();
    api.keep_types(&kept);
}

fn unknown<'a>(setting: &Setting, known: impl Iterator<Item = &'a str>, diagnostics: &mut Diagnostics) {
    let message = format!("`{}` names nothing in the document", setting.key.escape_debug());
    let finding = diagnostics.report(Code::NothingNamed, setting.at.unwrap_or_default(), message);
    if let Some(near) = nearest(&setting.key, known) {
        finding.help(format!("did you mean `{near}`?"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Span};

    const DOCUMENT: &str = r##"
openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /pets/{id}:
    get:
      operationId: getPet
      tags: [pets]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}}
components:
  schemas:
    Money: {type: object, properties: {amount: {type: string}}}
    Pet:
      type: object
      required: [price]
      properties:
        price: {$ref: "#/components/schemas/Money"}
        prices: {type: array, items: {$ref: "#/components/schemas/Money"}}
        status: {type: string, enum: [free, sold]}
"##;

    fn setting(key: &str, value: &str) -> Setting {
        Setting { key: key.to_owned(), value: value.to_owned(), at: None }
    }

    fn generated(options: &Options) -> String {
        let made = crate::generate(&Sources::from_text("api.yaml", DOCUMENT), options);
        let findings: Vec<_> = made.diagnostics.iter().map(|found| found.message.clone()).collect();
        let files: String =
            made.files.iter().filter(|f| f.path.ends_with(".rs")).map(|f| f.text.as_str()).collect();
        format!("{}\n{files}", findings.join("\n"))
    }

    #[test]
    fn everything_can_be_renamed() {
        let rename = vec![
            setting("#/components/schemas/Pet", "Animal"),
            setting("#/components/schemas/Pet/properties/price", "cost"),
            setting("Pet.status", "State"),
            setting("Pet.status/enum/free", "Available"),
            setting("#/paths/~1pets~1{id}/get", "fetch"),
            setting("operation:getPet/parameters/id", "pet"),
            setting("tag:pets", "Zoo"),
        ];
        let code = generated(&Options { rename, ..Options::default() });
        let parameter = "pet(\"id\"): String";
        for part in
            ["struct Animal", "cost", "enum State", "Available", "fn fetch", parameter, "trait ZooApi"]
        {
            assert!(code.contains(part), "{part} is not in\n{code}");
        }
        assert!(!code.contains("struct Pet"), "{code}");
    }

    #[test]
    fn a_type_of_the_users_stands_for_a_schema() {
        let replace = vec![setting("Money", "crate::Money")];
        let code = generated(&Options { replace, ..Options::default() });
        assert!(code.contains("price: crate::Money") && code.contains("Vec<crate::Money>"), "{code}");
        assert!(!code.contains("struct Money"), "{code}");
    }

    #[test]
    fn what_names_nothing_is_said_where_it_is_written() {
        let mut sources = Sources::from_text("api.yaml", DOCUMENT);
        let file = sources.aside("apiloom.toml", "[rename]\n\"#/components/schemas/Pett\" = \"A\"\n");
        let at = Some(Span { start: 9, end: 36, ..Span::default() });
        let rename = vec![Setting { at, ..setting("#/components/schemas/Pett", "A") }];
        let replace = vec![setting("Monney", "crate::Money")];
        let made =
            crate::generate(&sources, &Options { rename, replace, ..Options::default() }.written_in(file));
        let text = crate::render::text(
            &crate::render::findings(&sources, &made.diagnostics),
            crate::render::Colour::None,
            9,
        );
        assert!(text.contains("error[A0809]: `#/components/schemas/Pett` names nothing"), "{text}");
        assert!(
            text.contains("apiloom.toml:2:1") && text.contains("did you mean `#/components/schemas/Pet`?"),
            "{text}"
        );
        assert!(text.contains("did you mean `Money`?"), "{text}");
        assert!(made.files.is_empty());
    }
}
