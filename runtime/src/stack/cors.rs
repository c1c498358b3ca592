//! Cross-origin resource sharing (the Fetch standard, section 3.3): which pages of other origins may ask.

use super::settings::Unusable;
use crate::quantity::Period;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use std::time::Duration;

/// Which pages of other origins may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "config", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[cfg_attr(feature = "config-schema", derive(schemars::JsonSchema))]
pub struct Cors {
    /// Their origins: `https://app.example.com`, `https://*.example.com`, or `*` for all. None: there is no CORS.
    pub origins: Vec<String>,
    /// Whether they may send cookies and other credentials; not together with `*`.
    pub credentials: bool,
    /// Headers that they may send; none: those that they ask for.
    pub headers: Vec<String>,
    /// Headers of answers that they may see, besides the usual ones.
    pub expose: Vec<String>,
    /// How long a browser need not ask again.
    pub max_age: Period,
}

impl Default for Cors {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            credentials: false,
            headers: Vec::new(),
            expose: Vec::new(),
            max_age: Duration::from_secs(600).into(),
        }
    }
}

impl Cors {
    /// # Errors
    /// An origin that is none.
    pub(super) fn origins(&self) -> Result<Origins, Unusable> {
        let mut all = Origins { any: false, list: Vec::new(), joined: Joined::default() };
        for origin in &self.origins {
            match origin.as_str() {
                "*" => all.any = true,
                origin if is_origin(&origin.replacen("://*.", "://", 1)) => {
                    all.list.push(match origin.split_once("*.") {
                        Some((scheme, domain)) => Origin::Below(scheme.to_owned(), format!(".{domain}")),
                        None => Origin::One(origin.to_owned()),
                    });
                }
                _ => {
                    let message = format!("`{origin}` is no origin, as `https://app.example.com` is one");
                    return Err(Unusable::new(["cors", "origins"], message));
                }
            }
        }
        all.joined =
            Joined { headers: joined(&self.headers, "headers")?, expose: joined(&self.expose, "expose")? };
        Ok(all)
    }

    /// # Errors
    /// What does not go together.
    pub(super) fn check(&self) -> Result<(), Unusable> {
        if self.credentials && self.origins.iter().any(|origin| origin == "*") {
            let message = "credentials are not for all origins (`*`): name those that may send them";
            return Err(Unusable::new(["cors", "credentials"], message));
        }
        Ok(())
    }
}

/// A scheme, a host, maybe a port; nothing else.
fn is_origin(text: &str) -> bool {
    let uri = text.parse::<Uri>();
    !text.contains('*')
        && uri.is_ok_and(|uri| {
            let is_bare = |uri: &Uri| uri.path() == "/" && uri.query().is_none() && !text.ends_with('/');
            uri.scheme().is_some() && uri.host().is_some() && is_bare(&uri) && !text.contains('@')
        })
}

fn joined(names: &[String], key: &str) -> Result<Option<HeaderValue>, Unusable> {
    if let Some(wrong) = names.iter().find(|name| *name != "*" && name.parse::<HeaderName>().is_err()) {
        return Err(Unusable::new(["cors", key], format!("`{wrong}` is no name of a header")));
    }
    Ok(HeaderValue::from_str(&names.join(", ")).ok().filter(|value| !value.is_empty()))
}

#[derive(Debug)]
enum Origin {
    One(String),
    /// What stands before and behind a subdomain.
    Below(String, String),
}

#[derive(Debug, Default)]
struct Joined {
    headers: Option<HeaderValue>,
    expose: Option<HeaderValue>,
}

/// Origins that may ask.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    any: bool,
    list: Vec<Origin>,
    joined: Joined,
}

impl Origins {
    pub(super) fn is_empty(&self) -> bool {
        !self.any && self.list.is_empty()
    }

    pub(super) fn allow(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else { return false };
        let is_it = |known: &Origin| match known {
            Origin::One(known) => known == origin,
            Origin::Below(scheme, domain) => {
                let sub =
                    origin.strip_prefix(scheme.as_str()).and_then(|host| host.strip_suffix(domain.as_str()));
                sub.is_some_and(|sub| !sub.is_empty() && !sub.contains(['/', ':', '@']))
            }
        };
        self.any || self.list.iter().any(is_it)
    }

    /// The headers of an answer for a page of this origin, if it may ask.
    pub(super) fn answer(&self, cors: &Cors, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
        if self.is_empty() {
            return;
        }
        let is_any = self.any && !cors.credentials;
        if !is_any {
            headers.append(VARY, HeaderValue::from_static("origin"));
        }
        let Some(origin) = origin.filter(|origin| self.allow(origin)) else { return };
        let named = if is_any { HeaderValue::from_static("*") } else { origin.clone() };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, named);
        if cors.credentials {
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        }
        if let Some(expose) = &self.joined.expose {
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, expose.clone());
        }
    }

    /// What an answer to a preflight says besides, for a page whose request has asked for these headers.
    pub(super) fn preflight(&self, cors: &Cors, asked: &HeaderMap, methods: &str, headers: &mut HeaderMap) {
        if let Ok(methods) = HeaderValue::from_str(methods) {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
        }
        let wanted = asked.get(ACCESS_CONTROL_REQUEST_HEADERS);
        if let Some(allowed) = self.joined.headers.as_ref().or(wanted) {
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed.clone());
        }
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from(cors.max_age.0.as_secs()));
    }
}

#[cfg(test)]
mod tests {
    use super::Cors;
    use http::HeaderValue;

    fn allows(origins: &[&str], origin: &'static str) -> bool {
        let origins = origins.iter().map(|&origin| origin.to_owned()).collect();
        let cors = Cors { origins, ..Cors::default() };
        cors.origins().is_ok_and(|origins| origins.allow(&HeaderValue::from_static(origin)))
    }

    #[test]
    fn origins() {
        assert!(allows(&["https://a.example", "http://b:8080"], "http://b:8080"));
        assert!(allows(&["*"], "null") && allows(&["https://*.a.example"], "https://x.y.a.example"));
        for origin in
            ["https://a.example", "http://x.a.example", "https://x.a.example:1", "https://evil/.a.example"]
        {
            assert!(!allows(&["https://*.a.example"], origin), "{origin}");
        }
        for wrong in
            ["a.example", "https://a.example/", "https://a.example/x", "https://*", "https://x.*.a", ""]
        {
            let cors = Cors { origins: vec![wrong.to_owned()], ..Cors::default() };
            assert!(cors.origins().is_err(), "{wrong}");
        }
    }
}
