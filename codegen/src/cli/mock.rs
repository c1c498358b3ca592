//! `apiloom mock`: a document, served.

use super::input::{self, Home, Parts, Reading};
use super::output::{Output, exit_of};
use super::{Exit, watch};
use apiloom_codegen::mock::{Answer, Mock, Request};
use apiloom_codegen::project::Job;
use apiloom_codegen::render::{self, Format};
use apiloom_codegen::{Diagnostics, Options, Severity, Sources, openapi};
use axum::body::{Body, to_bytes};
use axum::http;
use clap::Args;
use std::collections::{BTreeSet, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// The largest body of a request, in bytes.
const MAX_BODY: usize = 16 << 20;

/// Serves a schema with made-up data that fits it.
#[derive(Debug, Args)]
pub(crate) struct MockServer {
    /// The schema file; `-` is standard input. Without one: the schema of apiloom.toml
    file: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    parts: Parts,
    /// The port; 0 picks a free one
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// The address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,
    /// Other data, the same every time for the same number
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Wait so many milliseconds before every answer
    #[arg(long, value_name = "MS", default_value_t = 0)]
    delay: u64,
    /// Accept this credential only: a key, a token, or `user:password`; any well-formed one when left out
    #[arg(long, value_name = "VALUE")]
    credential: Option<String>,
    /// Answer 404 for what was deleted, until something is created there again
    #[arg(long)]
    remember: bool,
    /// Read the schema again whenever a file of it changes
    #[arg(long)]
    watch: bool,
}

type Shared = Arc<RwLock<Arc<Mock>>>;

impl MockServer {
    pub(super) fn run(&self, output: &Output) -> Exit {
        match self.load(output) {
            Ok((mock, files)) => self.serve(mock, files, output),
            Err((exit, _)) => exit,
        }
    }

    /// The schema as a mock, and the files that it was read from.
    fn load(&self, output: &Output) -> Result<(Mock, BTreeSet<PathBuf>), (Exit, BTreeSet<PathBuf>)> {
        let none = |exit| (exit, BTreeSet::new());
        let home = input::project(output).map_err(none)?;
        let job = self.job(home.as_ref(), output).map_err(none)?;
        let sources = input::load(&job.schema, &self.reading.or(&job), output).map_err(none)?;
        let files = watch::files(&sources);
        self.read(&sources, &job.options, output)
            .map(|mock| (mock, files.clone()))
            .map_err(|exit| (exit, files))
    }

    fn job(&self, home: Option<&Home>, output: &Output) -> Result<Job, Exit> {
        let refuse = |text: &str| {
            output.error(text);
            Err(Exit::Usage)
        };
        let jobs = home.map(|home| home.project.jobs(&home.folder)).unwrap_or_default();
        let mut job = match (&self.file, jobs.as_slice()) {
            (Some(file), jobs) => input::matching(jobs, file).cloned().unwrap_or_else(|| Job {
                schema: file.clone(),
                out: PathBuf::new(),
                overlays: Vec::new(),
                root: None,
                options: Options::default(),
            }),
            (None, [only]) => only.clone(),
            (None, []) => return refuse("no schema: name a file, or list it in an apiloom.toml"),
            (None, _) => return refuse("apiloom.toml lists several schemas: name the one to serve"),
        };
        self.parts.choose(&mut job.options);
        Ok(job)
    }

    fn read(&self, sources: &Sources, options: &Options, output: &Output) -> Result<Mock, Exit> {
        let mut diagnostics = Diagnostics::default();
        let mut api = openapi::lower(sources, &mut diagnostics);
        apiloom_codegen::select(&mut api, options, &mut diagnostics);
        diagnostics.retain(|found| found.severity == Severity::Error);
        let findings = render::findings(sources, &diagnostics);
        output.findings(&findings, Format::Text);
        let exit = exit_of(&findings);
        if exit != Exit::Ok {
            return Err(exit);
        }
        let wanted: HashSet<(String, String)> =
            api.endpoints.into_iter().map(|endpoint| (endpoint.method, endpoint.path)).collect();
        let document: serde_json::Value =
            serde_json::from_str(&openapi::bundle(sources)).map_err(|error| {
                output.error(&format!("the schema cannot be bundled: {error}"));
                Exit::Bug
            })?;
        let wanted = |method: &str, path: &str| wanted.contains(&(method.to_owned(), path.to_owned()));
        Ok(Mock::new(document, self.seed, &wanted).with_credential(self.credential.clone()))
    }

    fn serve(&self, mock: Mock, files: BTreeSet<PathBuf>, output: &Output) -> Exit {
        let (count, base) = (mock.len(), mock.base().to_owned());
        let shared: Shared = Arc::new(RwLock::new(Arc::new(mock)));
        let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(runtime) => runtime,
            Err(error) => {
                output.error(&format!("no thread can be started: {error}"));
                return Exit::Bug;
            }
        };
        let address = SocketAddr::new(self.host, self.port);
        let listener = match runtime.block_on(tokio::net::TcpListener::bind(address)) {
            Ok(listener) => listener,
            Err(error) => {
                output.error(&format!("cannot listen on {address}: {error}"));
                return Exit::Usage;
            }
        };
        let shown = listener.local_addr().unwrap_or(address);
        output.note(format_args!(
            "{count} operations on http://{shown}{base}, the document on http://{shown}/openapi.json"
        ));
        let app = {
            let desk = Desk {
                mock: shared.clone(),
                deleted: self.remember.then(Arc::default),
                output: output.clone(),
                delay: Duration::from_millis(self.delay),
            };
            axum::Router::new().fallback(move |request: axum::extract::Request| answer(desk.clone(), request))
        };
        let server = runtime.spawn(async move { axum::serve(listener, app).await });
        if self.watch {
            let again = || match self.load(output) {
                Ok((mock, files)) => {
                    output.note(format_args!("read again: {} operations", mock.len()));
                    *shared.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(mock);
                    files
                }
                Err((_, files)) => files,
            };
            return watch::repeat(files, again, output);
        }
        match runtime.block_on(server) {
            Ok(Ok(())) => Exit::Ok,
            Ok(Err(error)) => {
                output.error(&format!("serving ended: {error}"));
                Exit::Usage
            }
            Err(_) => Exit::Bug,
        }
    }
}

