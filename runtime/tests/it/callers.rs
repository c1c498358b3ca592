//! Who calls: through proxies, Unix sockets, and sockets that somebody else has opened.

use apiloom::app::{Bound, Proxies, ToldBy};
use apiloom::{App, Service};
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) trait WhoApi: Send + Sync + 'static {
    fn who(&self, cx: apiloom::Context) -> impl Future<Output = apiloom::Result<WhoResponse>> + Send;
}

apiloom::responses! { pub enum WhoResponse { Told(String) = 200 text } }
apiloom::operations! { pub fn who_api(WhoApi "who") { who: GET "/who" "who" () } }

/// Tells who calls: address, whether by TLS, and how many certificates were shown.
#[derive(Debug)]
pub(crate) struct Who;

impl WhoApi for Who {
    async fn who(&self, cx: apiloom::Context) -> apiloom::Result<WhoResponse> {
        let ip = cx.remote().map_or("nobody".to_owned(), |remote| remote.ip().to_string());
        let shown = cx.extensions().get::<apiloom::PeerCertificates>().map_or(0, |shown| shown.0.len());
        Ok(WhoResponse::Told(format!("{ip} {} {shown}", if cx.is_secure() { "secure" } else { "open" })))
    }
}

pub(crate) fn service() -> Service {
    who_api(Who)
}

/// Serves for as long as the test runs.
pub(crate) fn serve(bound: Bound) -> Option<SocketAddr> {
    let address = bound.local_addr().ok();
    tokio::spawn(bound.serve_until(std::future::pending()));
    address
}

/// What is written, and the end of what is answered.
pub(crate) async fn told<S: AsyncRead + AsyncWrite + Unpin>(
    mut socket: S,
    preface: &[u8],
    headers: &str,
) -> String {
    let request = format!("GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n");
    let mut answer = String::new();
    if socket.write_all(&[preface, request.as_bytes()].concat()).await.is_ok() {
        // A connection that is reset has answered nothing.
        let _ = socket.read_to_string(&mut answer).await;
    }
    answer.rsplit("\r\n\r\n").next().unwrap().to_owned()
}

async fn behind(proxies: Proxies) -> SocketAddr {
    let app = App::new().service(service()).proxies(proxies).stack(quiet());
    serve(app.listen("127.0.0.1:0").bind().await.unwrap()).unwrap()
}

pub(crate) fn quiet() -> apiloom::Stack {
    use apiloom::stack::{AccessLog, LogFormat, Settings};
    let access_log = AccessLog { format: LogFormat::Off };
    apiloom::Stack::new(Settings { access_log, ..Settings::default() }).unwrap()
}

async fn by_headers(address: SocketAddr, headers: &str) -> String {
    told(TcpStream::connect(address).await.unwrap(), b"", headers).await
}

#[tokio::test]
async fn told_by_headers() {
    let forged =
        "X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.2;proto=https\r\nX-Forwarded-Proto: https\r\n";
    let nobody = behind(Proxies::default()).await;
    assert_eq!(by_headers(nobody, forged).await, "127.0.0.1 open 0", "nobody is trusted");
    let trusted = vec!["127.0.0.0/8".to_owned()];
    let one = behind(Proxies { trusted: trusted.clone(), ..Proxies::default() }).await;
    assert_eq!(by_headers(one, forged).await, "192.0.2.1 secure 0");
    assert_eq!(
        by_headers(one, "X-Forwarded-For: 192.0.2.9, 192.0.2.1, 127.0.0.7\r\n").await,
        "192.0.2.1 open 0"
    );
    assert_eq!(
        by_headers(one, "X-Forwarded-For: 192.0.2.9\r\nX-Forwarded-For: 192.0.2.1\r\n").await,
        "192.0.2.1 open 0"
    );
    let other = behind(Proxies { trusted, header: ToldBy::Forwarded, ..Proxies::default() }).await;
    assert_eq!(by_headers(other, forged).await, "192.0.2.2 secure 0");
    assert_eq!(by_headers(other, "X-Forwarded-For: 192.0.2.1\r\n").await, "127.0.0.1 open 0");
}

