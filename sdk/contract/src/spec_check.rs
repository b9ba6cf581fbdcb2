//! Rules of a spec that the compiler checks when it builds a contract.

use tenor_abi::failure::RESERVED_CODES_FROM;
use tenor_abi::spec::declare::ContractSchema;
use tenor_abi::spec::{SECTION_BYTES_MAX, encoded_len};

/// Stops the build of a contract whose spec breaks a rule.
pub const fn check(spec: &ContractSchema) {
    assert!(encoded_len(spec) <= SECTION_BYTES_MAX, "the spec section is larger than 64 KiB");
    namespaces(spec);
    errors(spec);
}

const fn namespaces(spec: &ContractSchema) {
    let mut i = 0;
    while i < spec.storage.len() {
        let mut j = i + 1;
        while j < spec.storage.len() {
            let (a, b) = (spec.storage[i].namespace, spec.storage[j].namespace);
            assert!(a != b, "two containers have the same namespace");
            j += 1;
        }
        i += 1;
    }
}

const fn errors(spec: &ContractSchema) {
    let mut i = 0;
    while i < spec.errors.len() {
        let code = spec.errors[i].code;
        assert!(code > 0 && code < RESERVED_CODES_FROM, "an error's code is zero or reserved");
        let mut j = i + 1;
        while j < spec.errors.len() {
            assert!(code != spec.errors[j].code, "two errors have the same code");
            j += 1;
        }
        i += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use tenor_abi::spec::declare::{ContractSchema, ErrorSchema, StorageSchema};
    use tenor_primitives::schema::TypeSchema;
    use tenor_storage::{Item, Set};

    const A: StorageSchema = Item::<u8>::new(1, "a").schema();
    const B: StorageSchema = Set::<u8>::new(1, "b").schema();
    const FINE: ErrorSchema = ErrorSchema { code: 1, name: "Fine", doc: "", fields: &[] };
    const RESERVED: ErrorSchema = ErrorSchema { code: 0xFFFF_0000, ..FINE };
    const EMPTY: ContractSchema = ContractSchema {
        name: "empty",
        version: "1",
        instantiate: TypeSchema::Unit,
        migrate: TypeSchema::Unit,
        execute: &[],
        query: &[],
        events: &[],
        errors: &[FINE],
        storage: &[A],
    };

    #[test]
    fn a_spec_by_the_rules_passes() {
        check(&EMPTY);
    }

    #[test]
    #[should_panic(expected = "two containers have the same namespace")]
    fn a_namespace_used_twice_stops_the_build() {
        check(&ContractSchema { storage: &[A, B], ..EMPTY });
    }

    #[test]
    #[should_panic(expected = "two errors have the same code")]
    fn a_code_used_twice_stops_the_build() {
        check(&ContractSchema { errors: &[FINE, FINE], ..EMPTY });
    }

    #[test]
    #[should_panic(expected = "an error's code is zero or reserved")]
    fn a_reserved_code_stops_the_build() {
        check(&ContractSchema { errors: &[RESERVED], ..EMPTY });
    }
}
