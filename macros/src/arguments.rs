//! What stands between the parentheses of `api!`.

use apiloom_codegen::config::{Dates, Reading, Setting};
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
    /// Overlays to apply, in order; relative to the package.
    pub(crate) overlays: Vec<LitStr>,
    /// The folder that references may lead through, relative to the package; that of the schema when there is none.
    pub(crate) root: Option<LitStr>,
}

const KNOWN: [&str; 10] =
    ["targets", "only", "except", "reading", "dates", "formats", "types", "rename", "overlays", "root"];

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        if input.is_empty() {
            let help = "name a schema file, such as `api!(\"schema/openapi.yaml\")`";
            return Err(Error::new(Span::call_site(), help));
        }
        let mut arguments =
            Self { path: input.parse()?, options: Options::default(), overlays: Vec::new(), root: None };
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
            option(&name, input, &mut arguments)?;
        }
        Ok(arguments)
    }
}

fn option(name: &Ident, input: ParseStream<'_>, arguments: &mut Arguments) -> Result<()> {
    let options = &mut arguments.options;
    match name.to_string().as_str() {
        "targets" => options.targets = list(input)?.iter().map(target).collect::<Result<_>>()?,
        "only" => options.only = texts(input)?.iter().map(LitStr::value).collect(),
        "except" => options.except = texts(input)?.iter().map(LitStr::value).collect(),
        "formats" => {
            let pairs = mappings(input, project::type_path)?;
            options.types.extend(pairs.into_iter().map(|pair| (pair.key, pair.value)));
        }
        "types" => options.replace = mappings(input, project::type_path)?,
        "rename" => options.rename = mappings(input, project::rust_name)?,
        "reading" => options.reading = reading(&input.parse()?)?,
        "dates" => options.dates = dates(&input.parse()?)?,
        "overlays" => arguments.overlays = texts(input)?,
        "root" => arguments.root = Some(input.parse()?),
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

fn texts(input: ParseStream<'_>) -> Result<Vec<LitStr>> {
    let inside;
    bracketed!(inside in input);
    Ok(Punctuated::<LitStr, Token![,]>::parse_terminated(&inside)?.into_iter().collect())
}

fn target(name: &Ident) -> Result<Target> {
    match name.to_string().as_str() {
        "types" => Ok(Target::RustTypes),
        "server" => Ok(Target::RustServer),
        "client" => Ok(Target::RustClient),
        unknown => Err(Error::new(
            name.span(),
            format!("`{unknown}` is not a target; there are `types`, `server` and `client`"),
        )),
    }
}

fn dates(name: &LitStr) -> Result<Dates> {
    match name.value().as_str() {
        "jiff" => Ok(Dates::Jiff),
        "chrono" => Ok(Dates::Chrono),
        "time" => Ok(Dates::Time),
        unknown => Err(Error::new(
            name.span(),
            format!("`{unknown}` is no crate of dates; there are `jiff`, `chrono` and `time`"),
        )),
    }
}

fn reading(name: &LitStr) -> Result<Reading> {
    match name.value().as_str() {
        "practice" => Ok(Reading::Practice),
        "literal" => Ok(Reading::Literal),
        unknown => Err(Error::new(
            name.span(),
            format!("`{unknown}` is no way to read; there are `practice` and `literal`"),
        )),
    }
}

/// `{ "uuid" = "uuid::Uuid" }`; `check` says what is wrong with a value.
fn mappings(
    input: ParseStream<'_>,
    check: fn(&str) -> std::result::Result<(), String>,
) -> Result<Vec<Setting>> {
    let inside;
    braced!(inside in input);
    let pair = |(key, value): (LitStr, LitStr)| {
        check(&value.value()).map_err(|reason| Error::new(value.span(), reason))?;
        Ok(Setting { key: key.value(), value: value.value(), at: None })
    };
    Punctuated::<Pair, Token![,]>::parse_terminated(&inside)?
        .into_iter()
        .map(|Pair(a, b)| pair((a, b)))
        .collect()
}

struct Pair(LitStr, LitStr);

impl Parse for Pair {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let key = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(Self(key, input.parse()?))
    }
}
