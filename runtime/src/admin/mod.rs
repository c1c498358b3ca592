//! What those who run a service ask it, on a port of its own: whether it lives, is ready, how it is configured.

pub(crate) mod check;

use crate::config::live::Live;
use crate::config::{Admin, Operations, Override, Watched};
use crate::http::problem::{Error, Result};
use crate::http::reply::Reply;
use crate::life::{Life, Phase};
use crate::service::Operation;
use crate::stack::Stack;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use check::{Checked, Checks};
use http::StatusCode;
use serde::Serialize;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What there is to tell.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) life: Life,
    pub(crate) checks: Checks,
    pub(crate) live: Arc<Live>,
    pub(crate) settings: Watched<Admin>,
    /// Each with its path, the prefix too.
    pub(crate) operations: Vec<(&'static Operation, String)>,
    /// Everything was well once.
    pub(crate) has_started: AtomicBool,
    pub(crate) stack: Option<Stack>,
}

type Shared = State<Arc<Known>>;

/// The paths of the admin listener, with those that the program adds.
pub(crate) fn router(known: Known, own: Router) -> Router {
    let ours = Router::new()
        .route(
            "/livez",
            get(|| async { Reply::bytes(StatusCode::OK, "text/plain", "alive\n").into_response() }),
        )
        .route("/readyz", answer(readyz))
        .route("/startupz", answer(startupz))
        .route("/config", answer(config))
        .route("/metrics", answer(metrics))
        .route("/operations", answer(operations));
    #[cfg(feature = "log")]
    let ours = ours.route("/log-level", answer(log_level).merge(axum::routing::put(set_log_level)));
    let nothing =
        || async { Error::not_found("There is nothing at this path.").into_reply().into_response() };
    ours.with_state(Arc::new(known)).merge(own).fallback(nothing)
}

fn answer<F>(handler: impl Fn(Arc<Known>) -> F + Clone + Send + Sync + 'static) -> MethodRouter<Arc<Known>>
where
    F: Future<Output = Result<Reply>> + Send + 'static,
{
    get(move |State(known): Shared| {
        let answer = handler(known);
        async move { sent(answer.await) }
    })
}

fn sent(answer: Result<Reply>) -> Response<Body> {
    answer.unwrap_or_else(Error::into_reply).into_response()
}

fn json(status: StatusCode, value: &impl Serialize) -> Result<Reply> {
    let text = serde_json::to_vec(value).map_err(|_| Error::new(StatusCode::INTERNAL_SERVER_ERROR))?;
    Ok(Reply::bytes(status, "application/json", text))
}

#[derive(Serialize)]
struct Health<'a> {
    status: &'a str,
    phase: String,
    checks: &'a [Checked],
}

impl Known {
    async fn checked(&self) -> Arc<[Checked]> {
        let settings = self.settings.get();
        let checked = self.checks.results(settings.check_timeout.0, settings.check_interval.0).await;
        if checked.iter().all(|check| check.is_ok) && self.life.phase() >= Phase::Ready {
            self.has_started.store(true, Ordering::Relaxed);
        }
        checked
    }

    fn health(&self, is_well: bool, words: [&str; 2], checks: &[Checked]) -> Result<Reply> {
        let [well, other] = words;
        let (status, word) =
            if is_well { (StatusCode::OK, well) } else { (StatusCode::SERVICE_UNAVAILABLE, other) };
        json(status, &Health { status: word, phase: self.life.phase().to_string(), checks })
    }
}

/// Should it get requests?
async fn readyz(known: Arc<Known>) -> Result<Reply> {
    // A service that drains is not ready, whatever checks would say; and they need not be asked.
    let phase = known.life.phase();
    if phase != Phase::Ready {
        return known.health(false, ["ready", "not ready"], &[]);
    }
    let checks = known.checked().await;
    let is_well = checks.iter().all(|check| check.is_ok) && known.life.phase() == Phase::Ready;
    known.health(is_well, ["ready", "not ready"], &checks)
}

/// Was it ever ready?
async fn startupz(known: Arc<Known>) -> Result<Reply> {
    if known.has_started.load(Ordering::Relaxed) {
        return known.health(true, ["started", "starting"], &[]);
    }
    let checks = known.checked().await;
    known.health(known.has_started.load(Ordering::Relaxed), ["started", "starting"], &checks)
}

/// The configuration and where it is from, without secrets.
async fn config(known: Arc<Known>) -> Result<Reply> {
    let text = crate::config::print::config(&known.live);
    Ok(Reply::bytes(StatusCode::OK, "application/toml", text))
}

/// Everything that was counted.
async fn metrics(known: Arc<Known>) -> Result<Reply> {
    let stack = known.stack.as_ref().ok_or_else(|| Error::not_found("Nothing is counted."))?;
    Ok(Reply::bytes(StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8", stack.metrics()))
}

#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    method: &'a str,
    path: &'a str,
    group: &'a str,
    secured: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    overrides: Option<&'a Override>,
}

/// Every operation, and what is configured for it alone.
async fn operations(known: Arc<Known>) -> Result<Reply> {
    let overrides = known.live.section::<Operations>().map(|operations| operations.get());
    let told = |(operation, path): &(&'static Operation, String)| {
        let own = overrides.as_ref().and_then(|overrides| overrides.of(operation.id));
        serde_json::to_value(Told {
            id: operation.id,
            method: operation.method,
            path,
            group: operation.group,
            secured: !operation.security.is_empty(),
            overrides: own,
        })
        .unwrap_or_default()
    };
    json(StatusCode::OK, &known.operations.iter().map(told).collect::<Vec<_>>())
}

#[cfg(feature = "log")]
mod level {
    use super::{Known, Reply, Result, Shared, json, sent};
    use crate::config::{Level, Log};
    use crate::http::problem::Error;
    use axum::body::Body;
    use axum::extract::State;
    use axum::response::Response;
    use http::StatusCode;
    use serde::{Deserialize, Serialize};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    /// So many bytes are enough to say it.
    const LONGEST: usize = 64 * 1024;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Levels {
        level: Level,
        #[serde(default)]
        modules: BTreeMap<String, Level>,
    }

    pub(super) async fn log_level(known: Arc<Known>) -> Result<Reply> {
        let log = known.live.section::<Log>().ok_or_else(|| Error::new(StatusCode::NOT_FOUND))?.get();
        json(StatusCode::OK, &Levels { level: log.level, modules: log.modules.clone() })
    }

    /// Sets what is logged, until `[log]` changes in the configuration or the service ends.
    pub(super) async fn set_log_level(State(known): Shared, body: Body) -> Response<Body> {
        sent(set(&known, body).await)
    }

    async fn set(known: &Arc<Known>, body: Body) -> Result<Reply> {
        let refused = |why: String| Error::new(StatusCode::BAD_REQUEST).detail(why);
        let bytes = axum::body::to_bytes(body, LONGEST).await.map_err(|error| refused(error.to_string()))?;
        let levels: Levels = serde_json::from_slice(&bytes).map_err(|error| {
            refused(format!(
                "{error}; a level is set as in {{\"level\": \"debug\", \"modules\": {{\"sqlx\": \"warn\"}}}}"
            ))
        })?;
        let log = known.live.section::<Log>().ok_or_else(|| Error::new(StatusCode::NOT_FOUND))?;
        let next = Log { level: levels.level, modules: levels.modules, format: log.get().format };
        log.replace(next);
        tracing::warn!(level = ?levels.level, "what is logged was changed by the admin listener");
        log_level(known.clone()).await
    }
}

#[cfg(feature = "log")]
use level::{log_level, set_log_level};
