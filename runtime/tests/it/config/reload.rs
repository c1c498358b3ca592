//! What happens when files change while the service runs.

use super::{Shop, app, folder};
use crate::petstore::service;
use apiloom::Watched;
use apiloom::config::Server;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A service that runs until it is dropped.
struct Running {
    address: std::net::SocketAddr,
    shop: Watched<Shop>,
    server: Watched<Server>,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn run(folder: &Path, variables: &[(&str, &str)]) -> Running {
    let app = app(folder, variables, &["--listen", "127.0.0.1:0"]);
    let (shop, server) = (app.config().unwrap(), app.config().unwrap());
    let bound = app.service(service()).bind().await.unwrap();
    let address = bound.local_addr().unwrap();
    let serving = tokio::spawn(async move { bound.serve_until(std::future::pending()).await.unwrap() });
    // It watches as soon as it answers.
    assert!(get(address).await.starts_with("HTTP/1.1 200"));
    Running { address, shop, server, serving }
}

async fn get(address: std::net::SocketAddr) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let request = "GET /v3/store/inventory HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    socket.read_to_string(&mut text).await.unwrap();
    text
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Long enough for a reload that should not come.
async fn a_while() {
    tokio::time::sleep(Duration::from_millis(700)).await;
}

fn write(folder: &Path, text: &str) {
    std::fs::write(folder.join("default.toml"), text).unwrap();
}

#[tokio::test]
async fn a_file_is_written() {
    let there = folder(&[("default.toml", "app.workers = 1\n")]);
    let mut running = run(there.path(), &[]).await;
    let told = Arc::new(AtomicUsize::new(0));
    let counted = told.clone();
    running.shop.on_change(move |shop| counted.store(shop.workers.into(), Ordering::SeqCst));
    write(there.path(), "app.workers = 2\nserver.port = 5\nserver.grace = '7s'\n");
    let changed = tokio::time::timeout(Duration::from_secs(20), running.shop.changed()).await.unwrap();
    assert_eq!((changed.workers, told.load(Ordering::SeqCst)), (2, 2));
    let server = running.server.get();
    assert_eq!((server.grace.0.as_secs(), server.port), (7, 8080), "a port needs a restart");

    // What is half written, or wrong, changes nothing.
    for bad in ["app.workers = 3\n[serv", "app.workers = 3\nserver.grcae = 1\n", "app.workers = 300\n"] {
        write(there.path(), bad);
        a_while().await;
        assert_eq!(running.shop.get().workers, 2, "{bad}");
    }
    // Editors put another file at its place.
    let other = there.path().join("default.toml~");
    std::fs::write(&other, "app.workers = 4\n").unwrap();
    std::fs::rename(&other, there.path().join("default.toml")).unwrap();
    until("a renamed file", || running.shop.get().workers == 4).await;
    assert_eq!(running.server.get().grace.0.as_secs(), 30);
    std::fs::remove_file(there.path().join("default.toml")).unwrap();
    until("a removed file", || running.shop.get().workers == 4).await;
}

/// As Kubernetes updates a volume of a ConfigMap: the files are links through `..data`, which becomes another link.
#[cfg(unix)]
#[tokio::test]
async fn links_are_swapped() {
    use std::os::unix::fs::symlink;
    let there = tempfile::tempdir().unwrap();
    let at = |name: &str| there.path().join(name);
    let version = |name: &str, workers: u8, secret: &str| {
        std::fs::create_dir(at(name)).unwrap();
        std::fs::write(at(name).join("default.toml"), format!("app.workers = {workers}\n")).unwrap();
        std::fs::write(at(name).join("secret"), secret).unwrap();
    };
    version("..2026_1", 1, "one");
    symlink("..2026_1", at("..data")).unwrap();
    symlink("..data/default.toml", at("default.toml")).unwrap();
    symlink("..data/secret", at("secret")).unwrap();
    let secret = at("secret");
    let running = run(there.path(), &[("APP__APP__KEY_FILE", secret.to_str().unwrap())]).await;
    let now = || {
        let shop = running.shop.get();
        (shop.workers, shop.key.as_ref().unwrap().reveal().to_owned())
    };
    assert_eq!(now(), (1, "one".to_owned()));
    for n in 2..6 {
        let secret = format!("secret {n}");
        version(&format!("..2026_{n}"), n, &secret);
        symlink(format!("..2026_{n}"), at("..data_tmp")).unwrap();
        std::fs::rename(at("..data_tmp"), at("..data")).unwrap();
        std::fs::remove_dir_all(at(&format!("..2026_{}", n - 1))).unwrap();
        until("a swap of links", || now() == (n, secret.clone())).await;
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_is_a_link() {
    use std::os::unix::fs::symlink;
    let there = tempfile::tempdir().unwrap();
    let at = |name: &str| there.path().join(name);
    for n in [1, 2] {
        std::fs::create_dir(at(&n.to_string())).unwrap();
        std::fs::write(at(&n.to_string()).join("default.toml"), format!("app.workers = {n}")).unwrap();
    }
    symlink("1", at("config")).unwrap();
    let running = run(&at("config"), &[]).await;
    symlink("2", at("next")).unwrap();
    std::fs::rename(at("next"), at("config")).unwrap();
    until("another folder", || running.shop.get().workers == 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_times_under_load() {
    let there = folder(&[("default.toml", "app.workers = 0\n")]);
    let running = run(there.path(), &[]).await;
    let (address, stop) = (running.address, Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (0..4)
        .map(|_| {
            let stop = stop.clone();
            tokio::spawn(async move {
                let mut answered = 0;
                while stop.load(Ordering::Relaxed) == 0 {
                    let text = get(address).await;
                    assert!(text.starts_with("HTTP/1.1 200") && text.ends_with(r#"{"sold":3}"#), "{text}");
                    answered += 1;
                }
                answered
            })
        })
        .collect();
    for n in 1..=100_u8 {
        write(there.path(), &format!("app.workers = {n}\nserver.body_limit = {}\n", 100 + u64::from(n)));
        until("a reload", || running.shop.get().workers == n).await;
        assert_eq!(running.server.get().body_limit.0, 100 + u64::from(n));
    }
    stop.store(1, Ordering::Relaxed);
    let mut answered = 0;
    for client in clients {
        answered += client.await.unwrap();
    }
    assert!(answered >= 100, "{answered}");
}
