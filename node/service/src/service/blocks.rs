//! Blocks and headers.

use super::Service;
use crate::problems::ApiError;
use std::sync::Arc;
use tenor_client::BlockRef;
use tenor_client::api::{ErrorCode, HeaderView};
use tenor_primitives::{Block, CommitCertificate, Height};

impl Service {
    /// A block with its certificate, which the genesis block alone has not.
    pub(crate) async fn block(
        self: &Arc<Self>,
        block: BlockRef,
    ) -> Result<(Block, Option<CommitCertificate>), ApiError> {
        self.read(move |service| {
            let height = service.height(block);
            let found = service.parts.database.block(height)?;
            let found = found.ok_or_else(|| service.unknown_block(height))?;
            Ok((found, service.parts.database.certificate(height)?))
        })
        .await
    }

    /// A header.
    pub(crate) async fn header(self: &Arc<Self>, block: BlockRef) -> Result<HeaderView, ApiError> {
        self.read(move |service| {
            let height = service.height(block);
            let found = service.parts.database.header(height)?;
            let found = found.ok_or_else(|| service.unknown_block(height))?;
            Ok(HeaderView::from(&found))
        })
        .await
    }

    fn height(&self, block: BlockRef) -> Height {
        match block {
            BlockRef::Latest => self.head().tip.height,
            BlockRef::At(height) => height,
        }
    }

    fn unknown_block(&self, height: Height) -> ApiError {
        let expected = format!("at most {}", self.head().tip.height);
        let detail = format!("there is no block {height}");
        ApiError::mismatch(ErrorCode::UnknownBlock, detail, expected, height)
    }
}
