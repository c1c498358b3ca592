//! Typed streams over real connections: both ways, as fast as the other end, and what happens when an end goes away.

use crate::goldens::streams::*;
use crate::wire::{Server, curl};
use apiloom::http::stream::Sender;
use apiloom::{Context, Error, Part, Result, Stream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::Notify;

#[derive(Default)]
struct App {
    made: Arc<AtomicUsize>,
    read: Arc<AtomicUsize>,
    gone: Arc<Notify>,
}

fn message(seq: usize) -> Message {
    Message { text: format!("message {seq}"), seq: i64::try_from(seq).unwrap() }
}

/// Counts the items that are made, and tells when nobody wants more.
async fn fill(sender: Sender<Message>, count: usize, made: Arc<AtomicUsize>, gone: Arc<Notify>) {
    for seq in 0..count {
        if sender.send(message(seq)).await.is_err() {
            gone.notify_one();
            return;
        }
        made.fetch_add(1, Ordering::SeqCst);
    }
}

impl DefaultApi for App {
    async fn watch(&self, cx: Context, params: WatchParams) -> Result<WatchResponse> {
        let after: i64 = cx.last_event_id().and_then(|id| id.parse().ok()).unwrap_or(0);
        let mut items = vec![Happening::Note(Note {
            event: NoteEvent::Note,
            data: "two\nlines".to_owned(),
            retry: Some(10),
        })];
        for seq in after..params.count {
            let data = Message { text: "hi".to_owned(), seq };
            items.push(Happening::Added(Added { event: AddedEvent::Added, id: Some(seq.to_string()), data }));
        }
        items.push(Happening::Removed(Removed { event: RemovedEvent::Removed, data: 7 }));
        Ok(WatchResponse::Ok(items.into()))
    }

    async fn report(&self, _: Context, mut params: ReportParams) -> Result<ReportResponse> {
        let mut sum = 0;
        while let Some(item) = params.body.next().await {
            sum += match item? {
                Happening::Added(added) => added.data.seq,
                Happening::Removed(removed) => removed.data * 100,
                Happening::Note(note) => i64::try_from(note.data.len())? * 10_000,
            };
        }
        Ok(ReportResponse::Ok(sum))
    }

    async fn ticks(&self, _: Context) -> Result<TicksResponse> {
        let (sender, stream) = Stream::channel(1);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(120)).await;
            sender.send("tick".to_owned().into()).await
        });
        Ok(TicksResponse::Ok(stream.keep_alive(Duration::from_millis(50))))
    }

    async fn messages(&self, _: Context) -> Result<MessagesResponse> {
        let (sender, stream) = Stream::channel(1);
        tokio::spawn(fill(sender, usize::MAX, self.made.clone(), self.gone.clone()));
        Ok(MessagesResponse::Ok(stream.map(Into::into)))
    }

    async fn read_log(&self, _: Context, params: ReadLogParams) -> Result<ReadLogResponse> {
        let items = (0..3).map(|seq| match seq {
            2 if params.fail => Err(Error::conflict("Torn.")),
            seq => Ok(message(seq)),
        });
        let body = Stream::attempts(futures_util::stream::iter(items.collect::<Vec<_>>()));
        Ok(ReadLogResponse::Ok { body, x_log: None })
    }

    async fn write_log(&self, _: Context, mut params: WriteLogParams) -> Result<WriteLogResponse> {
        let mut sum = 0;
        while let Some(item) = params.body.next().await {
            sum += item?.seq;
            if self.read.fetch_add(1, Ordering::SeqCst) == 0 {
                self.gone.notified().await;
            }
        }
        Ok(WriteLogResponse::Ok(sum))
    }

    async fn echo(&self, _: Context, params: EchoParams) -> Result<EchoResponse> {
        Ok(EchoResponse::Ok(params.body.unwrap_or_else(Stream::empty)))
    }

    async fn album(&self, _: Context) -> Result<AlbumResponse> {
        Ok(AlbumResponse::Ok(
            [Part::new("image/png", "one"), Part::new("image/png", "two")].into_iter().collect(),
        ))
    }

    async fn add_album(&self, _: Context, params: AddAlbumParams) -> Result<AddAlbumResponse> {
        let parts = params.body.collect(10).await?;
        let sizes = parts.iter().map(|part| i64::try_from(part.body.len()));
        Ok(AddAlbumResponse::Ok(sizes.collect::<Result<_, _>>()?))
    }

    async fn odd(&self, _: Context) -> Result<OddResponse> {
        Ok(OddResponse::Ok(apiloom::Json::Null))
    }
}

