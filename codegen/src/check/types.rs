//! Types that users chose for formats must be paths of Rust types.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::Api;
use crate::source::Span;

pub(super) fn check(_: &mut Api, options: &Options, diagnostics: &mut Diagnostics) {
    for (format, path) in &options.types {
        if syn::parse_str::<syn::TypePath>(path).is_err() {
            let message =
                format!("`{path}`, chosen for the format `{format}`, is not the path of a Rust type");
            diagnostics
                .report(Code::BadName, Span::default(), message)
                .help("name the type with its full path, such as `uuid::Uuid`");
        }
    }
}
