//! What one puts around axum's routes in production: tower-http's layers, a limiter, metrics, a log of JSON.

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tower::ServiceBuilder;
use tower_governor::GovernorLayer;
use tower_governor::governor::GovernorConfigBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;

/// The routes with everything around them.
pub(crate) fn around(router: Router, log: File) -> Router {
    tracing_subscriber::fmt().json().with_writer(Arc::new(log)).init();
    // Nobody scrapes here; what is counted is counted.
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    metrics::set_global_recorder(recorder).unwrap_or_else(|_| unreachable!("it is set once"));
    let id = HeaderName::from_static("x-request-id");
    let header = |name, value| {
        SetResponseHeaderLayer::if_not_present(HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    let rates = GovernorConfigBuilder::default().per_nanosecond(100).burst_size(10_000_000).finish();
    let origin = AllowOrigin::exact(HeaderValue::from_static("https://app.example.com"));
    let layers = ServiceBuilder::new()
        .layer(CatchPanicLayer::new())
        .layer(SetRequestIdLayer::new(id.clone(), MakeRequestUuid))
        .layer(PropagateRequestIdLayer::new(id))
        .layer(header("x-content-type-options", "nosniff"))
        .layer(header("x-frame-options", "DENY"))
        .layer(header("referrer-policy", "no-referrer"))
        .layer(header("content-security-policy", "frame-ancestors 'none'"))
        .layer(CorsLayer::new().allow_origin(origin))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(30)))
        .layer(RequestBodyLimitLayer::new(2 * 1024 * 1024));
    let router = router
        .route_layer(GovernorLayer::new(rates.unwrap_or_else(|| unreachable!("neither is 0"))))
        .route_layer(axum::middleware::from_fn(counted));
    router.layer(layers)
}

/// Counts a request, and logs it.
async fn counted(path: MatchedPath, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (method, target) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let (took, status) = (began.elapsed(), response.status().as_u16());
    let labels =
        [("path", path.as_str().to_owned()), ("method", method.to_string()), ("status", status.to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_duration_seconds", &labels).record(took.as_secs_f64());
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(operation = path.as_str(), %method, path = target, status, micros, "request");
    response
}