#[tokio::test]
async fn events_down() {
    let server = Server::start(service(App::default())).await;
    let text = curl(&server, &["/events?count=2"]).await;
    let expected = "event: note\nretry: 10\ndata: two\ndata: lines\n\n\
        event: added\nid: 0\ndata: {\"text\":\"hi\",\"seq\":0}\n\n\
        event: added\nid: 1\ndata: {\"text\":\"hi\",\"seq\":1}\n\nevent: removed\ndata: 7\n\n";
    assert_eq!(text.body, expected);
    assert_eq!(text.header("content-type"), "text/event-stream");
    let again = curl(&server, &["/events", "-H", "Last-Event-ID: 3"]).await;
    assert!(!again.body.contains("added"), "{}", again.body);
    let ticks = curl(&server, &["/ticks"]).await;
    assert_eq!(ticks.body, ":\n\n:\n\ndata: tick\n\n");
}

#[tokio::test]
async fn events_up() {
    let server = Server::start(service(App::default())).await;
    let events = curl(&server, &["/events?count=3"]).await.body;
    let send = async |text: &str| {
        curl(&server, &["/events", "-H", "Content-Type: text/event-stream", "--data-binary", text]).await
    };
    assert_eq!(send(&events).await.body, (3 + 700 + 9 * 10_000).to_string());
    let bad = send("event: added\ndata: {\"text\":\"a\",\"seq\":1}\n\nevent: added\ndata: {\"text\":\"\",\"seq\":-1}\n\n").await;
    assert_eq!(bad.status, 400);
    assert_eq!(bad.faults(), ["body/1/data/text min_length", "body/1/data/seq minimum"]);
    let unknown = send("event: exploded\ndata: x\n\n").await;
    assert_eq!((unknown.status, unknown.faults()), (400, vec!["body/0/event enum".to_owned()]));
}

#[tokio::test]
async fn sequences_down() {
    let server = Server::start(service(App::default())).await;
    let lines = curl(&server, &["/log"]).await;
    assert_eq!(lines.header("vary"), "accept");
    assert!(lines.body.starts_with("{\"text\":\"message 0\",\"seq\":0}\n{"), "{}", lines.body);
    let seq = curl(&server, &["/log", "-H", "Accept: application/json-seq"]).await;
    assert_eq!(seq.header("content-type"), "application/json-seq");
    assert_eq!(seq.body.matches('\u{1e}').count(), 3);
    let mixed = curl(&server, &["/log", "-H", "Accept: multipart/*, */*;q=0.1"]).await;
    let boundary = mixed.header("content-type").replace("multipart/mixed; boundary=", "");
    assert!(mixed.body.starts_with(&format!("--{boundary}\r\ncontent-type: application/json\r\n\r\n{{")));
    let torn = curl(&server, &["/log?fail=true"]).await;
    assert_eq!((torn.status, torn.exit, torn.body.lines().count()), (200, 18, 2));
    let refused = curl(&server, &["/log", "-H", "Accept: text/html"]).await;
    assert_eq!(refused.status, 406);
    assert!(
        refused.body.contains("application/json-seq, application/jsonl, multipart/mixed"),
        "{}",
        refused.body
    );
    let album = curl(&server, &["/album"]).await;
    assert_eq!(album.body.matches("content-type: image/png\r\n\r\n").count(), 2);
}

