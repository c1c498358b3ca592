//! Parameters that the runtime cannot read are left out, after saying so.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Place, Presence, Style};

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    for endpoint in &mut api.endpoints {
        endpoint.params.retain(|param| {
            let name = param.decl.name.text();
            let what = match (&param.style, param.place) {
                (_, Place::QueryString) => format!("the whole query string as `{name}` is not read"),
                (Style::Content(media_type), _) if !super::media::is_json(media_type) => {
                    format!("the parameter `{name}` of type `{media_type}` is not read; only JSON is")
                }
                (
                    Style::Simple(_)
                    | Style::Label(_)
                    | Style::Matrix(_)
                    | Style::Form(_)
                    | Style::SpaceDelimited
                    | Style::PipeDelimited
                    | Style::DeepObject
                    | Style::Content(_),
                    Place::Path | Place::Query | Place::Header | Place::Cookie,
                ) => return true,
            };
            let help = match param.presence {
                Presence::Required => {
                    "the handler finds it in the request's head; its presence is not checked"
                }
                Presence::Optional | Presence::Default(_) => "the handler finds it in the request's head",
            };
            diagnostics.report(Code::NoStyle, param.decl.span, what).help(help);
            false
        });
    }
}
