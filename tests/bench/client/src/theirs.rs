//! reqwest and serde.

use crate::{Done, TIMEOUT};
use reqwest::{Client, StatusCode};
use serde::{Deserialize, Serialize};
use std::hint::black_box;

#[derive(Debug, Serialize, Deserialize)]
struct Pet {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<Named>,
    #[serde(rename = "photoUrls")]
    photo_urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<Named>>,
    status: Status,
}

#[derive(Debug, Serialize, Deserialize)]
struct Named {
    id: Option<i64>,
    name: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Available,
    Pending,
    Sold,
}

fn pet() -> Pet {
    Pet {
        id: Some(7),
        name: "Rex".to_owned(),
        category: Some(Named { id: Some(1), name: Some("Dogs".to_owned()) }),
        photo_urls: vec!["https://example.org/rex.jpg".to_owned()],
        tags: Some(vec![Named { id: Some(2), name: Some("good".to_owned()) }]),
        status: Status::Available,
    }
}

/// The problem of an answer that is none of the good ones.
async fn good(answer: reqwest::Response) -> Done<reqwest::Response> {
    if answer.status() == StatusCode::OK { Ok(answer) } else { Err(answer.text().await?.into()) }
}

pub(crate) async fn calls(case: &str, url: &str, times: usize) -> Done {
    let client = Client::builder().timeout(TIMEOUT).build()?;
    let new = pet();
    for _ in 0..times {
        match case {
            "get" => {
                let call = client.get(format!("{url}/pet/7")).bearer_auth("special-token");
                let answer = good(call.header("accept", "application/json").send().await?).await?;
                drop(black_box(answer.json::<Pet>().await?));
            }
            "post" => {
                let call = client.post(format!("{url}/pet")).bearer_auth("special-token").json(&new);
                let answer = good(call.header("accept", "application/json").send().await?).await?;
                drop(black_box(answer.json::<Pet>().await?));
            }
            "list" => {
                let call = client.get(format!("{url}/pet/findByStatus?status=available&limit=20"));
                let call = call.bearer_auth("special-token").header("accept", "application/json");
                drop(black_box(good(call.send().await?).await?.json::<Vec<Pet>>().await?));
            }
            _ => return Err("there are get, post and list".into()),
        }
    }
    Ok(())
}
