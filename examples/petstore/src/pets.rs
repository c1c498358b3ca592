//! Pets.

use apiloom::dep::serde_json;
use apiloom::{Context, Error, Result, Stream};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, SqliteConnection};

use crate::api::*;
use crate::{Caller, Store};

impl PetApi for Store {
    async fn update_pet(&self, _: Context, _: Caller, params: UpdatePetParams) -> Result<UpdatePetResponse> {
        let pet = params.body;
        let id = pet.id.ok_or_else(|| Error::not_found("A pet without an id cannot be updated."))?;
        let mut transaction = self.database.begin().await?;
        find(&mut transaction, id).await?;
        let pet = save(&mut transaction, pet).await?;
        transaction.commit().await?;
        Ok(UpdatePetResponse::Ok(pet))
    }

    async fn add_pet(&self, _: Context, _: Caller, params: AddPetParams) -> Result<AddPetResponse> {
        let pet = save(&mut *self.database.acquire().await?, params.body).await?;
        Ok(AddPetResponse::Ok(pet))
    }

    async fn find_pets_by_status(
        &self,
        _: Context,
        params: FindPetsByStatusParams,
    ) -> Result<FindPetsByStatusResponse> {
        let pets = sqlx::query("SELECT * FROM pets WHERE status = ? ORDER BY id LIMIT ?")
            .bind(params.status.as_str())
            .bind(params.limit)
            .fetch_all(&self.database)
            .await?;
        Ok(FindPetsByStatusResponse::Ok(pets.iter().map(read).collect::<Result<_>>()?))
    }

    async fn find_pets_by_tags(
        &self,
        _: Context,
        params: FindPetsByTagsParams,
    ) -> Result<FindPetsByTagsResponse> {
        let mut query = QueryBuilder::new(
            "SELECT * FROM pets WHERE EXISTS (
                SELECT 1 FROM json_each(pets.tags) AS tag WHERE tag.value ->> 'name' IN (",
        );
        let mut names = query.separated(", ");
        for tag in params.tags {
            names.push_bind(tag);
        }
        query.push(")) ORDER BY id LIMIT ").push_bind(params.limit);
        let pets = query.build().fetch_all(&self.database).await?;
        Ok(FindPetsByTagsResponse::Ok(pets.iter().map(read).collect::<Result<_>>()?))
    }

    /// Each is read when the one before was taken, so that however many there are, one is in memory.
    async fn export_pets(&self, _: Context) -> Result<ExportPetsResponse> {
        let pets = Stream::unfold((self.database.clone(), i64::MIN), async |(database, last)| {
            let row = sqlx::query("SELECT * FROM pets WHERE id > ? ORDER BY id LIMIT 1")
                .bind(last)
                .fetch_optional(&database)
                .await?;
            let Some(pet) = row.as_ref().map(read).transpose()? else { return Ok(None) };
            let id = pet.id.unwrap_or(i64::MAX);
            Ok(Some((pet, (database, id))))
        });
        Ok(ExportPetsResponse::Ok(pets))
    }

    async fn get_pet_by_id(
        &self,
        _: Context,
        _: Option<Caller>,
        params: GetPetByIdParams,
    ) -> Result<GetPetByIdResponse> {
        let pet = find(&mut *self.database.acquire().await?, params.pet_id).await?;
        Ok(GetPetByIdResponse::Ok(pet))
    }

    async fn update_pet_with_form(
        &self,
        _: Context,
        _: Caller,
        params: UpdatePetWithFormParams,
    ) -> Result<UpdatePetWithFormResponse> {
        let mut transaction = self.database.begin().await?;
        let mut pet = find(&mut transaction, params.pet_id).await?;
        pet.name = params.name.unwrap_or(pet.name);
        pet.status = params.status.unwrap_or(pet.status);
        let pet = save(&mut transaction, pet).await?;
        transaction.commit().await?;
        Ok(UpdatePetWithFormResponse::Ok(pet))
    }

    async fn delete_pet(&self, _: Context, _: Caller, params: DeletePetParams) -> Result<DeletePetResponse> {
        let done =
            sqlx::query("DELETE FROM pets WHERE id = ?").bind(params.pet_id).execute(&self.database).await?;
        match done.rows_affected() {
            0 => Err(missing(params.pet_id)),
            _ => Ok(DeletePetResponse::NoContent),
        }
    }

    async fn upload_file(
        &self,
        _: Context,
        _: Caller,
        params: UploadFileParams,
    ) -> Result<UploadFileResponse> {
        let mut transaction = self.database.begin().await?;
        let pet = find(&mut transaction, params.pet_id).await?;
        sqlx::query("INSERT INTO images (pet, remark, bytes) VALUES (?, ?, ?)")
            .bind(params.pet_id)
            .bind(&params.additional_metadata)
            .bind(params.body.as_ref())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        let message = format!("{} bytes were stored for {}", params.body.len(), pet.name);
        Ok(UploadFileResponse::Ok(ApiResponse { code: 200, r#type: Some("image".to_owned()), message }))
    }
}

fn missing(id: i64) -> Error {
    Error::not_found(format!("There is no pet {id}."))
}

async fn find(database: &mut SqliteConnection, id: i64) -> Result<Pet> {
    let row = sqlx::query("SELECT * FROM pets WHERE id = ?").bind(id).fetch_optional(database).await?;
    read(&row.ok_or_else(|| missing(id))?)
}

/// Stores a pet under its id, or under a new one.
async fn save(database: &mut SqliteConnection, pet: Pet) -> Result<Pet> {
    let row = sqlx::query(
        "INSERT OR REPLACE INTO pets (id, name, category, photo_urls, tags, status) VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
    )
    .bind(pet.id)
    .bind(&pet.name)
    .bind(pet.category.as_ref().map(serde_json::to_string).transpose()?)
    .bind(serde_json::to_string(&pet.photo_urls)?)
    .bind(pet.tags.as_ref().map(serde_json::to_string).transpose()?)
    .bind(pet.status.as_str())
    .fetch_one(database)
    .await?;
    read(&row)
}

fn read(row: &SqliteRow) -> Result<Pet> {
    let category: Option<&str> = row.try_get("category")?;
    let tags: Option<&str> = row.try_get("tags")?;
    Ok(Pet {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        category: category.map(serde_json::from_str).transpose()?,
        photo_urls: serde_json::from_str(row.try_get("photo_urls")?)?,
        tags: tags.map(serde_json::from_str).transpose()?,
        status: row.try_get::<&str, _>("status")?.parse()?,
    })
}
