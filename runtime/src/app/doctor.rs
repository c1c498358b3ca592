//! `doctor`: whether a service could serve, part by part.

use super::App;
use crate::service::Service;
use crate::wire::Listener;
use std::fmt;

/// What a service needs, and whether it is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examination {
    parts: Vec<(bool, String)>,
}

impl Examination {
    /// Is everything there?
    pub fn is_well(&self) -> bool {
        self.parts.iter().all(|(is_well, _)| *is_well)
    }

    fn tell(&mut self, what: impl fmt::Display, found: Result<impl fmt::Display, impl fmt::Display>) {
        let (is_well, text) = match found {
            Ok(detail) => (true, detail.to_string()),
            Err(error) => (false, error.to_string()),
        };
        self.parts.push((is_well, format!("{what}: {}", text.trim_end())));
    }
}

/// A line for each part: `ok` or `FAILED`, and what was found.
impl fmt::Display for Examination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts
            .iter()
            .try_for_each(|(is_well, text)| writeln!(f, "{:8}{text}", if *is_well { "ok" } else { "FAILED" }))
    }
}

impl App {
    /// Looks whether everything is there that serving needs: the operations, certificates, addresses, the Redis of the rate
    /// limits, and what the program's checks look at. Addresses are given back. A program that is started with the word
    /// `doctor` prints this instead of serving.
    pub async fn examine(&self) -> Examination {
        let mut found = Examination { parts: Vec::new() };
        found.tell("operations", self.examine_operations());
        found.tell("settings", self.plan().map(|_| "can be used"));
        for (address, is_tls) in self.addresses() {
            let listeners = Listener::open(&address, is_tls).await;
            let urls = |listeners: Vec<Listener>| {
                listeners.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
            };
            found.tell(format_args!("listen on {address}"), listeners.map(urls));
        }
        #[cfg(feature = "admin")]
        self.examine_admin(&mut found).await;
        if let Some(stack) = &self.stack
            && let Some(answered) = stack.examine().await
        {
            found.tell("rate limits in Redis", answered.map(|()| "it answers"));
        }
        found
    }

    /// Does as the command line says.
    #[expect(clippy::print_stdout, reason = "this is what the program was started for")]
    pub(super) async fn examine_if_asked(&self) {
        if self.live.as_ref().is_some_and(|live| live.is_asked()) {
            let found = self.examine().await;
            print!("{found}");
            std::process::exit(i32::from(!found.is_well()));
        }
    }

    fn examine_operations(&self) -> Result<String, String> {
        let problems: Vec<&str> =
            self.services.iter().flat_map(Service::problems).map(String::as_str).collect();
        if !problems.is_empty() {
            return Err(problems.join("; "));
        }
        let ids: Vec<&'static str> =
            self.services.iter().flat_map(Service::operations).map(|known| known.id).collect();
        let count = ids.len();
        if let Some(live) = &self.live {
            live.knows(&ids).map_err(|failure| failure.to_string())?;
        }
        Ok(format!("{count}"))
    }

    #[cfg(feature = "admin")]
    async fn examine_admin(&self, found: &mut Examination) {
        use crate::admin::check::Checks;
        let Some(settings) = self.live.as_ref().and_then(|live| live.section::<crate::config::Admin>())
        else {
            return;
        };
        let settings = settings.get();
        for address in settings.addresses() {
            let listening = tokio::net::TcpListener::bind(&address).await.map(|_| "it is free");
            found.tell(format_args!("admin on {address}"), listening);
        }
        let checks = Checks::new(self.checks.clone());
        for check in checks.results(settings.check_timeout.0, std::time::Duration::ZERO).await.iter() {
            let answer = match &check.error {
                None => Ok(format!("{} ms", check.milliseconds)),
                Some(error) => Err(error),
            };
            found.tell(format_args!("check `{}`", check.name), answer);
        }
    }
}