/// What an answer is made from.
#[derive(Debug, Clone)]
struct Desk {
    mock: Shared,
    /// Paths of what was deleted; `None` when that is not remembered.
    deleted: Option<Arc<Mutex<BTreeSet<String>>>>,
    output: Output,
    delay: Duration,
}

/// The most paths that are remembered.
const MAX_DELETED: usize = 10_000;

impl Desk {
    /// Answers, and keeps in mind what that changed.
    fn answer(&self, mut request: Request) -> Answer {
        let mock = self.mock.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(deleted) = &self.deleted else { return mock.answer(&request) };
        let path = request.target.split('?').next().unwrap_or_default().trim_end_matches('/').to_owned();
        let mut deleted = deleted.lock().unwrap_or_else(PoisonError::into_inner);
        let below = |path: &str, top: &str| {
            path.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        request.gone = request.method != "PUT" && deleted.iter().any(|top| below(&path, top));
        let answer = mock.answer(&request);
        match request.method.as_str() {
            _ if !(200..300).contains(&answer.status) => {}
            "DELETE" if deleted.len() < MAX_DELETED => {
                deleted.insert(path);
            }
            // What is created may well have the same name as what was deleted.
            "POST" | "PUT" => deleted.retain(|gone| !below(gone, &path)),
            _ => {}
        }
        answer
    }
}

async fn answer(desk: Desk, request: axum::extract::Request) -> http::Response<Body> {
    let started = Instant::now();
    let (head, body) = request.into_parts();
    let target = head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let method = head.method.as_str().to_owned();
    let answer = match to_bytes(body, MAX_BODY).await {
        _ if is_preflight(&head) => preflight(&head),
        Ok(body) => {
            let headers = head.headers.iter();
            let headers = headers.map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            });
            let request = Request {
                method: method.clone(),
                target: target.clone(),
                headers: headers.collect(),
                body: body.into(),
                gone: false,
            };
            let desk = desk.clone();
            // Making values takes a while for large schemas: not on the threads that read and write.
            let made = tokio::task::spawn_blocking(move || desk.answer(request)).await;
            made.unwrap_or_else(|_| Answer { status: 500, ..Answer::default() })
        }
        Err(_) => Answer { status: 413, ..Answer::default() },
    };
    if !desk.delay.is_zero() {
        tokio::time::sleep(desk.delay).await;
    }
    let note = answer.note.as_deref().map(|note| format!(" ({note})")).unwrap_or_default();
    desk.output.note(format_args!(
        "{method} {target} {} {} ms{note}",
        answer.status,
        started.elapsed().as_millis()
    ));
    respond(answer)
}

fn respond(answer: Answer) -> http::Response<Body> {
    let mut response = http::Response::new(Body::from(answer.body));
    *response.status_mut() =
        http::StatusCode::from_u16(answer.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let open = ("access-control-allow-origin".to_owned(), "*".to_owned());
    for (name, value) in answer.headers.into_iter().chain([open]) {
        if let (Ok(name), Ok(value)) = (http::HeaderName::try_from(name), http::HeaderValue::try_from(value))
        {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// A page of another origin asks whether it may ask (Fetch, section "CORS-preflight request").
fn is_preflight(head: &http::request::Parts) -> bool {
    head.method == http::Method::OPTIONS && head.headers.contains_key("access-control-request-method")
}

fn preflight(head: &http::request::Parts) -> Answer {
    let asked =
        |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("*").to_owned();
    let headers = vec![
        ("access-control-allow-methods".to_owned(), asked("access-control-request-method")),
        ("access-control-allow-headers".to_owned(), asked("access-control-request-headers")),
    ];
    Answer { status: 204, headers, ..Answer::default() }
}
