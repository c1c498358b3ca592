//! Rust's traits stop at tuples of twelve; longer ones, and empty ones, become lists of anything.

use crate::code::Code;
use crate::config::Options;
use crate::diagnostic::Diagnostics;
use crate::ir::{Api, Kind, Ty};

/// The standard library implements `Debug` and its like up to this length.
const LONGEST: usize = 12;

pub(super) fn check(api: &mut Api, _: &Options, diagnostics: &mut Diagnostics) {
    api.each_ty_mut(&mut |ty, at| {
        let Kind::Tuple(items) = &ty.kind else { return };
        if items.len() > LONGEST {
            let message =
                format!("the {} items of `prefixItems` are read without checking their types", items.len());
            diagnostics.report(Code::NoKeyword, at, message).help("up to twelve items become a tuple");
        }
        if items.is_empty() || items.len() > LONGEST {
            ty.kind = Kind::List(Box::new(Ty::any()));
        }
    });
}