#[tokio::test]
async fn told_by_the_proxy_protocol() {
    let proxies = Proxies { trusted: vec!["127.0.0.1".to_owned()], protocol: true, ..Proxies::default() };
    let address = behind(proxies).await;
    let ask = async |preface: &'static [u8], headers: &'static str| {
        told(TcpStream::connect(address).await.unwrap(), preface, headers).await
    };
    let one = b"PROXY TCP4 192.0.2.7 127.0.0.1 5000 80\r\n";
    assert_eq!(ask(one, "").await, "192.0.2.7 open 0");
    // What the proxy has passed on, the caller has written.
    assert_eq!(ask(one, "X-Forwarded-For: 192.0.2.1\r\n").await, "192.0.2.7 open 0");
    let two = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x08\x7f\0\0\x01\x13\x88\0\x50";
    assert_eq!(ask(two, "").await, "192.0.2.8 open 0");
    assert_eq!(ask(b"PROXY UNKNOWN\r\n", "").await, "127.0.0.1 open 0");
    assert_eq!(ask(b"", "").await, "", "a proxy that does not speak it gets nothing");
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket() {
    use tokio::net::UnixStream;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.sock");
    let address = format!("unix:{}", path.display());
    // One that is left over from a process that has died.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let proxies = Proxies { trusted: vec!["unix".to_owned()], ..Proxies::default() };
    let app = || App::new().service(service()).proxies(proxies.clone()).stack(quiet()).listen(&*address);
    let bound = app().bind().await.unwrap();
    assert_eq!(bound.urls(), [&*address]);
    assert!(bound.local_addr().is_err());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(bound.serve_until(async {
        let _ = stopped.await;
    }));
    let ask = async |headers| told(UnixStream::connect(&path).await.unwrap(), b"", headers).await;
    assert_eq!(ask("").await, "nobody open 0");
    assert_eq!(ask("X-Forwarded-For: 192.0.2.1\r\n").await, "192.0.2.1 open 0");
    let taken = app().bind().await.unwrap_err().to_string();
    assert!(taken.starts_with(&format!("cannot listen on {address}: ")), "{taken}");
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    assert!(!path.exists());
}

/// The process itself: this very test, when the variable is there.
#[cfg(unix)]
#[tokio::test]
async fn activated() {
    if std::env::var_os("ACTIVATED").is_none() {
        let none = App::new().service(service()).listen("systemd").bind().await.unwrap_err().to_string();
        assert_eq!(none, "cannot listen on systemd: there are no sockets of systemd (LISTEN_FDS)");
        return;
    }
    let bound = App::new().service(service()).stack(quiet()).listen("systemd").bind().await.unwrap();
    bound.serve().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn opened_by_systemd() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let notified = tokio::net::UnixDatagram::bind(&path).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // As sd_listen_fds(3) has it: the first socket is the file 3.
    let mut child = Command::new("sh")
        .args(["-c", r#"LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" --exact callers::activated 3<&0 </dev/null"#])
        .arg(std::env::current_exe().unwrap())
        .env("ACTIVATED", "1")
        .env("NOTIFY_SOCKET", &path)
        .stdin(std::os::fd::OwnedFd::from(listener))
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let heard = async || {
        let mut text = [0; 64];
        let read = tokio::time::timeout(std::time::Duration::from_secs(20), notified.recv(&mut text)).await;
        String::from_utf8_lossy(&text[..read.unwrap().unwrap()]).into_owned()
    };
    assert_eq!(heard().await, "READY=1");
    assert_eq!(told(TcpStream::connect(address).await.unwrap(), b"", "").await, "127.0.0.1 open 0");
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert_eq!(heard().await, "STOPPING=1");
    assert!(child.wait().unwrap().success());
}
