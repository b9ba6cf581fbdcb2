//! A store with the instances of one script: either the instrumented modules, or the modules as
//! they were, counted by the engine's own fuel.

use super::rules::{GAS, RuleSet, STACK};
use super::spectest::SPECTEST;
use super::values::Value;
use tenor_vm::instrument::{Counters, GAS_EXPORT, GUEST_PREFIX, STACK_EXPORT};
use wasmtime::{Engine, Extern, Global, Instance, Module, Store, Trap, Val};
use wast::parser::{ParseBuffer, parse};

/// The name under which scripts import what the suite provides.
const SPECTEST_NAME: &str = "spectest";
/// Fuel that every invocation starts with.
const FUEL: u64 = GAS.unsigned_abs();

/// Why a run ended before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The engine's trap, with the lowest value of each counter over all instances.
    Trap(Trap, Counters),
    /// Something else, in words.
    Other(String),
}

/// A run of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its results, or why it ended.
    pub results: Result<Vec<Value>, Stop>,
    /// Gas or fuel that it used; unknown if instances took part that nobody can look into.
    pub used: Option<u64>,
}

/// Why there is no instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoInstance {
    /// The engine does not take the module.
    Compile(String),
    /// An import is missing or of another type.
    Unlinkable(String),
    /// An import comes from a module that is not taken, by the rule's name.
    Dependency(String),
    /// The start function or a segment trapped.
    Stopped(Stop),
}

/// What a name of an import stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The instance with that number.
    Instance(usize),
    /// A module that is not taken, by the rule's name.
    Refused(String),
    /// Nothing.
    Unknown,
}

/// The instances of a script in one form.
pub struct Machine {
    store: Store<()>,
    spectest: Option<Instance>,
    guests: Vec<Guest>,
    instrumented: bool,
    /// An instance that failed to start may have left functions in the tables of others.
    strangers: bool,
}

struct Guest {
    instance: Instance,
    /// Gas and stack, of an instrumented module.
    counters: Option<(Global, Global)>,
}

impl Machine {
    /// A machine without instances. `instrumented` says which form its modules have; the engine
    /// of those without counts fuel.
    ///
    /// # Panics
    /// If the engine does not take the suite's own module.
    pub fn new(engine: &Engine, rules: RuleSet, instrumented: bool) -> Self {
        let mut machine = Self {
            store: Store::new(engine, ()),
            spectest: None,
            guests: Vec::new(),
            instrumented,
            strangers: false,
        };
        machine.fill();
        if rules == RuleSet::Conformance {
            let buffer = ParseBuffer::new(SPECTEST).expect("tokens");
            let wasm = parse::<wast::Wat<'_>>(&buffer).expect("a module").encode();
            let module = Module::new(engine, wasm.expect("encodes")).expect("compiles");
            let instance = Instance::new(&mut machine.store, &module, &[]);
            machine.spectest = Some(instance.expect("imports nothing"));
        }
        machine
    }

    /// Makes an instance; `source` says what a module's name in an import stands for.
    ///
    /// # Errors
    /// Why there is none.
    pub fn instantiate(
        &mut self,
        wasm: &[u8],
        source: &dyn Fn(&str) -> Source,
    ) -> Result<(), NoInstance> {
        let module = Module::new(self.store.engine(), wasm);
        let module = module.map_err(|error| NoInstance::Compile(format!("{error:#}")))?;
        // Collected first: each needs the store.
        let names: Vec<(String, String)> = module
            .imports()
            .map(|import| (import.module().to_owned(), import.name().to_owned()))
            .collect();
        let mut externs = Vec::new();
        for (from, name) in &names {
            externs.push(self.import(from, name, source)?);
        }
        self.fill();
        let made = Instance::new(&mut self.store, &module, &externs);
        let instance = made.map_err(|error| match stop(error, Counters::default()) {
            Stop::Other(text) => NoInstance::Unlinkable(text),
            trap => {
                // What it wrote into tables stays there.
                self.strangers = true;
                NoInstance::Stopped(trap)
            }
        })?;
        let counters = self.instrumented.then(|| {
            let mut global = |name| instance.get_global(&mut self.store, name).expect("a counter");
            (global(GAS_EXPORT), global(STACK_EXPORT))
        });
        self.guests.push(Guest { instance, counters });
        Ok(())
    }

