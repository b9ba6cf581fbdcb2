//! What reads state.

use crate::messages::QueryMsg;
use crate::state::COUNTERS;
use tenor_sdk::prelude::*;

pub(crate) fn query(ctx: &QueryContext, message: QueryMsg) -> Result<Response> {
    match message {
        QueryMsg::Value { account } => reply(COUNTERS.may_load(ctx, &account)?.unwrap_or(0)),
        QueryMsg::List { after, limit } => {
            reply(COUNTERS.all().after_if(after.as_ref()).load(ctx, limit)?)
        }
    }
}
