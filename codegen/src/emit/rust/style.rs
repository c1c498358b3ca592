//! How parameters are spelled, in the words of the runtime's table.

use super::ident;
use crate::check::style::{Reading, reading};
use crate::ir::{Explode, Param, Place, Style};
use proc_macro2::Ident;

/// Where a parameter is.
pub(super) fn place(place: Place) -> Ident {
    ident(match place {
        Place::Path => "path",
        Place::Query => "query",
        Place::QueryString => "querystring",
        Place::Header => "header",
        Place::Cookie => "cookie",
    })
}

/// The style, when it is not what the place has by itself, and what else the parameter allows.
pub(super) fn words(param: &Param) -> Vec<Ident> {
    let empty = param.allows.empty.then_some("empty");
    let reserved = param.allows.reserved.then_some("reserved");
    style(param).into_iter().chain(empty).chain(reserved).map(ident).collect()
}

fn style(param: &Param) -> Option<&'static str> {
    let name = match (&param.style, param.place) {
        (Style::Content(media_type), place) => match reading(media_type) {
            Reading::Form if place == Place::QueryString => return None,
            Reading::Json => "content_json",
            Reading::Form => "content_form",
            Reading::Text => "content_text",
        },
        (_, Place::QueryString)
        | (Style::Form(Explode::Yes), Place::Query | Place::Cookie)
        | (Style::Simple(Explode::No), Place::Path | Place::Header) => return None,
        (Style::Form(Explode::Yes), _) => "form",
        (Style::Form(Explode::No), _) => "form_joined",
        (Style::Simple(Explode::No), _) => "simple",
        (Style::Simple(Explode::Yes), _) => "simple_exploded",
        (Style::Label(Explode::No), _) => "label",
        (Style::Label(Explode::Yes), _) => "label_exploded",
        (Style::Matrix(Explode::No), _) => "matrix",
        (Style::Matrix(Explode::Yes), _) => "matrix_exploded",
        (Style::SpaceDelimited, _) => "space_delimited",
        (Style::PipeDelimited, _) => "pipe_delimited",
        (Style::DeepObject, _) => "deep_object",
        (Style::Cookie(Explode::Yes), _) => "cookie_plain",
        (Style::Cookie(Explode::No), _) => "cookie_joined",
    };
    Some(name)
}
