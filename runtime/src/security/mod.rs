//! Who is calling: reading credentials, trying the alternatives of an operation, and challenges.
//!
//! The schema says which schemes an operation takes ([`Scheme`], [`Asked`]); [`schemes!`](crate::schemes!) and
//! [`credentials!`](crate::credentials!) declare them. What a request shows is read before its parameters and its body,
//! and given to the application, which says who that is. What is shown is never printed: `Debug` writes `***`.

mod admit;
mod challenge;
mod credential;
mod declare;
mod scheme;
mod shown;

pub use admit::{Admitted, Credentials, admit, are, take};
pub use credential::{ApiKey, Authorization, Basic, Bearer, ClientCertificate, Credential, Unread};
pub use scheme::{Asked, Kind, Scheme};
pub use shown::{PeerCertificates, Shown};
