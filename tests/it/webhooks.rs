//! The golden cases `webhooks`, `callbacks_links` and `servers`, driven: what is sent arrives, what is answered is read.

use crate::goldens::callbacks_links::webhooks as callbacks;
use crate::goldens::callbacks_links::{AddHookParams, Hook};
use crate::goldens::servers;
use crate::goldens::webhooks::webhooks::*;
use crate::goldens::webhooks::{Credentials, Pet, Security};
use apiloom::dep::axum::body::to_bytes;
use apiloom::dep::http::{Request, Response};
use apiloom::send::SendError;
use apiloom::{Body, Context, Error, Result};
use std::convert::Infallible;
use tower::ServiceExt;

/// A consumer of the webhooks.
struct Consumer;

impl Security for Consumer {
    type Principal = ();
    async fn authenticate(&self, _: &Context, credentials: Credentials) -> Result<()> {
        match credentials {
            Credentials::Token(token) if token.matches("t") => Ok(()),
            Credentials::Token(_) | Credentials::Key(_) => Err(Error::unauthorized("No.")),
        }
    }
}

impl WebhooksApi2 for Consumer {
    async fn new_pet(&self, cx: Context, (): (), params: NewPetParams) -> Result<NewPetResponse> {
        let NewPetParams { x_attempt, kinds, ids, visit, body } = params;
        assert_eq!(cx.uri().query(), Some("own=1&kinds=a%20b&kinds=c&ids=1,2"));
        assert_eq!((kinds, ids), (Some(vec!["a b".to_owned(), "c".to_owned()]), Some(vec![1, 2])));
        assert_eq!(visit.as_deref(), Some("x;y"));
        Ok(match body.name.as_str() {
            "gone" => NewPetResponse::Gone,
            "seen" => NewPetResponse::NoContent,
            "odd" => NewPetResponse::ClientError(apiloom::StatusCode::IM_A_TEAPOT, "tea".to_owned()),
            _ => NewPetResponse::Ok { body, x_seen: x_attempt, x_note: None },
        })
    }
    async fn pet_gone(&self, _: Context) -> Result<PetGoneResponse> {
        Ok(PetGoneResponse::NoContent)
    }
    async fn formed(&self, _: Context, _: FormedParams) -> Result<FormedResponse> {
        Ok(FormedResponse::NoContent)
    }
}

fn pet(name: &str) -> NewPetParams {
    NewPetParams {
        x_attempt: 3,
        kinds: Some(vec!["a b".to_owned(), "c".to_owned()]),
        ids: Some(vec![1, 2]),
        visit: Some("x;y".to_owned()),
        body: Pet { name: name.to_owned() },
    }
}

async fn tell(name: &str) -> std::result::Result<NewPetResponse, SendError> {
    let message = send_new_pet(pet(name))?.header("authorization", "Bearer t");
    let consumer = webhooks_api_2(Consumer).mount("/hooks");
    message.send("https://consumer.example.com/hooks/newPet?own=1", consumer).await
}

#[tokio::test]
async fn what_is_sent_arrives_and_the_answer_comes_back() {
    let answer = tell("Rex").await.unwrap();
    let NewPetResponse::Ok { body, x_seen, x_note } = answer else { panic!("{answer:?}") };
    assert_eq!((body.name.as_str(), x_seen, x_note), ("Rex", 3, None));
    assert!(matches!(tell("seen").await, Ok(NewPetResponse::NoContent)));
    assert!(matches!(tell("gone").await, Ok(NewPetResponse::Gone)));
    let odd = tell("odd").await.unwrap();
    assert!(matches!(odd, NewPetResponse::ClientError(status, text) if status == 418 && text == "tea"));
    // The consumer validates what it is told.
    let bare = send_new_pet(pet("")).unwrap().header("authorization", "Bearer t");
    let refused = bare.send("https://a/newPet?own=1", webhooks_api_2(Consumer)).await;
    assert!(matches!(refused, Ok(NewPetResponse::ClientError(status, _)) if status == 400), "{refused:?}");
    let stranger = send_new_pet(pet("Rex")).unwrap().send("https://a/newPet", webhooks_api_2(Consumer)).await;
    assert!(matches!(stranger, Ok(NewPetResponse::ClientError(status, _)) if status == 401), "{stranger:?}");
    let gone = send_pet_gone().unwrap().send("http://a/pet-gone", webhooks_api_2(Consumer)).await;
    assert!(matches!(gone, Ok(PetGoneResponse::NoContent)), "{gone:?}");
}