#[tokio::test]
async fn sequences_up() {
    let app = App::default();
    app.read.store(1, Ordering::SeqCst);
    let server = Server::start(service(app)).await;
    let send = async |media: &str, text: &str| {
        let media = format!("Content-Type: {media}");
        curl(&server, &["/log", "-H", &media, "--data-binary", text]).await
    };
    let one = r#"{"text":"a","seq":1}"#;
    for (media, text) in [
        ("application/jsonl", format!("{one}\n{one}")),
        ("application/x-ndjson", format!("{one}\n\n{one}\n")),
        ("application/json-seq", format!("\u{1e}{one}\n\u{1e}{one}\n")),
        ("multipart/mixed; boundary=x", format!("--x\r\n\r\n{one}\r\n--x\r\n\r\n{one}\r\n--x--")),
    ] {
        let answer = send(media, &text).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "2"), "{media}");
    }
    let bad = send("application/jsonl", &format!("{one}\n{one}\n{{\"text\":1}}")).await;
    assert_eq!(bad.faults(), ["body/2/text type", "body/2/seq required"]);
    let long = send("application/jsonl", &format!("\"{}\"", "x".repeat(3 << 20))).await;
    assert_eq!(long.status, 413);
    assert_eq!(send("text/plain", one).await.status, 415);
    let lost = send("multipart/mixed", one).await;
    assert_eq!((lost.status, lost.faults()), (400, vec!["body syntax".to_owned()]));
    let related = "--x\r\nContent-Type: application/json\r\n\r\n{}\r\n--x\r\nContent-Type: image/png\r\n\r\n12345\r\n--x--";
    let media = "Content-Type: multipart/related; boundary=x";
    let album = curl(&server, &["/album", "-H", media, "--data-binary", related]).await;
    assert_eq!(album.body, "[2,5]");
}

/// The client reads a little and stops: the producer stops too. It goes: the producer learns of it.
#[tokio::test]
async fn a_slow_reader_slows_the_producer_down() {
    let app = App::default();
    let (made, gone) = (app.made.clone(), app.gone.clone());
    let server = Server::start(service(app)).await;
    let mut socket = server.connect("GET /messages HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let start = socket.read_some().await;
    assert!(start.starts_with("HTTP/1.1 200"), "{start}");
    let settled = async || loop {
        let before = made.load(Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(300)).await;
        if made.load(Ordering::SeqCst) == before {
            return before;
        }
    };
    let first = settled().await;
    assert!(first > 0);
    for _ in 0..200 {
        socket.read_some().await;
    }
    assert!(settled().await > first);
    drop(socket);
    tokio::time::timeout(Duration::from_secs(10), gone.notified()).await.unwrap();
}

/// The handler reads one item and waits: the client can send no more than the buffers in between hold.
#[tokio::test]
async fn a_slow_handler_slows_the_client_down() {
    let app = App::default();
    let gone = app.gone.clone();
    let server = Server::start(service(app)).await;
    let head = "POST /log HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/jsonl\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut socket = server.connect(head).await;
    let item = format!("{{\"seq\":1,\"text\":\"{}\"}}\n", "x".repeat(64 * 1024));
    let chunk = format!("{:x}\r\n{item}\r\n", item.len());
    let mut sent = 0;
    while tokio::time::timeout(Duration::from_millis(500), socket.send(&chunk)).await.is_ok() {
        sent += 1;
        assert!(sent < 2000, "128 MB were taken from a client that nobody listened to");
    }
    drop(socket);
    gone.notify_one();
}

/// Items come back while more are sent.
#[tokio::test]
async fn both_ways_at_once() {
    let server = Server::start(service(App::default())).await;
    let head = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/jsonl\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut socket = server.connect(head).await;
    for n in 0..5 {
        let item = format!("{{\"n\":{n}}}\n");
        socket.send(&format!("{:x}\r\n{item}\r\n", item.len())).await;
        let mut got = String::new();
        while !got.contains(&item) {
            got.push_str(&socket.read_some().await);
        }
    }
}
