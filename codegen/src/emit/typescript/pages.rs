//! What the runtime is told of operations that answer in pages; which do, the check has found.

use super::Context;
use super::text::{Code, list, object, string};
use super::ty::{self, At};
use crate::check::link::Step;
use crate::check::pages::{Next, Paged};
use crate::ir::Shape;

/// The literal that the runtime reads, and the type of the items; `None` for an operation without pages.
pub(super) fn print(cx: &Context<'_>, n: usize) -> Option<(Code, Code)> {
    let paged = cx.checked.pages[n].as_ref()?;
    Some((Code(table(cx, n, paged)), ty::ty(cx, &paged.item, At::Beside)))
}

fn table(cx: &Context<'_>, n: usize, paged: &Paged) -> String {
    let param = |at: usize| format!("param: {}", string(&cx.names.functions[n].params[at]));
    let next = |steps: &[Step]| format!("next: {}", path(cx, steps));
    let (by, mut more) = match &paged.next {
        Next::Link => ("link", Vec::new()),
        Next::Address(steps) => ("address", vec![next(steps)]),
        Next::Cursor(at, steps) => ("cursor", vec![param(*at), next(steps)]),
        Next::Page(at, first) => ("page", vec![param(*at), format!("first: {first}")]),
        Next::Offset(at) => ("offset", vec![param(*at)]),
    };
    more.push(format!("items: {}", path(cx, &paged.items)));
    object(std::iter::once(format!("by: {}", string(by))).chain(more))
}

/// The keys on the way, as they are on the wire.
fn path(cx: &Context<'_>, steps: &[Step]) -> String {
    let key = |step: &Step| match &cx.checked.api.types.get(step.of).shape {
        Shape::Struct(object) => Some(string(&object.fields[step.field].decl.name.text())),
        Shape::Enum(_) | Shape::Union(_) | Shape::Alias(_) => None,
    };
    list(steps.iter().filter_map(key), "[", "]")
}
