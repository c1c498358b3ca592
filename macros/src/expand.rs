//! Generated files as tokens: modules inline, texts as literals, findings as errors of the compiler.

use crate::arguments::Arguments;
use apiloom_codegen::render::{self, Colour};
use apiloom_codegen::source::{self, LoadError};
use apiloom_codegen::{File, Severity, Sources};
use proc_macro2::{Delimiter, Group, Literal, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use std::path::PathBuf;
use syn::{Attribute, Item, LitStr};

/// What `api!` becomes.
pub(crate) fn expand(arguments: &Arguments) -> TokenStream {
    let sources = match load(arguments) {
        Ok(sources) => sources,
        Err(error) => return error.into_compile_error(),
    };
    let generated = apiloom_codegen::generate(&sources, &arguments.options);
    let findings = render::findings(&sources, &generated.diagnostics);
    let span = arguments.path.span();
    let errors = findings.iter().filter(|found| found.severity == Severity::Error).take(20).map(|found| {
        let text = render::text(std::slice::from_ref(found), Colour::None, 1);
        // The compiler puts its own `error:` in front.
        let text = text.strip_prefix("error").unwrap_or(&text).trim_end().to_owned();
        quote_spanned!(span=> ::core::compile_error!(#text);)
    });
    let errors: TokenStream = errors.collect();
    let watched = watched(&sources);
    let code = modules(&generated.files);
    quote!(#errors #watched #code)
}

/// Reads the schema and its overlays.
fn load(arguments: &Arguments) -> syn::Result<Sources> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let refuse = |at: &LitStr| {
        let (name, span) = (at.value(), at.span());
        move |error: LoadError| {
            let text = format!(
                "cannot read {name}: {}; the path is relative to the package's Cargo.toml",
                error.reason
            );
            syn::Error::new(span, text)
        }
    };
    let path = package.join(arguments.path.value());
    let loaded = match &arguments.root {
        Some(root) => source::load_below(&package.join(root.value()), &path),
        None => apiloom_codegen::load(&path),
    };
    let mut sources = loaded.map_err(refuse(&arguments.path))?;
    for overlay in &arguments.overlays {
        sources.overlay(&package.join(overlay.value())).map_err(refuse(overlay))?;
    }
    Ok(sources)
}

/// Makes the compiler look again when a file of the schema changes.
fn watched(sources: &Sources) -> TokenStream {
    sources
        .files()
        .filter_map(|(_, file)| file.file.as_deref())
        .map(|path| {
            let path = path.to_string_lossy();
            quote!(
                const _: &[u8] = ::core::include_bytes!(#path);
            )
        })
        .collect()
}

/// `mod.rs`, with the files of its modules in place. Its inner attributes go to each item: a macro cannot set them on the
/// module it stands in.
fn modules(files: &[File]) -> TokenStream {
    let Some(root) = find(files, "mod.rs") else { return TokenStream::new() };
    let root = syn::parse_file(&root.text).expect("the emitter prints Rust");
    let allowed: Vec<Attribute> =
        root.attrs.into_iter().filter(|attribute| attribute.path().is_ident("allow")).map(outer).collect();
    root.items
        .into_iter()
        .map(|item| match item {
            Item::Mod(module) if module.content.is_none() => {
                let file = find(files, &format!("{}.rs", module.ident));
                let file = file.expect("the emitter prints every module it declares");
                let content = syn::parse_file(&file.text).expect("the emitter prints Rust");
                let (attributes, visibility, name) = (&module.attrs, &module.vis, &module.ident);
                let (inner, items) = (content.attrs.into_iter().map(outer), content.items);
                let items = literal_files(quote!(#(#items)*), files);
                quote!(#(#allowed)* #(#attributes)* #(#inner)* #visibility mod #name { #items })
            }
            other => quote!(#(#allowed)* #other),
        })
        .collect()
}

fn find<'a>(files: &'a [File], path: &str) -> Option<&'a File> {
    files.iter().find(|file| file.path == path)
}

fn outer(mut attribute: Attribute) -> Attribute {
    attribute.style = syn::AttrStyle::Outer;
    attribute
}

/// Replaces `include_str!("openapi.json")` by the text: there is no such file beside the macro.
fn literal_files(tokens: TokenStream, files: &[File]) -> TokenStream {
    let mut out: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = token else {
            out.push(token);
            continue;
        };
        let is_include = matches!(
            out.as_slice(),
            [.., TokenTree::Ident(name), TokenTree::Punct(mark)] if name == "include_str" && mark.as_char() == '!'
        );
        let file = (is_include && group.delimiter() == Delimiter::Parenthesis)
            .then(|| syn::parse2::<syn::LitStr>(group.stream()).ok())
            .flatten()
            .and_then(|path| find(files, &path.value()));
        if let Some(file) = file {
            out.truncate(out.len() - 2);
            out.push(TokenTree::Literal(Literal::string(&file.text)));
        } else {
            out.push(TokenTree::Group(Group::new(group.delimiter(), literal_files(group.stream(), files))));
        }
    }
    out.into_iter().collect()
}

/// trybuild compiles in a folder of its own, where no schema is: what needs one is tested here.
#[cfg(test)]
mod tests {
    fn expand(arguments: &str) -> String {
        super::expand(&syn::parse_str(arguments).expect("the arguments are well-formed")).to_string()
    }

    #[test]
    fn an_error_of_the_schema_is_one_of_the_compiler() {
        let code = expand(r#""tests/schemas/bad.yaml""#);
        assert!(code.contains("compile_error ! (\"[A0201]: "), "{code}");
        assert!(code.contains("tests/schemas/bad.yaml:11:"), "{code}");
        assert!(code.contains("help: did you mean `Pet`?"), "{code}");
    }

    #[test]
    fn a_selector_that_matches_nothing_names_near_ones() {
        let code = expand(r#""tests/schemas/pets.yaml", only = ["tag:pest"]"#);
        assert!(code.contains("compile_error ! (\"[A0804]: ") && code.contains("tag:pets"), "{code}");
    }

    #[test]
    fn every_file_of_the_schema_is_watched() {
        let code = expand(r#""tests/schemas/pets.yaml""#);
        assert_eq!(code.matches("include_bytes").count(), 1);
        assert!(!code.contains("include_str"), "the document is a literal");
    }
}
