use apiloom::client::{ClientError, Engine};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A mock server of a document.
struct Mock {
    process: Child,
    url: String,
}

impl Mock {
    async fn of(document: &str) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let program = std::env::var("PRISM").expect("PRISM is the mock server's program");
        let mut command = Command::new(program);
        command.args(["mock", "--host", "127.0.0.1", "--port", &port.to_string(), document]);
        let process = command.stdout(Stdio::null()).spawn().expect("the mock server starts");
        let mock = Self { process, url: format!("http://127.0.0.1:{port}") };
        for _ in 0..300 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return mock;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("there is no mock server of {document}");
    }
}

impl Mock {
    /// The mock server writes JSON, whatever media type it says.
    fn engine(&self) -> Engine {
        Engine::connect(&self.url).unwrap().header("accept", "application/json, */*;q=0.1")
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    async fn one<T, E: std::fmt::Debug>(
        &mut self,
        name: &str,
        call: impl IntoFuture<Output = Result<T, ClientError<E>>>,
    ) {
        match call.await {
            Ok(_) => self.passed += 1,
            Err(error) => {
                self.failed += 1;
                println!("FAILED: {name}: {error}: {error:?} {:?}", error.body());
            }
        }
    }

    fn finish(self) {
        println!("Summary {} passed, {} failed", self.passed, self.failed);
        std::process::exit(i32::from(self.failed > 0 || self.passed == 0));
    }
}

fn json<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
