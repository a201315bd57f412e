//! Taking down (处置): an order hides what a transaction made public, on every node, and says who ordered it on which law. Nothing is erased: the
//! block, its receipts and every proof of them stay as they are, and the order can be lifted.

use serde_json::{Value, json};
use yinxin_execution::policy::{Context, Resource};
use yinxin_execution::who::{officer, refuse};
use yinxin_execution::{Call, Failure, Moment, Records};
use yinxin_types::StateKey;

use crate::arguments::{Hide, Lift};
use crate::codes;
use crate::records::{Length, Lifted, MAX_ORDERS, Order, Orders, order_at};

/// The orders about the transaction.
pub(crate) fn reads(call: &Call<'_>) -> Vec<StateKey> {
    let id = call.body.arguments.get("transaction").and_then(Value::as_str);
    let id = id.and_then(|id| id.parse().ok());
    id.map(|id| Orders::key(call.hash(), &id)).into_iter().collect()
}

/// `filing.hide`: refused as `identity.acting`, then with `FILING_HIDDEN`, `FILING_LIMIT`, `POLICY_*`.
pub(crate) fn hide(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let hide: Hide = call.arguments()?;
    let who = officer(call, records, &hide.body, true)?;
    let key = Orders::key(call.hash(), &hide.transaction);
    let mut orders: Orders = records.get(&key)?.unwrap_or_default();
    if orders.in_force().is_some() {
        return refuse(codes::FILING_HIDDEN, format!("{} is hidden", hide.transaction));
    }
    if orders.orders.len() >= MAX_ORDERS {
        return refuse(
            codes::FILING_LIMIT,
            format!("{MAX_ORDERS} orders about one content"),
        );
    }
    let id = hide.transaction.to_string();
    who.permit(call, records, Resource::Record(&id), Context::default())?;

    if orders.orders.is_empty() {
        let length_key = Length::key(call.hash());
        let Length { length } = records.get(&length_key)?.unwrap_or_default();
        records.put(order_at(call.hash(), length), &hide.transaction)?;
        let length = length.saturating_add(1);
        records.put(length_key, &Length { length })?;
    }
    orders.orders.push(Order {
        at: Moment::of(call),
        basis: hide.basis,
        by: hide.body.clone(),
        evidence: hide.evidence,
        lifted: None,
        number: hide.number,
        officer: who.party(),
        reason: hide.reason,
    });
    records.put(key, &orders)?;
    Ok(json!({ "concerns": [hide.body], "transaction": hide.transaction }))
}

/// `filing.lift`: refused as `identity.acting`, then with `FILING_NOT_HIDDEN`, `POLICY_*`.
pub(crate) fn lift(call: &Call<'_>, records: &mut Records<'_>) -> Result<Value, Failure> {
    let lift: Lift = call.arguments()?;
    let who = officer(call, records, &lift.body, true)?;
    let key = Orders::key(call.hash(), &lift.transaction);
    let mut orders: Orders = records.get(&key)?.unwrap_or_default();
    let Some(order) = orders.orders.last_mut().filter(|order| order.lifted.is_none()) else {
        return refuse(
            codes::FILING_NOT_HIDDEN,
            format!("{} is not hidden", lift.transaction),
        );
    };
    let id = lift.transaction.to_string();
    let context = Context {
        own: order.by == lift.body,
        ..Context::default()
    };
    who.permit(call, records, Resource::Record(&id), context)?;

    let ordered_by = order.by.clone();
    order.lifted = Some(Lifted {
        at: Moment::of(call),
        by: lift.body.clone(),
        officer: who.party(),
        reason: lift.reason,
    });
    records.put(key, &orders)?;
    let mut concerns = vec![lift.body];
    if !concerns.contains(&ordered_by) {
        concerns.push(ordered_by);
    }
    Ok(json!({ "concerns": concerns, "transaction": lift.transaction }))
}
