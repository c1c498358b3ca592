//! The generated client.

use crate::{Done, TIMEOUT};
use std::hint::black_box;

mod api {
    apiloom_macros::api!("../../../schemas/petstore.yaml", targets = [types, client]);
}

use api::client::Client;
use api::{Category, Pet, PetStatus, Tag};
use apiloom::client::Engine;

fn pet() -> Pet {
    Pet {
        id: Some(7),
        name: "Rex".to_owned(),
        category: Some(Category { id: Some(1), name: Some("Dogs".to_owned()) }),
        photo_urls: vec!["https://example.org/rex.jpg".to_owned()],
        tags: Some(vec![Tag { id: Some(2), name: Some("good".to_owned()) }]),
        status: PetStatus::Available,
    }
}

pub(crate) async fn calls(case: &str, url: &str, times: usize) -> Done {
    let client = Client::new(Engine::connect(url)?.timeout(TIMEOUT)).with_petstore_auth("special-token");
    let new = pet();
    for _ in 0..times {
        match case {
            "get" => drop(black_box(client.pet().get_pet_by_id(7).await?)),
            "post" => drop(black_box(client.pet().add_pet(&new).await?)),
            "list" => {
                let list = client.pet().find_pets_by_status().status(PetStatus::Available).limit(20);
                drop(black_box(list.await?));
            }
            _ => return Err("there are get, post and list".into()),
        }
    }
    Ok(())
}
