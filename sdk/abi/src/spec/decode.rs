//! Decoding of a spec section. The bytes come from whoever uploaded the code: lengths, depth and
//! count are bounded, and nothing is allocated ahead of the bytes that fill it.

use super::declare::Readers;
use super::owned::{
    ContractSpec, EnumSpec, ErrorSpec, EventSpec, FieldSpec, FunctionSpec, StorageSpec, StructSpec,
    TypeSpec, VariantSpec,
};
use super::{SECTION_BYTES_MAX, VERSION};
use alloc::collections::BTreeSet;
use alloc::{boxed::Box, string::String, vec::Vec};
use core::fmt;

/// The deepest nesting of types.
const DEPTH_MAX: u8 = 24;
/// The most types and variants of a spec with every reference followed: references could multiply
/// without end.
const TYPES_MAX: u32 = 1 << 16;
/// The most bytes of names and documentation with every reference followed.
const TEXT_BYTES_MAX: usize = 4 << 20;

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
    let mut reader = Reader { bytes, at: 0, defined: BTreeSet::new(), types: 0, text_bytes: 0 };
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
    /// Where structs and enums begin that have been read to their end.
    defined: BTreeSet<usize>,
    /// Types and variants read so far.
    types: u32,
    /// Bytes of text read so far.
    text_bytes: usize,
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
        self.text_bytes += len;
        if self.text_bytes > TEXT_BYTES_MAX {
            return self.malformed();
        }
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
        self.count_type()?;
        let start = self.at;
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
            11 => {
                let structure = StructSpec { name: self.text()?, fields: self.fields(depth)? };
                self.defined.insert(start);
                TypeSpec::Struct(structure)
            }
            12 => {
                let name = self.text()?;
                let variants = self.list(|reader| reader.variant(depth))?;
                if variants.len() > 256 {
                    return self.malformed();
                }
                self.defined.insert(start);
                TypeSpec::Enum(EnumSpec { name, variants })
            }
            13 => self.reference(depth)?,
            _ => return self.malformed(),
        })
    }

    /// What stands at an earlier place. Only complete types can be referred to, so references go
    /// back and end.
    fn reference(&mut self, depth: u8) -> Read<TypeSpec> {
        let offset = self.u32()?;
        let target = usize::try_from(offset).or_else(|_| self.malformed())?;
        if !self.defined.contains(&target) {
            return self.malformed();
        }
        let back = core::mem::replace(&mut self.at, target);
        let ty = self.ty(depth + 1)?;
        self.at = back;
        Ok(ty)
    }

    fn count_type(&mut self) -> Read<()> {
        self.types += 1;
        if self.types > TYPES_MAX { self.malformed() } else { Ok(()) }
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
        self.count_type()?;
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
    use tenor_primitives::schema::{FieldSchema, Schema, StructSchema, TypeSchema};

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

    const INNER: TypeSchema = TypeSchema::Struct(&StructSchema { name: "Inner", fields: FIELDS });
    const OUTER: TypeSchema = TypeSchema::Struct(&StructSchema {
        name: "Outer",
        fields: &[
            FieldSchema { name: "one", doc: "", ty: INNER },
            FieldSchema { name: "two", doc: "", ty: TypeSchema::Option(&INNER) },
        ],
    });
    const TWICE: ContractSchema =
        ContractSchema { instantiate: OUTER, migrate: TypeSchema::List(&OUTER), ..SAMPLE };
    const TWICE_BYTES: [u8; encoded_len(&TWICE)] = encode(&TWICE);

    #[test]
    fn a_type_is_written_once_and_read_everywhere() {
        let text = |bytes: &[u8], name: &str| {
            bytes.windows(name.len()).filter(|window| *window == name.as_bytes()).count()
        };
        assert_eq!((text(&TWICE_BYTES, "Inner"), text(&TWICE_BYTES, "Outer")), (1, 1));
        let spec = decode(&TWICE_BYTES).expect("decodes");
        assert_eq!(spec.migrate, TypeSpec::List(Box::new(spec.instantiate.clone())));
        let TypeSpec::Struct(outer) = spec.instantiate else { panic!("expected a struct") };
        assert_eq!(outer.fields[1].ty, TypeSpec::Option(Box::new(outer.fields[0].ty.clone())));
    }

    /// Each type refers to the one before twice: 2^40 types if followed.
    #[test]
    fn references_cannot_multiply_without_end() {
        let mut bytes = alloc::vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend([9, 40, 0, 0, 0]); // a tuple of 40 types
        let mut before = None;
        for _ in 0..40 {
            let at = u32::try_from(bytes.len()).expect("small");
            bytes.extend([11, 0, 0, 0, 0, 2, 0, 0, 0]); // a struct without name, two fields
            for _ in 0..2 {
                bytes.extend([0; 8]); // without name and doc
                match before {
                    None => bytes.push(0),
                    Some(target) => {
                        bytes.push(13);
                        bytes.extend(u32::to_le_bytes(target));
                    }
                }
            }
            before = Some(at);
        }
        assert!(matches!(decode(&bytes), Err(SpecError::Malformed { .. })));
    }

    #[test]
    fn references_go_back_to_complete_types_only() {
        let head = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let structure = [11, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13];
        for target in [0u32, 9, 10, 11, 28, 32, u32::MAX] {
            let bytes = [&head[..], &structure, &target.to_le_bytes()].concat();
            let offset = bytes.len();
            assert_eq!(decode(&bytes), Err(SpecError::Malformed { offset }), "{target}");
        }
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
