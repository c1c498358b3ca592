//! What layers of a client know of a call.

use http::Method;

/// What the layers of a client may know of a call: among the extensions of its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The operation's id in the schema: a label of metrics and spans.
    pub operation: &'static str,
    /// May it be sent twice? By its method (RFC 9110 section 9.2.2), or because an idempotency key goes with it.
    pub idempotent: bool,
}

impl Facts {
    /// The facts of an operation that is sent by a method.
    pub fn new(operation: &'static str, method: &Method) -> Self {
        Self { operation, idempotent: method.is_idempotent() }
    }
}
