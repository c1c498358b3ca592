//! Parameters that the runtime cannot read are handed over as text or left out, after saying so.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Explode, Format, Kind, Param, Place, Presence, Prim, Style, Ty};

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    for endpoint in &mut api.endpoints {
        endpoint.params.retain_mut(|param| {
            unread_content(param, diagnostics);
            if param.place != Place::QueryString {
                return true;
            }
            let help = match param.presence {
                Presence::Required => {
                    "the handler finds it in the request's head; its presence is not checked"
                }
                Presence::Optional | Presence::Default(_) => "the handler finds it in the request's head",
            };
            let what = format!("the whole query string as `{}` is not read", param.decl.name.text());
            diagnostics.report(Code::NoStyle, param.decl.span, what).help(help);
            false
        });
    }
}

/// What is neither JSON nor in a style is text.
fn unread_content(param: &mut Param, diagnostics: &mut Diagnostics) {
    let Style::Content(media_type) = &param.style else { return };
    let style = match param.place {
        Place::QueryString => return,
        Place::Query | Place::Cookie => Style::Form(Explode::Yes),
        Place::Path | Place::Header => Style::Simple(Explode::No),
    };
    if super::media::is_json(media_type) {
        return;
    }
    let what = format!(
        "the parameter `{}` of type `{}` is handed over as text; only JSON is read",
        param.decl.name.text(),
        super::media::shown(media_type)
    );
    diagnostics.report(Code::NoStyle, param.decl.span, what);
    param.ty = Ty::plain(Kind::Prim(Prim::String(Format::Plain)));
    param.style = style;
    if matches!(param.presence, Presence::Default(_)) {
        param.presence = Presence::Optional;
    }
}
