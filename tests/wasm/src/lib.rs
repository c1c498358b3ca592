//! The petstore's client, and what a page would do with it: built for `wasm32-unknown-unknown` by `tests/run`.

/// What the macro generates.
pub mod api {
    apiloom::api!("../../schemas/petstore.yaml", targets = [client]);
}

use api::PetStatus;
use api::client::{Client, FindPetsByStatusError};
use apiloom::client::ClientError;

/// The names of the pets that can be had, and how many there are of each.
///
/// # Errors
/// As the client's.
pub async fn available(client: &Client) -> Result<Vec<String>, ClientError<FindPetsByStatusError>> {
    let pets = client.pet().find_pets_by_status().status(PetStatus::Available).limit(10).await?;
    Ok(pets.into_iter().map(|pet| pet.name).collect())
}

/// A client over `fetch`.
///
/// # Errors
/// The address is none.
pub fn connect(url: &str) -> Result<Client, Box<dyn std::error::Error + Send + Sync>> {
    Client::connect(url)
}
