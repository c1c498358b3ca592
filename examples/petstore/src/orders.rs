//! Orders and the inventory.

use std::collections::BTreeMap;

use apiloom::{Context, Error, Result};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::api::*;
use crate::{Caller, Store};

impl StoreApi for Store {
    async fn get_inventory(&self, _: Context, _: Caller) -> Result<GetInventoryResponse> {
        let counts: Vec<(String, i64)> = sqlx::query_as("SELECT status, COUNT(*) FROM pets GROUP BY status")
            .fetch_all(&self.database)
            .await?;
        Ok(GetInventoryResponse::Ok(BTreeMap::from_iter(counts)))
    }

    async fn place_order(&self, _: Context, params: PlaceOrderParams) -> Result<PlaceOrderResponse> {
        let order = params.body;
        let row = sqlx::query(
            "INSERT INTO orders (pet, quantity, ship_date, status, complete)
             SELECT id, ?, ?, ?, ? FROM pets WHERE id = ? RETURNING *",
        )
        .bind(order.quantity)
        .bind(order.ship_date.map(|date| date.to_string()))
        .bind(order.status.as_str())
        .bind(order.complete)
        .bind(order.pet_id)
        .fetch_optional(&self.database)
        .await?;
        match row {
            Some(row) => Ok(PlaceOrderResponse::Ok(read(&row)?)),
            None => Err(Error::not_found(format!("There is no pet {} to order.", order.pet_id))),
        }
    }

    async fn get_order_by_id(&self, _: Context, params: GetOrderByIdParams) -> Result<GetOrderByIdResponse> {
        let row = sqlx::query("SELECT * FROM orders WHERE id = ?")
            .bind(params.order_id)
            .fetch_optional(&self.database)
            .await?;
        let row = row.ok_or_else(|| missing(params.order_id))?;
        Ok(GetOrderByIdResponse::Ok(read(&row)?))
    }

    async fn delete_order(
        &self,
        _: Context,
        _: Caller,
        params: DeleteOrderParams,
    ) -> Result<DeleteOrderResponse> {
        let done = sqlx::query("DELETE FROM orders WHERE id = ?")
            .bind(params.order_id)
            .execute(&self.database)
            .await?;
        match done.rows_affected() {
            0 => Err(missing(params.order_id)),
            _ => Ok(DeleteOrderResponse::NoContent),
        }
    }
}

fn missing(id: i64) -> Error {
    Error::not_found(format!("There is no order {id}."))
}

fn read(row: &SqliteRow) -> Result<Order> {
    let ship_date: Option<&str> = row.try_get("ship_date")?;
    Ok(Order {
        id: row.try_get("id")?,
        pet_id: row.try_get("pet")?,
        quantity: row.try_get("quantity")?,
        ship_date: ship_date.map(str::parse).transpose()?,
        status: row.try_get::<&str, _>("status")?.parse()?,
        complete: row.try_get("complete")?,
    })
}
