//! Decoding of a spec section. The bytes come from whoever uploaded the code: lengths, depth and
//! count are bounded, and nothing is allocated ahead of the bytes that fill it.

use super::declare::Readers;
use super::owned::{
    ContractSpec, EnumSpec, ErrorSpec, EventSpec, FieldSpec, FunctionSpec, StorageSpec, StructSpec,
    TypeSpec, VariantSpec,
};
use super::{SECTION_BYTES_MAX, VERSION};
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

/// The deepest nesting of types.
const DEPTH_MAX: u8 = 24;

/// Why a spec section is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecError {
    /// The section is larger than [`SECTION_BYTES_MAX`].
    TooLarge,
    /// The section has another version.
    Version {
        /// The version it has.
        got: u16,
    },
    /// The bytes end too early, a tag does not exist, a text is not UTF-8 or types nest too deep.
    Malformed {
        /// Offset in the section.
        offset: usize,
    },
    /// Bytes are left after the spec.
    Trailing {
        /// Offset of the first of them.
        offset: usize,
    },
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "expected a spec of at most {SECTION_BYTES_MAX} bytes"),
            Self::Version { got } => {
                write!(f, "expected spec version {VERSION}, got {got}; build with a matching SDK")
            }
            Self::Malformed { offset } => write!(f, "the spec is malformed at byte {offset}"),
            Self::Trailing { offset } => {
                write!(f, "expected the spec to end at byte {offset}, got more")
            }
        }
    }
}

impl core::error::Error for SpecError {}

