//! A default must be a value of its type; where it is not, or has no literal in Rust, the value may just be absent.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::fit::{Fit, fit};
use crate::ir::{Api, Format, Presence, Shape, Ty, Value};

pub(super) fn check(api: &mut Api, options: &Options, diagnostics: &mut Diagnostics) {
    let mapped = |format: &Format| super::mapped(format, options).is_some();
    let mut bad = Vec::new();
    for (id, def) in api.types.iter() {
        if let Shape::Struct(object) = &def.shape {
            let fields = object.fields.iter().enumerate();
            bad.extend(
                fields
                    .filter(|(_, field)| !fine(api, &field.ty, &field.presence, &mapped))
                    .map(|(n, _)| (id, n)),
            );
        }
    }
    for (id, n) in bad {
        let Shape::Struct(object) = &mut api.types.get_mut(id).shape else { continue };
        let field = &mut object.fields[n];
        report(&field.decl.name.text(), &field.presence, field.decl.span, diagnostics);
        field.presence = Presence::Optional;
    }
    let mut bad = Vec::new();
    for (e, endpoint) in api.endpoints.iter().enumerate() {
        let params = endpoint.params.iter().enumerate();
        bad.extend(
            params.filter(|(_, param)| !fine(api, &param.ty, &param.presence, &mapped)).map(|(n, _)| (e, n)),
        );
    }
    for (e, n) in bad {
        let param = &mut api.endpoints[e].params[n];
        report(&param.decl.name.text(), &param.presence, param.decl.span, diagnostics);
        param.presence = Presence::Optional;
    }
}

/// `null` as the default of what cannot be null is how many documents say "absent"; it is taken so, and reported.
fn fine(api: &Api, ty: &Ty, presence: &Presence, mapped: &dyn Fn(&Format) -> bool) -> bool {
    match presence {
        Presence::Required | Presence::Optional => true,
        Presence::Default(value) => {
            fit(api, ty, value, mapped).is_some_and(|fit| !matches!(fit, Fit::Struct(..)))
        }
    }
}

fn report(name: &str, presence: &Presence, at: crate::source::Span, diagnostics: &mut Diagnostics) {
    let Presence::Default(value) = presence else { return };
    let text: String = value.to_string().chars().take(60).collect();
    let (message, help) = match value {
        Value::Object(_) => (
            format!("the default of `{name}` is an object; it is not filled in"),
            "the handler sees the value as absent and can fill it in",
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => (
            format!("the default `{text}` does not fit `{name}`; the value is optional instead"),
            "write a default of the property's own type, or remove it",
        ),
    };
    diagnostics.report(Code::BadDefault, at, message).help(help);
}
