//! Dates of other crates, and the formats that are types of their own: the cases `dates_chrono` and `dates_time`.

use crate::goldens::{dates_chrono, dates_time};
use crate::wire::{Answer, Server, curl};
use apiloom::json::decode;
use apiloom::{Base64Url, Context, Patch, Result};
use std::net::{Ipv4Addr, Ipv6Addr};

struct Calendar;

macro_rules! echo {
    ($case:ident) => {
        impl $case::DefaultApi for Calendar {
            async fn add_event(
                &self,
                _: Context,
                params: $case::AddEventParams,
            ) -> Result<$case::AddEventResponse> {
                let $case::AddEventParams { day, at, x_seen, from, mut body } = params;
                body.days.get_or_insert_default().push(day);
                (body.at, body.from) = (Patch::Value(at), Some(from));
                Ok($case::AddEventResponse::Ok { body, last_seen: x_seen })
            }
        }
    };
}

echo!(dates_chrono);
echo!(dates_time);

const SEEN: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

async fn post(server: &Server, path: &str, kind: &str, body: &str) -> Answer {
    let (kind, seen) = (format!("Content-Type: {kind}"), format!("X-Seen: {SEEN}"));
    curl(server, &[path, "-X", "POST", "-H", &kind, "-H", &seen, "--data-binary", body]).await
}

async fn in_every_place(server: &Server, offset: &str) {
    let path = format!("/days/2024-12-31?at=2024-06-01T10:00:00.5{offset}").replace('+', "%2B");
    let at = format!("2024-06-01T10:00:00.5{offset}").replace(".5Z", ".500Z");
    let wanted = |at: &str| {
        format!(
            r#"{{"day":"2024-01-31","at":"{at}","days":["2023-01-01","2024-12-31"],"from":"127.0.0.1","to":"::2","key":"_-8","seen":"{SEEN}"}}"#
        )
    };
    let json = format!(
        r#"{{"day":"2024-01-31","days":["2023-01-01"],"from":"10.0.0.1","to":"0::2","key":"_-8=","seen":"{SEEN}"}}"#
    );
    let answer = post(server, &path, "application/json", &json).await;
    let is_wanted = |body: &str| body == wanted(&at) || body == wanted(&at.replace(".500Z", ".5Z"));
    assert!(is_wanted(&answer.body), "{}", answer.body);
    assert_eq!(answer.header("last-seen"), SEEN);
    let form = format!("day=2024-01-31&days=2023-01-01&to=0::2&key=_-8%3D&seen={SEEN}");
    let answer = post(server, &path, "application/x-www-form-urlencoded", &form).await;
    assert!(is_wanted(&answer.body), "{}", answer.body);
    let xml = format!(
        "<Event><day>2024-01-31</day><days>2023-01-01</days><to>0::2</to><key>_-8</key><seen>{SEEN}</seen></Event>"
    );
    let answer = post(server, &path, "application/xml", &xml).await;
    assert!(is_wanted(&answer.body), "{}", answer.body);
    let bad = post(server, "/days/2024-02-30?at=yesterday&from=1.2.3", "application/json", "{}").await;
    assert_eq!(bad.status, 400);
    assert_eq!(bad.body.matches(r#""code":"format""#).count(), 3, "{}", bad.body);
}

#[tokio::test]
async fn of_chrono() {
    in_every_place(&Server::start(dates_chrono::service(Calendar)).await, "Z").await;
}

#[tokio::test]
async fn of_time() {
    in_every_place(&Server::start(dates_time::service(Calendar)).await, "+02:00").await;
}

#[test]
fn defaults_and_unions() {
    use dates_chrono::types::{Event, EventEither};
    let event: Event = decode(br#"{"either": "2024-06-01T10:00:00+02:00"}"#).unwrap();
    assert_eq!(event.day.to_string(), "2024-02-29");
    assert_eq!(event.to, Ipv6Addr::LOCALHOST);
    assert!(
        matches!(event.either, Some(EventEither::String(moment)) if moment.to_rfc3339() == "2024-06-01T08:00:00+00:00")
    );
    let event: dates_time::types::Event = decode(br#"{"either": "2024-06-01T10:00:00+02:00"}"#).unwrap();
    assert_eq!((event.day.year(), event.to), (2024, Ipv6Addr::LOCALHOST));
    let text = apiloom::dep::serde_json::to_string(&event).unwrap();
    assert!(text.ends_with(r#""either":"2024-06-01T10:00:00+02:00"}"#), "{text}");
}

#[test]
fn what_is_none_is_refused() {
    let text = r#"{"day":"2024-13-01","at":1,"days":["2024-01-01","x","2024-01-01"],"from":"::1","to":"1.2.3.4","key":"AAAAA","seen":"2024-01-01"}"#;
    let told = |faults: Vec<apiloom::Fault>| -> Vec<String> {
        faults.iter().map(|fault| format!("{} {}", fault.pointer(), fault.code)).collect()
    };
    let wanted = [
        "/day format",
        "/at type",
        "/days/1 format",
        "/from format",
        "/to format",
        "/key format",
        "/seen format",
    ];
    assert_eq!(told(decode::<dates_chrono::types::Event>(text.as_bytes()).unwrap_err())[..7], wanted);
    assert_eq!(told(decode::<dates_time::types::Event>(text.as_bytes()).unwrap_err())[..7], wanted);
    let long = decode::<dates_time::types::Event>(br#"{"key":"AAAAAA"}"#).unwrap_err();
    assert_eq!(told(long), ["/key max_length"]);
    let fine = dates_time::types::Event {
        key: Some(Base64Url(vec![1, 2])),
        from: Some(Ipv4Addr::LOCALHOST),
        ..decode(b"{}").unwrap()
    };
    assert!(apiloom::Rules::check(&fine).is_ok());
}