    /// How many instances there are.
    pub fn count(&self) -> usize {
        self.guests.len()
    }

    /// Takes back the newest instance, of which the other machine has none.
    pub fn forget_last(&mut self) {
        self.guests.pop();
        self.strangers = true;
    }

    fn import(
        &mut self,
        module: &str,
        name: &str,
        source: &dyn Fn(&str) -> Source,
    ) -> Result<Extern, NoInstance> {
        let found = match (source(module), self.spectest) {
            (Source::Instance(guest), _) => self.export(guest, name),
            (Source::Refused(rule), _) => return Err(NoInstance::Dependency(rule)),
            (Source::Unknown, Some(spectest)) if module == SPECTEST_NAME => {
                spectest.get_export(&mut self.store, name)
            }
            (Source::Unknown, _) => None,
        };
        found.ok_or_else(|| NoInstance::Unlinkable(format!("there is no {module} {name}")))
    }

    /// What instance `guest` exports as `name`.
    fn export(&mut self, guest: usize, name: &str) -> Option<Extern> {
        let prefix = if self.instrumented { GUEST_PREFIX } else { "" };
        self.guests[guest].instance.get_export(&mut self.store, &format!("{prefix}{name}"))
    }

    /// The value of a global; `None` if there is none or its type is not taken.
    pub fn global(&mut self, guest: usize, name: &str) -> Option<Value> {
        let global = self.export(guest, name)?.into_global()?;
        Value::of(&global.get(&mut self.store))
    }

    /// Calls an export with fresh counters.
    ///
    /// # Errors
    /// If there is no such function, or it gives back something of a type that is not taken.
    pub fn invoke(&mut self, guest: usize, name: &str, arguments: &[Value]) -> Result<Run, String> {
        let function = self.export(guest, name).and_then(Extern::into_func);
        let function = function.ok_or_else(|| format!("there is no function {name}"))?;
        let arguments: Vec<Val> = arguments.iter().map(|value| value.to_engine()).collect();
        let mut results = vec![Val::I32(0); function.ty(&self.store).results().len()];
        self.fill();
        let called = function.call(&mut self.store, &arguments, &mut results);
        let (used, lowest) = self.spent();
        let results = match called {
            Err(error) => Err(stop(error, lowest)),
            Ok(()) if lowest.stack != STACK => Err(Stop::Other(format!(
                "{} bytes of stack are not given back",
                STACK - lowest.stack
            ))),
            Ok(()) => {
                let values: Option<Vec<Value>> = results.iter().map(Value::of).collect();
                Ok(values.ok_or_else(|| format!("{name} gives a value of another type"))?)
            }
        };
        Ok(Run { results, used: (!self.strangers).then_some(used) })
    }

    /// Fills the counters of every instance.
    fn fill(&mut self) {
        for guest in &self.guests {
            let Some((gas, stack)) = guest.counters else { continue };
            gas.set(&mut self.store, Val::I64(GAS)).expect("a mutable i64");
            stack.set(&mut self.store, Val::I32(STACK)).expect("a mutable i32");
        }
        if !self.instrumented {
            self.store.set_fuel(FUEL).expect("the engine counts fuel");
        }
    }

    /// What has been used since the counters were filled, and the lowest of each.
    fn spent(&mut self) -> (u64, Counters) {
        let mut lowest = Counters { gas: GAS, stack: STACK };
        if !self.instrumented {
            let left = self.store.get_fuel().expect("the engine counts fuel");
            // One unit is for entering the export, which nobody has called. A trap loses some.
            return ((FUEL - left).saturating_sub(1), lowest);
        }
        let mut used = 0;
        for guest in &self.guests {
            let Some((gas, stack)) = guest.counters else { continue };
            let (gas, stack) = (gas.get(&mut self.store), stack.get(&mut self.store));
            let (gas, stack) = (gas.unwrap_i64(), stack.unwrap_i32());
            used += GAS.abs_diff(gas);
            lowest.gas = lowest.gas.min(gas);
            lowest.stack = lowest.stack.min(stack);
        }
        (used, lowest)
    }
}

fn stop(error: wasmtime::Error, counters: Counters) -> Stop {
    match error.downcast::<Trap>() {
        Ok(trap) => Stop::Trap(trap, counters),
        Err(error) => Stop::Other(format!("{error:#}")),
    }
}