/// A consumer that answers like this.
async fn answered(status: u16, headers: &[(&'static str, &'static str)], body: &'static str) -> String {
    let client = tower::service_fn(move |_: Request<Body>| {
        let mut answer = Response::new(Body::from(body));
        *answer.status_mut() = apiloom::StatusCode::from_u16(status).unwrap();
        for (name, value) in headers {
            answer.headers_mut().append(*name, value.parse().unwrap());
        }
        std::future::ready(Ok::<_, Infallible>(answer))
    });
    match send_new_pet(pet("Rex")).unwrap().limit(20).send("https://a", client).await {
        Ok(answer) => format!("{answer:?}"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn answers_that_are_not_as_the_schema_says() {
    let json = ("content-type", "application/json");
    let fine = answered(200, &[json, ("x-seen", "1")], r#"{"name":"a"}"#).await;
    assert!(fine.starts_with("Ok {") && fine.contains("x_seen: 1"), "{fine}");
    assert_eq!(
        answered(500, &[], "").await,
        "500 Internal Server Error is not an answer that the schema has"
    );
    for (headers, body) in [
        (vec![json], r#"{"name":"a"}"#),
        (vec![json, ("x-seen", "many")], r#"{"name":"a"}"#),
        (vec![json, ("x-seen", "1")], r#"{"name":7}"#),
        (vec![json, ("x-seen", "1")], "{"),
        (vec![("x-seen", "1")], ""),
    ] {
        let told = answered(200, headers.leak(), body).await;
        assert!(told.starts_with("the answer 200 OK is not what the schema says"), "{told}");
    }
    let long = answered(200, &[json, ("x-seen", "1")], r#"{"name":"0123456789012345"}"#).await;
    assert!(long.starts_with("the message was not delivered"), "{long}");
}

#[test]
fn addresses() {
    for bad in ["", "newPet", "/newPet", "ftp://a/b", "https://", "http://a b/", "javascript:alert(1)"] {
        let told = send_pet_gone().unwrap().request(bad).unwrap_err().to_string();
        assert_eq!(told, "the address is not an absolute http or https one", "{bad}");
    }
    let request = send_new_pet(pet("Rex")).unwrap().request("https://a.example.com").unwrap();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "https://a.example.com/?kinds=a%20b&kinds=c&ids=1,2");
    assert_eq!(request.headers()["cookie"], "visit=x%3By");
    assert_eq!(request.headers()["x-attempt"], "3");
    assert_eq!(request.headers()["content-type"], "application/json");
}

#[tokio::test]
async fn where_callbacks_go() {
    let hook = Hook { on_change: Some("https://a/b".to_owned()), id: None };
    let params = AddHookParams {
        list: 7,
        url: Some("https://c/d".to_owned()),
        x_host: Some("host".to_owned()),
        body: Some(hook),
    };
    assert_eq!(callbacks::add_hook_on_event_address(&params).unwrap(), "https://c/d");
    let address = callbacks::changed_address(&params).unwrap();
    assert_eq!(address, "https://a/b?list=7&method=POST");
    let made = Hook { on_change: None, id: Some(9) };
    assert_eq!(callbacks::add_hook_on_change_2_address(&params, &made).unwrap(), "https://host/9");
    let unknown = AddHookParams { url: None, body: None, ..params };
    assert!(callbacks::add_hook_on_event_address(&unknown).is_err());
    assert!(callbacks::changed_address(&unknown).is_err());
    let message = callbacks::send_changed(callbacks::ChangedParams { body: made }).unwrap();
    let request = message.request(&address).unwrap();
    assert_eq!((request.method().as_str(), request.uri().to_string()), ("PUT", address));
    assert_eq!(to_bytes(request.into_body(), 99).await.unwrap(), r#"{"id":9}"#);
}

struct Anything;

impl servers::DefaultApi for Anything {
    async fn a(&self, _: Context) -> Result<servers::AResponse> {
        Ok(servers::AResponse::NoContent)
    }
    async fn b(&self, _: Context) -> Result<servers::BResponse> {
        Ok(servers::BResponse::NoContent)
    }
    async fn c(&self, _: Context) -> Result<servers::CResponse> {
        Ok(servers::CResponse::NoContent)
    }
    async fn d(&self, _: Context) -> Result<servers::DResponse> {
        Ok(servers::DResponse::NoContent)
    }
}

#[tokio::test]
async fn each_operation_is_below_its_own_server() {
    for (request, status) in [
        ("GET /v1/a", 204),
        ("GET /a", 404),
        ("GET /b-base/b", 204),
        ("PUT /b", 204),
        ("GET /v1/b", 404),
        ("GET /other/v1/a", 204),
    ] {
        let (method, path) = request.split_once(' ').unwrap();
        let bare = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        assert_eq!(servers::service(Anything).oneshot(bare).await.unwrap().status(), status, "{request}");
    }
    let address = servers::SERVERS[0].address(&[("region", "us")]).unwrap();
    assert_eq!((servers::SERVERS.len(), address.as_str()), (3, "https://us.example.com:443/v1"));
    assert!(servers::SERVERS[0].address(&[("region", "mars")]).is_err());
}
