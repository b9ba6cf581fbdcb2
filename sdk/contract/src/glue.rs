//! The one macro a contract ends with.

/// Lists a contract's parts and makes it one: its spec, its entry points in wasm, its table of
/// functions natively.
///
/// ```
/// use tenor_sdk::prelude::*;
///
/// /// The functions that change state.
/// #[derive(BorshSerialize, BorshDeserialize, Functions)]
/// #[functions(execute)]
/// pub enum ExecuteMsg {
///     /// Sets the level; returns the one before.
///     #[returns(u64)]
///     Set { level: u64 },
/// }
///
/// /// The functions that read state.
/// #[derive(BorshSerialize, BorshDeserialize, Functions)]
/// #[functions(query)]
/// pub enum QueryMsg {
///     /// The level.
///     #[returns(u64)]
///     #[readers(public)]
///     Level,
/// }
///
/// /// The level was set.
/// #[derive(BorshSerialize, BorshDeserialize, Event)]
/// #[readers(public)]
/// pub struct LevelSet {
///     /// The new level.
///     pub level: u64,
/// }
///
/// /// Why the contract refuses.
/// #[derive(ContractError)]
/// pub enum LevelError {
///     /// The level is as it was; give another.
///     #[error(code = 1)]
///     Unchanged,
/// }
///
/// const LEVEL: Item<u64> = Item::new(0, "level");
///
/// fn instantiate(ctx: &mut Context, level: u64) -> Result<()> {
///     Ok(LEVEL.save(ctx, &level)?)
/// }
///
/// fn execute(ctx: &mut Context, message: ExecuteMsg) -> Result<Response> {
///     let ExecuteMsg::Set { level } = message;
///     let before = LEVEL.load(ctx)?;
///     ctx.require(level != before, LevelError::Unchanged)?;
///     LEVEL.save(ctx, &level)?;
///     ctx.emit(&LevelSet { level });
///     reply(before)
/// }
///
/// fn query(ctx: &QueryContext, QueryMsg::Level: QueryMsg) -> Result<Response> {
///     reply(LEVEL.load(ctx)?)
/// }
///
/// contract! {
///     name: "level",
///     instantiate: instantiate(u64),
///     execute: execute(ExecuteMsg),
///     query: query(QueryMsg),
///     events: [LevelSet],
///     errors: LevelError,
///     storage: &[LEVEL.schema()],
/// }
/// # fn main() {}
/// ```
///
/// A contract that can be migrated to has `migrate: migrate(MigrateMsg),` after `query`.
///
/// It writes `pub const SPEC: ContractSchema`, `pub const SPEC_SECTION: &[u8]`, and natively
/// `pub const NATIVE: NativeContract`. The build stops if two containers share a namespace, or two
/// errors a code.
#[macro_export]
macro_rules! contract {
    (
        name: $name:literal,
        instantiate: $instantiate:ident($instantiate_message:ty),
        execute: $execute:ident($execute_message:ty),
        query: $query:ident($query_message:ty),
        $(migrate: $migrate:ident($migrate_message:ty),)?
        events: [$($event:ty),* $(,)?],
        errors: $errors:ty,
        storage: $storage:expr $(,)?
    ) => {
        /// The contract's description of itself.
        pub const SPEC: $crate::macro_support::ContractSchema = {
            use $crate::macro_support::{ContractSchema, ErrorType, EventType, Functions, Schema, TypeSchema};
            #[allow(unused_mut, unused_assignments)]
            let mut migrate = TypeSchema::Unit;
            $(migrate = <$migrate_message as Schema>::SCHEMA;)?
            ContractSchema {
                name: $name,
                version: ::core::env!("CARGO_PKG_VERSION"),
                instantiate: <$instantiate_message as Schema>::SCHEMA,
                migrate,
                execute: <$execute_message as Functions>::FUNCTIONS,
                query: <$query_message as Functions>::FUNCTIONS,
                events: &[$(<$event as EventType>::EVENT),*],
                errors: <$errors as ErrorType>::ERRORS,
                storage: $storage,
            }
        };

        const _: () = $crate::macro_support::check(&SPEC);

        /// [`SPEC`] as the module's custom section carries it.
        pub const SPEC_SECTION: &[u8] =
            &$crate::macro_support::encode::<{ $crate::macro_support::encoded_len(&SPEC) }>(&SPEC);

        mod entry_points {
            use super::*;
            use $crate::macro_support::{Host, run_execute, run_query, run_setup};

            pub(super) fn instantiate(host: Host<'_>) -> $crate::Result<()> {
                run_setup::<$instantiate_message, _>(host, super::$instantiate)
            }

            pub(super) fn execute(host: Host<'_>) -> $crate::Result<()> {
                run_execute::<$execute_message, _>(host, super::$execute)
            }

            pub(super) fn query(host: Host<'_>) -> $crate::Result<()> {
                run_query::<$query_message, _>(host, super::$query)
            }

            $(
                pub(super) fn migrate(host: Host<'_>) -> $crate::Result<()> {
                    run_setup::<$migrate_message, _>(host, super::$migrate)
                }
            )?
        }

        $crate::contract_exports!($($migrate)?);
    };
}

/// The exports of a wasm module; part of [`contract!`].
#[doc(hidden)]
#[cfg(target_arch = "wasm32")]
#[macro_export]
macro_rules! contract_exports {
    ($($migrate:ident)?) => {
        // Exported names and sections are what the lint calls unsafe here; no code is.
        #[allow(unsafe_code)]
        mod exports {
            use super::entry_points;
            use $crate::macro_support::run_guest;

            // Not `#[used]`: that would keep a second copy in the module's memory.
            #[unsafe(link_section = "tenor.spec")]
            static SPEC: [u8; super::SPEC_SECTION.len()] =
                *super::SPEC_SECTION.first_chunk().expect("the section's own length");

            #[unsafe(no_mangle)]
            extern "C" fn instantiate() {
                run_guest(entry_points::instantiate);
            }

            #[unsafe(no_mangle)]
            extern "C" fn execute() {
                run_guest(entry_points::execute);
            }

            #[unsafe(no_mangle)]
            extern "C" fn query() {
                run_guest(entry_points::query);
            }

            $(
                #[unsafe(export_name = "migrate")]
                extern "C" fn $migrate() {
                    run_guest(entry_points::migrate);
                }
            )?
        }
    };
}

/// The table of functions of a native contract; part of [`contract!`].
#[doc(hidden)]
#[cfg(not(target_arch = "wasm32"))]
#[macro_export]
macro_rules! contract_exports {
    ($($migrate:ident)?) => {
        /// The contract's entry points as functions, for native tests.
        pub const NATIVE: $crate::NativeContract = {
            use $crate::macro_support::run_native;
            #[allow(unused_mut, unused_assignments)]
            let mut migrate: Option<$crate::NativeEntry> = None;
            $(
                const _: &str = stringify!($migrate);
                migrate = Some(|host| run_native(host, entry_points::migrate));
            )?
            $crate::NativeContract {
                spec: &SPEC,
                spec_section: SPEC_SECTION,
                instantiate: |host| run_native(host, entry_points::instantiate),
                execute: |host| run_native(host, entry_points::execute),
                query: |host| run_native(host, entry_points::query),
                migrate,
            }
        };
    };
}
