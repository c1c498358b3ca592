//! What stands between the parentheses of `api!`.

use apiloom_codegen::{Options, Target, project};
use proc_macro2::Span;
use std::collections::BTreeSet;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Error, Ident, LitStr, Result, Token, braced, bracketed};

/// A path and options.
#[derive(Debug)]
pub(crate) struct Arguments {
    /// The schema file, relative to the package.
    pub(crate) path: LitStr,
    /// What to generate.
    pub(crate) options: Options,
}

const KNOWN: [&str; 4] = ["targets", "only", "except", "types"];

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() {
            let help = "name a schema file, such as `api!(\"schema/openapi.yaml\")`";
            return Err(Error::new(Span::call_site(), help));
        }
        let path = input.parse()?;
        let mut options = Options::default();
        let mut seen = BTreeSet::new();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if input.is_empty() {
                break;
            }
            let name: Ident = input.parse()?;
            if !seen.insert(name.to_string()) {
                return Err(Error::new(name.span(), format!("`{name}` is given twice")));
            }
            input.parse::<Token![=]>()?;
            option(&name, input, &mut options)?;
        }
        Ok(Self { path, options })
    }
}

fn option(name: &Ident, input: ParseStream<'_>, options: &mut Options) -> Result<()> {
    match name.to_string().as_str() {
        "targets" => options.targets = list(input)?.iter().map(target).collect::<Result<_>>()?,
        "only" => options.only = texts(input)?,
        "except" => options.except = texts(input)?,
        "types" => {
            let inside;
            braced!(inside in input);
            for entry in Punctuated::<Mapping, Token![,]>::parse_terminated(&inside)? {
                options.types.insert(entry.format, entry.path);
            }
        }
        unknown => {
            let near = project::nearest(unknown, KNOWN.into_iter());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known are `{}`", KNOWN.join("`, `")),
            };
            return Err(Error::new(name.span(), format!("`{unknown}` is not an option; {help}")));
        }
    }
    Ok(())
}

fn list(input: ParseStream<'_>) -> Result<Vec<Ident>> {
    let inside;
    bracketed!(inside in input);
    Ok(Punctuated::<Ident, Token![,]>::parse_terminated(&inside)?.into_iter().collect())
}

fn texts(input: ParseStream<'_>) -> Result<Vec<String>> {
    let inside;
    bracketed!(inside in input);
    let list = Punctuated::<LitStr, Token![,]>::parse_terminated(&inside)?;
    Ok(list.iter().map(LitStr::value).collect())
}

fn target(name: &Ident) -> Result<Target> {
    match name.to_string().as_str() {
        "types" => Ok(Target::RustTypes),
        "server" => Ok(Target::RustServer),
        unknown => Err(Error::new(
            name.span(),
            format!("`{unknown}` is not a target; there are `types` and `server`"),
        )),
    }
}

/// `"uuid" = "uuid::Uuid"`.
struct Mapping {
    format: String,
    path: String,
}

impl Parse for Mapping {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let format: LitStr = input.parse()?;
        input.parse::<Token![=]>()?;
        let path: LitStr = input.parse()?;
        project::type_path(&path.value()).map_err(|reason| Error::new(path.span(), reason))?;
        Ok(Self { format: format.value(), path: path.value() })
    }
}