/// Decodes a spec section.
pub fn decode(bytes: &[u8]) -> Result<ContractSpec, SpecError> {
    if bytes.len() > SECTION_BYTES_MAX {
        return Err(SpecError::TooLarge);
    }
    let mut reader = Reader { bytes, at: 0 };
    let got = reader.u16()?;
    if got != VERSION {
        return Err(SpecError::Version { got });
    }
    let spec = reader.contract()?;
    if reader.at < bytes.len() {
        return Err(SpecError::Trailing { offset: reader.at });
    }
    Ok(spec)
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

type Read<T> = Result<T, SpecError>;

impl Reader<'_> {
    fn malformed<T>(&self) -> Read<T> {
        Err(SpecError::Malformed { offset: self.at })
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let Some((array, _)) = self.bytes[self.at..].split_first_chunk::<N>() else {
            return self.malformed();
        };
        self.at += N;
        Ok(*array)
    }

    fn u8(&mut self) -> Read<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Read<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Read<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn text(&mut self) -> Read<String> {
        let len = usize::try_from(self.u32()?).or_else(|_| self.malformed())?;
        let rest = &self.bytes[self.at..];
        let Some(raw) = rest.get(..len) else { return self.malformed() };
        let Ok(text) = core::str::from_utf8(raw) else { return self.malformed() };
        self.at += len;
        Ok(text.into())
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let count = self.u32()?;
        let mut items = Vec::new();
        for _ in 0..count {
            let before = self.at;
            items.push(item(self)?);
            if self.at == before {
                return self.malformed();
            }
        }
        Ok(items)
    }

    fn ty(&mut self, depth: u8) -> Read<TypeSpec> {
        let Some(depth) = depth.checked_sub(1) else { return self.malformed() };
        Ok(match self.u8()? {
            0 => TypeSpec::Unit,
            1 => TypeSpec::Bool,
            2 => TypeSpec::Unsigned(self.bits()?),
            3 => TypeSpec::Signed(self.bits()?),
            4 => TypeSpec::Text,
            5 => TypeSpec::Bytes(self.u32()?),
            6 => TypeSpec::Option(self.boxed(depth)?),
            7 => TypeSpec::List(self.boxed(depth)?),
            8 => TypeSpec::Map(self.boxed(depth)?, self.boxed(depth)?),
            9 => TypeSpec::Tuple(self.list(|reader| reader.ty(depth))?),
            10 => TypeSpec::Named(self.text()?, self.boxed(depth)?),
            11 => TypeSpec::Struct(StructSpec { name: self.text()?, fields: self.fields(depth)? }),
            12 => {
                let name = self.text()?;
                let variants = self.list(|reader| reader.variant(depth))?;
                if variants.len() > 256 {
                    return self.malformed();
                }
                TypeSpec::Enum(EnumSpec { name, variants })
            }
            _ => return self.malformed(),
        })
    }

    fn bits(&mut self) -> Read<u8> {
        match self.u8()? {
            bits @ (8 | 16 | 32 | 64 | 128) => Ok(bits),
            _ => self.malformed(),
        }
    }

    fn boxed(&mut self, depth: u8) -> Read<Box<TypeSpec>> {
        self.ty(depth).map(Box::new)
    }

    fn fields(&mut self, depth: u8) -> Read<Vec<FieldSpec>> {
        self.list(|reader| {
            Ok(FieldSpec { name: reader.text()?, doc: reader.text()?, ty: reader.ty(depth)? })
        })
    }

    fn variant(&mut self, depth: u8) -> Read<VariantSpec> {
        Ok(VariantSpec { name: self.text()?, doc: self.text()?, fields: self.fields(depth)? })
    }

    fn readers(&mut self) -> Read<Readers> {
        self.u8().map(Readers)
    }

    fn function(&mut self) -> Read<FunctionSpec> {
        Ok(FunctionSpec {
            name: self.text()?,
            doc: self.text()?,
            input: self.fields(DEPTH_MAX)?,
            output: self.ty(DEPTH_MAX)?,
            readers: self.readers()?,
        })
    }

    fn event(&mut self) -> Read<EventSpec> {
        Ok(EventSpec {
            name: self.text()?,
            doc: self.text()?,
            fields: self.fields(DEPTH_MAX)?,
            topics: self.list(Self::text)?,
            readers: self.readers()?,
        })
    }

    fn error(&mut self) -> Read<ErrorSpec> {
        Ok(ErrorSpec {
            code: self.u32()?,
            name: self.text()?,
            doc: self.text()?,
            fields: self.fields(DEPTH_MAX)?,
        })
    }

    fn storage(&mut self) -> Read<StorageSpec> {
        Ok(StorageSpec {
            namespace: self.u16()?,
            name: self.text()?,
            kind: self.text()?,
            key: self.ty(DEPTH_MAX)?,
            value: self.ty(DEPTH_MAX)?,
        })
    }

    fn contract(&mut self) -> Read<ContractSpec> {
        Ok(ContractSpec {
            name: self.text()?,
            version: self.text()?,
            instantiate: self.ty(DEPTH_MAX)?,
            migrate: self.ty(DEPTH_MAX)?,
            execute: self.list(Self::function)?,
            query: self.list(Self::function)?,
            events: self.list(Self::event)?,
            errors: self.list(Self::error)?,
            storage: self.list(Self::storage)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::declare::{ContractSchema, ErrorSchema, FunctionSchema, StorageSchema};
    use crate::spec::{encode, encoded_len};
    use tenor_primitives::Amount;
    use tenor_primitives::schema::{FieldSchema, Schema, TypeSchema};

    const FIELDS: &[FieldSchema] =
        &[FieldSchema { name: "amount", doc: "How much.", ty: Amount::SCHEMA }];
    const SAMPLE: ContractSchema = ContractSchema {
        name: "sample",
        version: "1.2.3",
        instantiate: TypeSchema::Unit,
        migrate: TypeSchema::Option(&TypeSchema::List(&TypeSchema::Unsigned(8))),
        execute: &[FunctionSchema {
            name: "pay",
            doc: "Pays.",
            input: FIELDS,
            output: TypeSchema::Tuple(&[TypeSchema::Bool, TypeSchema::Bytes(12)]),
            readers: Readers::PUBLIC,
        }],
        query: &[],
        events: &[],
        errors: &[ErrorSchema { code: 7, name: "Short", doc: "Too little.", fields: FIELDS }],
        storage: &[StorageSchema {
            namespace: 3,
            name: "balances",
            kind: "map",
            key: TypeSchema::Text,
            value: Amount::SCHEMA,
        }],
    };
    const BYTES: [u8; encoded_len(&SAMPLE)] = encode(&SAMPLE);

    #[test]
    fn what_the_compiler_encodes_a_client_decodes() {
        let spec = decode(&BYTES).expect("decodes");
        assert_eq!((spec.name.as_str(), spec.version.as_str()), ("sample", "1.2.3"));
        assert_eq!(spec.execute[0].input[0].name, "amount");
        assert_eq!(spec.error(7).map(|e| e.name.as_str()), Some("Short"));
        assert_eq!(spec.storage[0].namespace, 3);
    }

    #[test]
    fn every_truncation_is_refused() {
        for len in 0..BYTES.len() {
            assert!(decode(&BYTES[..len]).is_err(), "{len}");
        }
        let mut longer = BYTES.to_vec();
        longer.push(0);
        assert_eq!(decode(&longer), Err(SpecError::Trailing { offset: BYTES.len() }));
    }

    #[test]
    fn endless_nesting_and_huge_counts_are_refused() {
        let mut deep = alloc::vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        deep.extend([6; 60_000]);
        assert!(matches!(decode(&deep), Err(SpecError::Malformed { .. })));
        let many = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9, 255, 255, 255, 255, 0, 0];
        assert!(matches!(decode(&many), Err(SpecError::Malformed { .. })));
        assert_eq!(decode(&[2, 0]), Err(SpecError::Version { got: 2 }));
    }
}
