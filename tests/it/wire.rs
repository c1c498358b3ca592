//! Real connections: a service that listens, `curl` and bare sockets as clients.

use apiloom::{App, Json, Service};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A service on a port of its own; it stops when this is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn start(service: Service) -> Self {
        let bound = App::new().service(service).listen("127.0.0.1:0").bind().await.unwrap();
        let address = bound.local_addr().unwrap();
        let task = tokio::spawn(async move { bound.serve_until(std::future::pending()).await.unwrap() });
        Self { address, task }
    }

    /// A connection on which a request was begun.
    pub(crate) async fn connect(&self, head: &str) -> Socket {
        let mut socket = Socket(TcpStream::connect(self.address).await.unwrap());
        socket.send(head).await;
        socket
    }
}

pub(crate) struct Socket(TcpStream);

impl Socket {
    pub(crate) async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// What is there, after something has come.
    pub(crate) async fn read_some(&mut self) -> String {
        let mut buffer = vec![0; 64 * 1024];
        let read = tokio::time::timeout(Duration::from_secs(10), self.0.read(&mut buffer)).await;
        let size = read.expect("something comes within ten seconds").unwrap();
        assert!(size > 0, "the connection was closed");
        String::from_utf8_lossy(&buffer[..size]).into_owned()
    }
}

/// An answer as `curl` saw it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
    /// Of `curl`: 0, or 18 for a body that broke off.
    pub(crate) exit: i32,
}

impl Answer {
    /// The value of a header; several are joined by ` | `.
    pub(crate) fn header(&self, name: &str) -> String {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        let values = lines.filter(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        values.collect::<Vec<_>>().join(" | ")
    }

    /// Each fault as `in/pointer code`.
    pub(crate) fn faults(&self) -> Vec<String> {
        let json: Json =
            serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body));
        let word = |fault: &Json, key: &str| fault[key].as_str().unwrap_or_default().to_owned();
        let faults = json["errors"].as_array().cloned().unwrap_or_default();
        faults
            .iter()
            .map(|f| format!("{}{} {}", word(f, "in"), word(f, "pointer"), word(f, "code")))
            .collect()
    }
}

/// Runs `curl` with arguments, of which the first is the path. A body may be longer than a command line.
pub(crate) async fn curl(server: &Server, arguments: &[&str]) -> Answer {
    let folder = tempfile::tempdir().unwrap();
    let (head, body) = (folder.path().join("head"), folder.path().join("body"));
    let (path, rest) = arguments.split_first().unwrap();
    let mut command = tokio::process::Command::new("curl");
    command.args(["-sS", "--max-time", "20", "--path-as-is"]).arg("-D").arg(&head).arg("-o").arg(&body);
    let mut data = false;
    for argument in rest {
        if std::mem::replace(&mut data, *argument == "--data-binary") {
            let file = folder.path().join("data");
            std::fs::write(&file, argument).unwrap();
            command.arg(format!("@{}", file.display()));
        } else {
            command.arg(argument);
        }
    }
    command.arg(format!("http://{}{path}", server.address));
    let done = command.output().await.expect("`curl` is installed: apt-get install curl");
    let heads = std::fs::read_to_string(&head).unwrap();
    // The last one: `100 Continue` may come first.
    let head = heads.trim_end().rsplit("\r\n\r\n").next().unwrap_or_default().to_owned();
    let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    // With `-I` it is the head that is written.
    let body = if rest.contains(&"-I") { Vec::new() } else { std::fs::read(&body).unwrap_or_default() };
    let body = String::from_utf8_lossy(&body).into_owned();
    Answer { status, head, body, exit: done.status.code().unwrap_or(-1) }
}
