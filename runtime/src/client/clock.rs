//! Time, as the platform has it: that of tokio, or in browsers that of JavaScript.

#[cfg(not(target_arch = "wasm32"))]
pub(super) use tokio::time::Instant;
#[cfg(target_arch = "wasm32")]
pub(super) use web_time::Instant;

#[cfg(not(target_arch = "wasm32"))]
use futures_util::FutureExt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Ends after a while, unless it is set back.
pub(super) struct Timer {
    #[cfg(not(target_arch = "wasm32"))]
    sleep: Pin<Box<tokio::time::Sleep>>,
    #[cfg(target_arch = "wasm32")]
    sleep: Pin<Box<dyn Future<Output = ()> + Send>>,
}

#[cfg(not(target_arch = "wasm32"))]
impl Timer {
    pub(super) fn new(time: Duration) -> Self {
        Self { sleep: Box::pin(tokio::time::sleep(time)) }
    }

    pub(super) fn reset(&mut self, time: Duration) {
        self.sleep.as_mut().reset(Instant::now() + time);
    }
}

#[cfg(target_arch = "wasm32")]
impl Timer {
    pub(super) fn new(time: Duration) -> Self {
        let sleep = gloo_timers::future::sleep(time);
        Self { sleep: Box::pin(send_wrapper::SendWrapper::new(sleep)) }
    }

    pub(super) fn reset(&mut self, time: Duration) {
        *self = Self::new(time);
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.sleep.as_mut().poll(cx)
    }
}

/// What something comes to, or the time that it took too long for.
#[cfg(not(target_arch = "wasm32"))]
pub(super) fn within<F: Future>(
    time: Option<Duration>,
    future: F,
) -> impl Future<Output = Result<F::Output, Duration>> {
    match time {
        Some(time) => {
            tokio::time::timeout(time, future).map(move |done| done.map_err(|_| time)).left_future()
        }
        None => future.map(Ok).right_future(),
    }
}

/// What something comes to, or the time that it took too long for.
#[cfg(target_arch = "wasm32")]
pub(super) async fn within<F: Future>(time: Option<Duration>, future: F) -> Result<F::Output, Duration> {
    let Some(time) = time else { return Ok(future.await) };
    let future = std::pin::pin!(future);
    match futures_util::future::select(future, Timer::new(time)).await {
        futures_util::future::Either::Left((value, _)) => Ok(value),
        futures_util::future::Either::Right(((), _)) => Err(time),
    }
}
