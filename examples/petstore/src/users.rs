//! Users.

use std::time::Duration;

use apiloom::dep::jiff::Timestamp;
use apiloom::dep::uuid::Uuid;
use apiloom::{Context, Error, Result};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use crate::api::*;
use crate::{Caller, Store};

impl UserApi for Store {
    async fn create_user(&self, _: Context, params: CreateUserParams) -> Result<CreateUserResponse> {
        let user = insert(&mut *self.database.acquire().await?, params.body).await?;
        Ok(CreateUserResponse::Ok(user))
    }

    async fn create_users_with_list_input(
        &self,
        _: Context,
        params: CreateUsersWithListInputParams,
    ) -> Result<CreateUsersWithListInputResponse> {
        let mut transaction = self.database.begin().await?;
        let mut users = Vec::with_capacity(params.body.len());
        for user in params.body {
            users.push(insert(&mut transaction, user).await?);
        }
        transaction.commit().await?;
        Ok(CreateUsersWithListInputResponse::Ok(users))
    }

    async fn login_user(&self, _: Context, params: LoginUserParams) -> Result<LoginUserResponse> {
        let known: Option<i64> =
            sqlx::query_scalar("SELECT id FROM users WHERE username = ? AND password = ?")
                .bind(&params.username)
                .bind(params.password.reveal())
                .fetch_optional(&self.database)
                .await?;
        if known.is_none() {
            return Err(Error::unauthorized("The user name or the password is wrong."));
        }
        Ok(LoginUserResponse::Ok {
            body: format!("session {}", Uuid::new_v4()),
            x_rate_limit: 5000,
            x_expires_after: Timestamp::now() + Duration::from_secs(3600),
        })
    }

    async fn logout_user(&self, _: Context) -> Result<LogoutUserResponse> {
        Ok(LogoutUserResponse::NoContent)
    }

    async fn get_user_by_name(
        &self,
        _: Context,
        params: GetUserByNameParams,
    ) -> Result<GetUserByNameResponse> {
        let row = sqlx::query("SELECT * FROM users WHERE username = ?")
            .bind(&params.username)
            .fetch_optional(&self.database)
            .await?;
        let row = row.ok_or_else(|| missing(&params.username))?;
        Ok(GetUserByNameResponse::Ok(read(&row)?))
    }

    async fn update_user(&self, _: Context, params: UpdateUserParams) -> Result<UpdateUserResponse> {
        let user = params.body;
        let row = sqlx::query(
            "UPDATE users SET username = ?, first_name = ?, last_name = ?, email = ?,
                password = COALESCE(?, password), phone = ?, user_status = ? WHERE username = ? RETURNING *",
        )
        .bind(&user.username)
        .bind(&user.first_name)
        .bind(&user.last_name)
        .bind(&user.email)
        .bind(user.password.as_ref().map(apiloom::Secret::reveal))
        .bind(&user.phone)
        .bind(user.user_status)
        .bind(&params.username)
        .fetch_optional(&self.database)
        .await
        .map_err(|error| taken(error, &user.username))?;
        let row = row.ok_or_else(|| missing(&params.username))?;
        Ok(UpdateUserResponse::Ok(read(&row)?))
    }

    async fn delete_user(
        &self,
        _: Context,
        _: Caller,
        params: DeleteUserParams,
    ) -> Result<DeleteUserResponse> {
        let done = sqlx::query("DELETE FROM users WHERE username = ?")
            .bind(&params.username)
            .execute(&self.database)
            .await?;
        match done.rows_affected() {
            0 => Err(missing(&params.username)),
            _ => Ok(DeleteUserResponse::NoContent),
        }
    }
}

fn missing(name: &str) -> Error {
    Error::not_found(format!("There is no user `{name}`."))
}

/// A user name that is taken is the caller's problem, anything else is ours.
fn taken(error: sqlx::Error, name: &str) -> Error {
    match error.as_database_error() {
        Some(fault) if fault.is_unique_violation() => {
            Error::conflict(format!("The user name `{name}` is taken."))
        }
        _ => error.into(),
    }
}

async fn insert(database: &mut SqliteConnection, user: UserInput) -> Result<User> {
    let row = sqlx::query(
        "INSERT INTO users (username, first_name, last_name, email, password, phone, user_status)
         VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *",
    )
    .bind(&user.username)
    .bind(&user.first_name)
    .bind(&user.last_name)
    .bind(&user.email)
    .bind(user.password.as_ref().map(apiloom::Secret::reveal))
    .bind(&user.phone)
    .bind(user.user_status)
    .fetch_one(database)
    .await
    .map_err(|error| taken(error, &user.username))?;
    read(&row)
}

fn read(row: &SqliteRow) -> Result<User> {
    Ok(User {
        id: row.try_get("id")?,
        username: row.try_get("username")?,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        email: row.try_get("email")?,
        phone: row.try_get("phone")?,
        user_status: row.try_get("user_status")?,
    })
}
