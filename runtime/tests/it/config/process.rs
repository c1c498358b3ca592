//! Signals and logs, of a process of its own.

use super::{Shop, folder};
use apiloom::config::Config;
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

/// The process itself: this very test, when the variable is there; it is the folder of the configuration.
#[tokio::test]
async fn child() {
    let Ok(folder) = std::env::var("SHOP_FOLDER") else { return };
    let arguments = ["shop", "--config", &folder];
    let config = Config::new().section::<Shop>().arguments(arguments).variables([("APP__SERVER__PORT", "0")]);
    let slow = apiloom::dep::axum::Router::new().route(
        "/slow",
        apiloom::dep::axum::routing::get(|| async { tokio::time::sleep(Duration::from_secs(60)).await }),
    );
    let bound = config.app().unwrap().router(slow).bind().await.unwrap();
    tracing::info!("listening on {}", bound.local_addr().unwrap());
    bound.serve().await.unwrap();
}

struct Shopkeeper {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
}

impl Drop for Shopkeeper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Shopkeeper {
    fn new(folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "config::process::child", "--nocapture"])
            .env("SHOP_FOLDER", folder)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        Self { child, log }
    }

    /// The log, up to a line that has this.
    fn until(&mut self, text: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for line in self.log.by_ref() {
            lines.push(line.unwrap());
            if lines.last().unwrap().contains(text) {
                return lines;
            }
        }
        panic!("{text} is not in the log: {lines:#?}");
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }

    fn ended(&mut self) -> bool {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(20) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.success();
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("it did not end");
    }
}

const JSON: &str =
    "[log]\nformat = 'json'\nlevel = 'warn'\nmodules = { it = 'info', 'apiloom::config' = 'info' }\n";

#[test]
fn hangup() {
    let there = folder(&[("default.toml", JSON)]);
    let write = |text: &str| std::fs::write(there.path().join("default.toml"), text).unwrap();
    let mut shop = Shopkeeper::new(there.path());
    let line = shop.until("listening on").pop().unwrap();
    let event: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(
        (event["level"].as_str(), event["target"].as_str()),
        (Some("INFO"), Some("it::config::process"))
    );

    shop.signal("-HUP");
    let event: serde_json::Value =
        serde_json::from_str(&shop.until("the configuration was reloaded").pop().unwrap()).unwrap();
    assert_eq!(event["changed"], "", "{event}");

    write(&format!("{JSON}[app]\nkey = 'canary'\n[server]\nlisten = 'localhost:1'\ngrace = '2s'\n"));
    let line = shop.until("need a restart").join("\n");
    assert!(line.contains(r#""changed":"app.key, server.grace""#), "{line}");
    assert!(line.contains(r#""keys":"server.listen""#), "{line}");

    write("[app]\nkey = 5\nkye = 'canary'\n");
    let line = shop.until("was not reloaded").pop().unwrap();
    let event: serde_json::Value = serde_json::from_str(&line).unwrap();
    let told = event["message"].as_str().unwrap();
    assert!(told.contains("default.toml:3:1\n") && told.contains("`[app]` has no key `kye`"), "{told}");
    assert!(!line.contains("canary"));

    // From now on nothing of what is not an error is said.
    write("[log]\nlevel = 'off'\n");
    std::thread::sleep(Duration::from_millis(800));
    shop.signal("-TERM");
    assert!(shop.ended());
    let rest: Vec<String> =
        shop.log.by_ref().map_while(Result::ok).filter(|line| line.contains("message")).collect();
    assert!(rest.iter().all(|line| line.contains("the configuration was reloaded")), "{rest:#?}");
}

#[test]
fn a_second_signal() {
    let there = folder(&[("default.toml", "[app]\nname = 'a'\n")]);
    let mut shop = Shopkeeper::new(there.path());
    let line = shop.until("listening on").pop().unwrap();
    let address = line.rsplit(' ').next().unwrap().to_owned();
    let mut socket = TcpStream::connect(address).unwrap();
    socket.write_all(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    shop.signal("-TERM");
    std::thread::sleep(Duration::from_millis(300));
    assert!(shop.child.try_wait().unwrap().is_none(), "it waits for what is in flight");
    shop.signal("-INT");
    shop.until("stopped by a second signal");
    assert!(shop.ended());
    let mut rest = String::new();
    assert_eq!(socket.read_to_string(&mut rest).unwrap_or(0), 0);
}
