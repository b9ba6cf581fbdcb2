//! A contract's description of itself, carried in a custom section of its module.
//!
//! Two forms of the same thing: [`declare`] is `const` data that the compiler encodes into the
//! section; [`ContractSpec`] is what a client decodes. The encoding is borsh, except that a struct or an
//! enum that stands again is a reference to its first place: tag 13 and the offset in the section.

pub mod declare;
mod decode;
mod encode;
mod owned;
mod same;

pub use decode::{SpecError, decode};
pub use encode::{encode, encoded_len};
pub use owned::{
    ContractSpec, EnumSpec, ErrorSpec, EventSpec, FieldSpec, FunctionSpec, StorageSpec, StructSpec,
    TypeSpec, VariantSpec,
};

/// The custom section's name.
pub const SECTION: &str = "tenor.spec";
/// The version of the section's format.
pub const VERSION: u16 = 1;
/// The largest accepted section in bytes.
pub const SECTION_BYTES_MAX: usize = 64 << 10;
