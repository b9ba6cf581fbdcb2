//! The types of the blocks that bodies are wrapped in.

use super::plan::Body;
use wasm_encoder::BlockType;
use wasmparser::ValType;

/// Types of blocks with several results, which need an entry in the type section; the contract
/// target has none.
pub(super) struct Shapes {
    /// The index of the first in the type section.
    first: u32,
    results: Vec<Vec<ValType>>,
}

impl Shapes {
    /// The types that `bodies` need, from index `first` on.
    pub(super) fn of(bodies: &[Body], first: u32) -> Self {
        let mut results: Vec<Vec<ValType>> = Vec::new();
        for body in bodies {
            if body.calls && body.results.len() > 1 && !results.contains(&body.results) {
                results.push(body.results.clone());
            }
        }
        Self { first, results }
    }

    /// The results of each type that is to be appended.
    pub(super) fn appended(&self) -> impl Iterator<Item = Vec<wasm_encoder::ValType>> {
        self.results.iter().map(|results| results.iter().copied().map(encoder_type).collect())
    }

    /// The type of a block with `results`.
    pub(super) fn block_type(&self, results: &[ValType]) -> BlockType {
        match results {
            [] => BlockType::Empty,
            [one] => BlockType::Result(encoder_type(*one)),
            many => {
                let index = (self.first..).zip(&self.results).find(|(_, shape)| *shape == many);
                BlockType::FunctionType(index.expect("collected from the same bodies").0)
            }
        }
    }
}

fn encoder_type(ty: ValType) -> wasm_encoder::ValType {
    ty.try_into().expect("every type that the type checker lets through can be written")
}
