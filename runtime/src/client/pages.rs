//! Lists that come in pages, as one stream of items.

use super::call::Call;
use super::error::{ClientError, RequestError};
use super::row::Answers;
use crate::http::style::Spec;
use futures_util::{StreamExt, TryStreamExt, stream};
use http::header::LINK;
use http::{HeaderMap, Uri};
use std::fmt;
use std::pin::Pin;

/// The items of all pages, each page asked for when it is needed. After an error it ends.
pub type Items<I, E> = Pin<Box<dyn futures_util::Stream<Item = Result<I, ClientError<E>>> + Send>>;

/// How the pages of a list follow each other.
pub struct Paging<T, I> {
    items: fn(T) -> Vec<I>,
    next: How<T>,
}

enum How<T> {
    Link,
    Address(fn(&T) -> Option<String>),
    Cursor(Spec, fn(&T) -> Option<String>),
    Page(Spec, i64),
    Offset(Spec),
}

impl<T, I> Paging<T, I> {
    /// By the address in the header `Link` that is `rel="next"` (RFC 8288).
    pub const fn link(items: fn(T) -> Vec<I>) -> Self {
        Self { items, next: How::Link }
    }
    /// By an address in the answer.
    pub const fn address(next: fn(&T) -> Option<String>, items: fn(T) -> Vec<I>) -> Self {
        Self { items, next: How::Address(next) }
    }
    /// By a parameter, from the answer.
    pub const fn cursor(spec: Spec, next: fn(&T) -> Option<String>, items: fn(T) -> Vec<I>) -> Self {
        Self { items, next: How::Cursor(spec, next) }
    }
    /// By a parameter that counts pages from a first one, up to a page without items.
    pub const fn page(spec: Spec, first: i64, items: fn(T) -> Vec<I>) -> Self {
        Self { items, next: How::Page(spec, first) }
    }
    /// By a parameter that counts items, up to a page without items.
    pub const fn offset(spec: Spec, items: fn(T) -> Vec<I>) -> Self {
        Self { items, next: How::Offset(spec) }
    }
}

impl<T, I> fmt::Debug for Paging<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Paging")
    }
}

/// The items of the pages that begin with a call.
pub fn items<T, I, E>(call: Call<T, E>, paging: Paging<T, I>) -> Items<I, E>
where
    T: Send + 'static,
    I: Send + 'static,
    E: Answers,
{
    let pages = stream::try_unfold(Some(call), move |call| {
        let next = match &paging.next {
            How::Link => How::Link,
            How::Address(next) => How::Address(*next),
            How::Cursor(spec, next) => How::Cursor(*spec, *next),
            How::Page(spec, first) => How::Page(*spec, *first),
            How::Offset(spec) => How::Offset(*spec),
        };
        let take = paging.items;
        async move {
            let Some(call) = call else { return Ok(None) };
            let again = call.again();
            let (head, body) = call.response().await?.into_parts();
            let marks = Marks::of(&next, &head.headers, &body);
            let items = take(body);
            let follows = advance(again, &next, marks, items.len())?;
            Ok(Some((stream::iter(items.into_iter().map(Ok)), follows)))
        }
    });
    pages.try_flatten().boxed()
}

/// What leads to the next page, in an answer.
struct Marks(Option<String>);

impl Marks {
    fn of<T>(next: &How<T>, headers: &HeaderMap, body: &T) -> Self {
        Self(match next {
            How::Link => headers.get_all(LINK).iter().find_map(|value| linked(value.to_str().ok()?)),
            How::Address(next) | How::Cursor(_, next) => next(body).filter(|mark| !mark.is_empty()),
            How::Page(..) | How::Offset(_) => None,
        })
    }
}

/// The call for the next page; none after the last one.
fn advance<T: 'static, E: Answers>(
    mut call: Call<T, E>,
    next: &How<T>,
    marks: Marks,
    count: usize,
) -> Result<Option<Call<T, E>>, ClientError<E>> {
    let now = |call: &mut Call<T, E>, spec: Spec| call.draft().get(spec);
    match (next, marks.0) {
        (How::Link | How::Address(_), None) | (How::Cursor(..), None) => return Ok(None),
        (How::Link | How::Address(_), Some(address)) => {
            // The same page again would never end.
            if !call.follow(&address).map_err(ClientError::Request)? {
                return Ok(None);
            }
        }
        // Some call the address of the next page a mark.
        (How::Cursor(..), Some(address)) if is_address(&address) => {
            if !call.follow(&address).map_err(ClientError::Request)? {
                return Ok(None);
            }
        }
        (How::Cursor(spec, _), Some(mark)) => {
            let before = now(&mut call, *spec);
            call.draft().set(*spec, &mark);
            if before == now(&mut call, *spec) {
                return Ok(None);
            }
        }
        (How::Page(..) | How::Offset(_), _) if count == 0 => return Ok(None),
        (How::Page(spec, first), _) => {
            let page = number(now(&mut call, *spec)).unwrap_or(*first);
            call.draft().set(*spec, &page.saturating_add(1));
        }
        (How::Offset(spec), _) => {
            let offset = number(now(&mut call, *spec)).unwrap_or_default();
            call.draft().set(*spec, &offset.saturating_add(i64::try_from(count).unwrap_or(i64::MAX)));
        }
    }
    Ok(Some(call))
}

