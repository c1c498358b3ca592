//! The first version of what users write: each trait of the generated server implemented by handlers that answer 501.
//! Names come out of the generated code itself, so they are what its author made them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{
    FnArg, GenericArgument, Item, ItemTrait, Pat, PathArguments, ReturnType, TraitItem, TraitItemFn, Type,
    TypeParamBound,
};

const HEAD: &str = "\
//! What the service does: one function an operation. Those that are not written yet answer 501.
";

/// The file `service.rs` for the generated files that hold traits; `None` when there is no operation.
pub(super) fn print<'f>(files: impl Iterator<Item = &'f str>) -> Option<String> {
    let files: Vec<syn::File> = files.map(syn::parse_file).collect::<Result<_, _>>().ok()?;
    let traits: Vec<&ItemTrait> = files
        .iter()
        .flat_map(|file| &file.items)
        .filter_map(|item| match item {
            Item::Trait(item) => Some(item),
            _ => None,
        })
        .collect();
    if traits.is_empty() {
        return None;
    }
    let parts = std::iter::once(quote! { use crate::api::*; })
        .chain(std::iter::once(quote! {
            /// What all operations share: connections, clients, configuration.
            #[derive(Debug, Default)]
            pub struct App {}
        }))
        .chain(traits.into_iter().map(implement))
        .chain(std::iter::once(quote! {
            fn unwritten(cx: &apiloom::Context) -> apiloom::Error {
                let detail = format!("{} is not written yet.", cx.operation().id);
                apiloom::Error::new(apiloom::StatusCode::NOT_IMPLEMENTED).detail(detail)
            }
        }));
    let printed: Vec<String> = parts
        .map(|part| syn::parse2(part).map(|file| prettyplease::unparse(&file)))
        .collect::<Result<_, _>>()
        .ok()?;
    Some(format!("{HEAD}\n{}", printed.join("\n")))
}

fn implement(item: &ItemTrait) -> TokenStream {
    let name = &item.ident;
    let handlers = item.items.iter().filter_map(|item| match item {
        TraitItem::Fn(handler) => Some(body(handler)),
        _ => None,
    });
    let types = item.items.iter().filter_map(|item| match item {
        TraitItem::Type(ty) => Some(&ty.ident),
        _ => None,
    });
    quote! { impl #name for App { #(type #types = ();)* #(#handlers)* } }
}

fn body(handler: &TraitItemFn) -> TokenStream {
    let name = &handler.sig.ident;
    let output = output(&handler.sig.output);
    let mut arguments = handler.sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some((typed.pat.as_ref(), typed.ty.as_ref())),
        FnArg::Receiver(_) => None,
    });
    let context = arguments.next().map(|(_, ty)| ty);
    let borrow = (!matches!(context, Some(Type::Reference(_)))).then(|| quote!(&));
    let rest = arguments.enumerate().map(|(n, (pattern, ty))| {
        let name = match pattern {
            Pat::Ident(name) => format_ident!("_{}", name.ident),
            _ => format_ident!("_more{n}"),
        };
        quote!(#name: #ty)
    });
    quote! {
        async fn #name(&self, cx: #context #(, #rest)*) -> #output { Err(unwritten(#borrow cx)) }
    }
}

/// `T` of `impl Future<Output = T> + Send`.
fn output(output: &ReturnType) -> Option<&Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    let Type::ImplTrait(future) = ty.as_ref() else { return Some(ty) };
    future.bounds.iter().find_map(|bound| {
        let TypeParamBound::Trait(bound) = bound else { return None };
        let PathArguments::AngleBracketed(arguments) = &bound.path.segments.last()?.arguments else {
            return None;
        };
        arguments.args.iter().find_map(|argument| match argument {
            GenericArgument::AssocType(output) if output.ident == "Output" => Some(&output.ty),
            _ => None,
        })
    })
}
