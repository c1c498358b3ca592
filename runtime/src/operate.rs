//! The functions behind operations: a request is read, its handler called, and what it came to is sent.

use crate::endpoint::Routed;
use crate::http::accept::Accept;
use crate::http::body::{BodySpec, Loaded, load};
use crate::http::codec::Media;
use crate::http::context::Context;
use crate::http::params::{Input, Params};
use crate::http::problem::{Error, Result};
use crate::http::reply::{IntoReply, Reply};
use crate::security::Admitted;
#[cfg(feature = "stack")]
use crate::stack::{Guard, When};
#[cfg(not(feature = "stack"))]
use crate::unstacked::{Guard, When};
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

    /// What the client takes of what an operation may answer with.
    ///
    /// # Errors
    /// 406: none of it.
    fn accept(&self, media: &'static [&'static [Media]]) -> Result<Accept> {
        let accept = Accept::new(&self.cx.parts().headers);
        let offers = || media.iter().copied().flatten().copied();
        if accept.allows(offers()) {
            return Ok(accept);
        }
        let mut offered: Vec<&str> = offers().map(|Media(media)| media).collect();
        offered.sort_unstable();
        offered.dedup();
        Err(Error::new(StatusCode::NOT_ACCEPTABLE)
            .detail(format!("The answer is one of: {}.", offered.join(", "))))
    }

    /// The body, as far as it is to be read first. In a box of its own: what reads bodies is large, and most operations
    /// take none.
    ///
    /// # Errors
    /// 400, 413, 415.
    async fn load(&mut self, spec: BodySpec) -> Result<Loaded> {
        if spec.is_none() {
            return Ok(None);
        }
        let body = std::mem::take(&mut self.body);
        Box::pin(load(spec, &self.cx.parts().headers, body, self.routed.limits)).await
    }

    /// The parameters.
    ///
    /// # Errors
    /// 400 with every fault of the parameters and the body.
    fn params<P: Params>(&self, loaded: Loaded) -> Result<P> {
        Input::new(self.cx.parts(), &self.routed.captures, loaded).read().map_err(Error::invalid)
    }
}

/// Are there too many requests? In a box of its own where others are asked, as most operations ask nobody.
///
/// # Errors
/// 429, 503.
async fn guarded(guard: &Guard, cx: &Context, when: When) -> Result<()> {
    if guard.waits() { Box::pin(guard.check(cx, when)).await } else { guard.check_here(cx, when) }
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
    fn answer(&self, app: Arc<A>, mut call: Call) -> Answer {
        let handle = self.0;
        Box::pin(async move {
            if let Some(guard) = &call.routed.guard {
                guarded(guard, &call.cx, When::Open).await?;
            }
            let accept = call.accept(R::MEDIA)?;
            let loaded = call.load(P::BODY).await?;
            let params = call.params(loaded)?;
            handle(&app, call.cx, params).await.map(|answer| answer.into_reply(&accept))
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
    fn answer(&self, app: Arc<A>, mut call: Call) -> Answer {
        let Self(admit, handle) = *self;
        Box::pin(async move {
            if let Some(guard) = &call.routed.guard {
                guarded(guard, &call.cx, When::Before).await?;
            }
            let principal = admit(&app, &call.cx).await?.required()?;
            if let Some(guard) = &call.routed.guard {
                guarded(guard, &call.cx, When::Known).await?;
            }
            let accept = call.accept(R::MEDIA)?;
            let loaded = call.load(P::BODY).await?;
            let params = call.params(loaded)?;
            handle(&app, call.cx, principal, params).await.map(|answer| answer.into_reply(&accept))
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
    fn answer(&self, app: Arc<A>, mut call: Call) -> Answer {
        let Self(admit, handle) = *self;
        Box::pin(async move {
            if let Some(guard) = &call.routed.guard {
                guarded(guard, &call.cx, When::Before).await?;
            }
            let principal = admit(&app, &call.cx).await?.optional()?;
            if let Some(guard) = &call.routed.guard {
                guarded(guard, &call.cx, When::Known).await?;
            }
            let accept = call.accept(R::MEDIA)?;
            let loaded = call.load(P::BODY).await?;
            let params = call.params(loaded)?;
            handle(&app, call.cx, principal, params).await.map(|answer| answer.into_reply(&accept))
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