fn is_address(mark: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| mark.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

/// The number in `page=3`.
fn number(written: Option<String>) -> Option<i64> {
    written?.rsplit_once('=')?.1.parse().ok()
}

/// The target of `rel="next"` (RFC 8288 section 3).
fn linked(value: &str) -> Option<String> {
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let end = after.find('<').unwrap_or(after.len());
        let (parameters, next) = after.split_at(end);
        let is_next = parameters.split(';').any(|parameter| {
            let Some((name, value)) = parameter.split_once('=') else { return false };
            let value = value.trim().trim_end_matches(',').trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("rel")
                && value.split(' ').any(|word| word.eq_ignore_ascii_case("next"))
        });
        if is_next {
            return Some(target.trim().to_owned());
        }
        rest = next;
    }
    None
}

/// The path and query of an address, which is on the same server as `base`; relative ones are of `now`.
///
/// # Errors
/// It is no address, or leads to another server: credentials are not for it.
pub(super) fn near(base: &Uri, now: &str, address: &str) -> Result<String, RequestError> {
    let wrong = || RequestError::new("the next page has no valid address".to_owned());
    if let Some(query) = address.strip_prefix('?') {
        let path = now.split('?').next().unwrap_or_default();
        return Ok(format!("{path}?{query}"));
    }
    // RFC 3986 section 4.2: the scheme is that of now.
    let whole =
        address.starts_with("//").then(|| format!("{}:{address}", base.scheme_str().unwrap_or("https")));
    let uri: Uri = whole.as_deref().unwrap_or(address).parse().map_err(|_| wrong())?;
    let port = |uri: &Uri| {
        uri.port_u16().or(match uri.scheme_str() {
            Some("https") => Some(443),
            Some("http") => Some(80),
            _ => None,
        })
    };
    if uri.host().is_some() {
        let same = uri.scheme() == base.scheme()
            && uri.host().map(str::to_ascii_lowercase) == base.host().map(str::to_ascii_lowercase)
            && port(&uri) == port(base);
        if !same {
            return Err(RequestError::new("the next page is on another server".to_owned()));
        }
    } else if !address.starts_with('/') {
        return Err(wrong());
    }
    uri.path_and_query().map(|target| target.as_str().to_owned()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::{linked, near};

    #[test]
    fn links() {
        let next = |value: &str| linked(value);
        assert_eq!(next("</a?page=2>; rel=\"next\"").as_deref(), Some("/a?page=2"));
        assert_eq!(next("<a>; rel=prev, <b,c>; title=\"x\"; REL=\"last Next\"").as_deref(), Some("b,c"));
        assert_eq!(next("<a>; rel=\"prev\""), None);
        assert_eq!(next("<a"), None);
        assert_eq!(next(""), None);
    }

    #[test]
    fn addresses() {
        assert!(super::is_address("HTTPS://api.example.com/?page=2"));
        assert!(!super::is_address("/w8AAQ==") && !super::is_address("httpx") && !super::is_address(""));
        let base = "https://api.example.com/v1".parse().unwrap();
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(near(&base, "/v1/pets?page=1", address).ok().as_deref(), expected, "{address}");
        };
        check("https://api.example.com/v1/pets?page=2", Some("/v1/pets?page=2"));
        check("https://API.example.com:443/v1/pets", Some("/v1/pets"));
        check("/v1/pets?page=2", Some("/v1/pets?page=2"));
        check("?page=2", Some("/v1/pets?page=2"));
        check("https://evil.example.com/v1/pets?page=2", None);
        check("http://api.example.com/v1/pets?page=2", None);
        check("//evil.example.com/", None);
        check("//api.example.com/v1/pets?page=2", Some("/v1/pets?page=2"));
        check("pets", None);
        check("", None);
    }
}
