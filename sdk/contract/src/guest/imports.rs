//! The host functions as wasm imports, from the one table.
#![allow(unsafe_code)]

/// Declares each row as an import; the table's documentation is theirs.
macro_rules! declare_imports {
    ($($variant:ident $name:literal ($($param:ident : $type:tt),*) -> $result:tt, $doc:literal;)*) => {
        // The module's name is `tenor_abi::host::IMPORT_MODULE`.
        #[link(wasm_import_module = "env")]
        #[allow(non_snake_case)]
        unsafe extern "C" {
            $(
                #[doc = $doc]
                #[link_name = $name]
                pub(super) fn $variant($($param: $type),*) -> $result;
            )*
        }
    };
}

tenor_abi::host_table!(declare_imports);
