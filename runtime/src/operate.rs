//! The functions behind operations: a request is read, its handler called, and what it came to is sent.

use crate::endpoint::Routed;
use crate::http::accept::Accept;
use crate::http::body::load;
use crate::http::codec::Media;
use crate::http::context::Context;
use crate::http::params::{Input, Params};
use crate::http::problem::{Error, Result};
use crate::http::reply::{IntoReply, Reply};
use crate::security::Admitted;
use axum::body::Body;
use futures_util::future::BoxFuture;
use http::StatusCode;
use std::fmt;
use std::sync::Arc;

/// What something comes to, to be awaited.
pub type Pending<'a, T> = BoxFuture<'a, Result<T>>;

/// The answer of an operation, to be awaited.
pub type Answer = Pending<'static, Reply>;

/// A request that has found its operation.
#[derive(Debug)]
pub struct Call {
    cx: Context,
    routed: Routed,
    body: Body,
}

impl Call {
    pub(crate) fn new(cx: Context, routed: Routed, body: Body) -> Self {
        Self { cx, routed, body }
    }

    /// The head of the request.
    pub fn context(&self) -> &Context {
        &self.cx
    }

    /// Reads the parameters of an operation that answers with `R`, and what the client takes.
    ///
    /// # Errors
    /// 400 with every fault of the parameters and the body; 406, 413, 415.
    pub async fn read<P: Params, R: IntoReply>(self) -> Result<(Context, Accept, P)> {
        let Self { cx, routed, body } = self;
        let parts = cx.parts();
        let accept = Accept::new(&parts.headers);
        let offers = || R::MEDIA.iter().copied().flatten().copied();
        if !accept.allows(offers()) {
            let mut offered: Vec<&str> = offers().map(|Media(media)| media).collect();
            offered.sort_unstable();
            offered.dedup();
            return Err(Error::new(StatusCode::NOT_ACCEPTABLE)
                .detail(format!("The answer is one of: {}.", offered.join(", "))));
        }
        // In a box of its own: what reads bodies is large, and most operations take none.
        let loaded = if P::BODY.is_none() {
            None
        } else {
            Box::pin(load(P::BODY, &parts.headers, body, routed.limits)).await?
        };
        let params = Input::new(parts, &routed.captures, loaded).read().map_err(Error::invalid)?;
        Ok((cx, accept, params))
    }
}

/// A function behind an operation of `A`. Its own types are known here and nowhere else.
pub trait Operate<A>: Send + Sync {
    /// Answers a request.
    fn answer(&self, app: Arc<A>, call: Call) -> Answer;
}

/// An operation that anybody may call.
pub struct Open<A: 'static, P, R>(
    /// The handler.
    pub for<'a> fn(&'a A, Context, P) -> Pending<'a, R>,
);

/// Finds out who is calling.
pub type Admit<A, S> = for<'a> fn(&'a A, &'a Context) -> Pending<'a, Admitted<S>>;

/// An operation that nobody may call unknown.
pub struct Secured<A: 'static, S, P, R>(
    /// Who is calling.
    pub Admit<A, S>,
    /// The handler.
    pub for<'a> fn(&'a A, Context, S, P) -> Pending<'a, R>,
);

/// An operation that anybody may call, and that wants to know who does.
pub struct Asked<A: 'static, S, P, R>(
    /// Who is calling.
    pub Admit<A, S>,
    /// The handler.
    pub for<'a> fn(&'a A, Context, Option<S>, P) -> Pending<'a, R>,
);

impl<A, P, R> Operate<A> for Open<A, P, R>
where
    A: Send + Sync,
    P: Params + Send + 'static,
    R: IntoReply + 'static,
{
    fn answer(&self, app: Arc<A>, call: Call) -> Answer {
        let handle = self.0;
        Box::pin(async move {
            let (cx, accept, params) = call.read::<P, R>().await?;
            handle(&app, cx, params).await.map(|answer| answer.into_reply(&accept))
        })
    }
}

impl<A, S, P, R> Operate<A> for Secured<A, S, P, R>
where
    A: Send + Sync,
    S: Send + 'static,
    P: Params + Send + 'static,
    R: IntoReply + 'static,
{
    fn answer(&self, app: Arc<A>, call: Call) -> Answer {
        let Self(admit, handle) = *self;
        Box::pin(async move {
            let principal = admit(&app, call.context()).await?.required()?;
            let (cx, accept, params) = call.read::<P, R>().await?;
            handle(&app, cx, principal, params).await.map(|answer| answer.into_reply(&accept))
        })
    }
}

impl<A, S, P, R> Operate<A> for Asked<A, S, P, R>
where
    A: Send + Sync,
    S: Send + 'static,
    P: Params + Send + 'static,
    R: IntoReply + 'static,
{
    fn answer(&self, app: Arc<A>, call: Call) -> Answer {
        let Self(admit, handle) = *self;
        Box::pin(async move {
            let principal = admit(&app, call.context()).await?.optional()?;
            let (cx, accept, params) = call.read::<P, R>().await?;
            handle(&app, cx, principal, params).await.map(|answer| answer.into_reply(&accept))
        })
    }
}

macro_rules! shown {
    ($($name:ident<$($param:ident),+>)+) => {$(
        impl<$($param),+> fmt::Debug for $name<$($param),+> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish_non_exhaustive()
            }
        }
    )+};
}

shown! { Open<A, P, R> Secured<A, S, P, R> Asked<A, S, P, R> }
