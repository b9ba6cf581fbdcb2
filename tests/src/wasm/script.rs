//! Runs the directives of one script on the instrumented modules, and beside them on the modules as
//! they were.

use super::machine::{Machine, NoInstance, Run, Source, Stop};
use super::rules::{RuleSet, refused_by};
use super::tally::{Outcome, Tally};
use super::traps;
use super::values::{Value, agrees};
use std::collections::BTreeMap;
use std::path::Path;
use wasmtime::Engine;
use wast::lexer::Lexer;
use wast::parser::{ParseBuffer, parse};
use wast::token::Id;
use wast::{QuoteWat, Wast, WastArg, WastDirective, WastExecute, WastInvoke, WastRet};

/// The engines of one set of rules.
pub struct Engines {
    rules: RuleSet,
    instrumented: Engine,
    fuelled: Engine,
}

impl Engines {
    /// Engines for `rules`.
    pub fn new(rules: RuleSet) -> Self {
        Self { rules, instrumented: rules.engine(), fuelled: super::oracle::engine(rules) }
    }
}

/// Runs the script at `path`.
///
/// # Panics
/// If the file cannot be read.
pub fn run_file(path: &Path, engines: &Engines) -> Tally {
    run(&std::fs::read_to_string(path).expect("a readable script"), engines)
}

/// Runs the script `text`.
pub fn run(text: &str, engines: &Engines) -> Tally {
    let mut tally = Tally::default();
    let mut lexer = Lexer::new(text);
    // Names of the suite may hold any character.
    lexer.allow_confusing_unicode(true);
    let buffer = match ParseBuffer::new_with_lexer(lexer) {
        Ok(buffer) => buffer,
        Err(error) => {
            tally.add("the whole script", unread(&error));
            return tally;
        }
    };
    match parse::<Wast<'_>>(&buffer) {
        Ok(wast) => Script::new(engines, &mut tally).directives(text, wast),
        Err(error) => tally.add("the whole script", unread(&error)),
    }
    tally
}

/// Text that the reader of the text format does not take never gets to the virtual machine.
fn unread(error: &wast::Error) -> Outcome {
    let message = error.message();
    Outcome::Refused(format!("text: {}", message.lines().next().unwrap_or_default()))
}

/// What a name in a script stands for.
#[derive(Clone)]
enum Slot {
    /// The instance with that number.
    Instance(usize),
    /// A module that is not taken, by the rule's name.
    Refused(String),
    /// Nothing, because something went wrong that has been counted.
    Missing,
}

struct Script<'a> {
    engines: &'a Engines,
    instrumented: Machine,
    fuelled: Machine,
    last: Slot,
    named: BTreeMap<String, Slot>,
    registered: BTreeMap<String, Slot>,
    definitions: BTreeMap<Option<String>, Vec<u8>>,
    tally: &'a mut Tally,
}

fn name(id: Option<Id<'_>>) -> Option<String> {
    id.map(|id| id.name().to_owned())
}

impl<'a> Script<'a> {
    fn new(engines: &'a Engines, tally: &'a mut Tally) -> Self {
        let Engines { rules, instrumented, fuelled } = engines;
        Self {
            engines,
            instrumented: Machine::new(instrumented, *rules, true),
            fuelled: Machine::new(fuelled, *rules, false),
            last: Slot::Missing,
            named: BTreeMap::new(),
            registered: BTreeMap::new(),
            definitions: BTreeMap::new(),
            tally,
        }
    }

    fn directives(&mut self, text: &str, wast: Wast<'_>) {
        for directive in wast.directives {
            let (line, _) = directive.span().linecol_in(text);
            let outcome = self.directive(directive);
            self.tally.add(&format!("line {}", line + 1), outcome);
        }
    }

    fn directive(&mut self, directive: WastDirective<'_>) -> Outcome {
        use WastDirective as D;
        match directive {
            D::Module(mut module) => {
                let id = name(module.name());
                match module.encode() {
                    Ok(code) => self.module(id, &code),
                    Err(error) => self.fill_slot(id, Err(unread(&error))),
                }
            }
            D::ModuleDefinition(mut module) => self.definition(&mut module),
            D::ModuleInstance { instance, module, .. } => {
                match self.definitions.get(&name(module)).cloned() {
                    Some(code) => self.module(name(instance), &code),
                    None => Outcome::Failed("there is no such definition".into()),
                }
            }
            D::AssertMalformed { mut module, .. } | D::AssertInvalid { mut module, .. } => {
                self.not_a_module(&mut module)
            }
            D::Register { name: as_name, module, .. } => {
                let slot = self.slot(module);
                self.registered.insert(as_name.to_owned(), slot);
                Outcome::Done
            }
            D::Invoke(invoke) => match self.invoke(&invoke) {
                Ok(Run { results: Err(stop), .. }) => Outcome::Failed(format!("{stop:?}")),
                Ok(_) => Outcome::Done,
                Err(outcome) => outcome,
            },
            D::AssertReturn { exec, results, .. } => self.returns(exec, &results),
            D::AssertTrap { exec, message, .. } => self.traps(exec, message),
            D::AssertExhaustion { call, .. } => match self.invoke(&call) {
                Ok(Run { results: Err(stop), .. }) => judged(traps::expect_exhaustion(&stop)),
                Ok(run) => Outcome::Failed(format!("expected to run out, got {run:?}")),
                Err(outcome) => outcome,
            },
            D::AssertUnlinkable { module, .. } => self.does_not_link(module),
            D::AssertInvalidCustom { .. } | D::AssertMalformedCustom { .. } => {
                Outcome::Refused("custom sections mean nothing".into())
            }
            D::AssertException { .. }
            | D::AssertSuspension { .. }
            | D::Thread(_)
            | D::Wait { .. } => Outcome::Refused("Proposal".into()),
        }
    }

    fn slot(&self, id: Option<Id<'_>>) -> Slot {
        match name(id) {
            Some(name) => self.named.get(&name).cloned().unwrap_or(Slot::Missing),
            None => self.last.clone(),
        }
    }

    /// Makes an instance of `code` the last one, under `id` as well.
    fn module(&mut self, id: Option<String>, code: &[u8]) -> Outcome {
        let made = self.prepare(code).and_then(|wasm| {
            self.instantiate(code, &wasm).map_err(|error| match error {
                NoInstance::Dependency(rule) => Outcome::Refused(rule),
                other => Outcome::Failed(format!("{other:?}")),
            })
        });
        self.fill_slot(id, made)
    }

    /// The instrumented module of code that the standard takes.
    fn prepare(&self, code: &[u8]) -> Result<Vec<u8>, Outcome> {
        self.engines.rules.prepare(code).map_err(|refusal| match refused_by(code, &refusal) {
            Some(rule) => Outcome::Refused(rule),
            None => Outcome::Failed(refusal.to_string()),
        })
    }

    /// A module is not an assertion: that it is refused is counted by those about it.
    fn fill_slot(&mut self, id: Option<String>, made: Result<usize, Outcome>) -> Outcome {
        let (slot, outcome) = match made {
            Ok(instance) => (Slot::Instance(instance), Outcome::Done),
            Err(Outcome::Refused(rule)) => (Slot::Refused(rule), Outcome::Done),
            Err(outcome) => (Slot::Missing, outcome),
        };
        self.last = slot.clone();
        if let Some(id) = id {
            self.named.insert(id, slot);
        }
        outcome
    }

    fn definition(&mut self, module: &mut QuoteWat<'_>) -> Outcome {
        let id = name(module.name());
        match module.encode() {
            Ok(code) => {
                self.definitions.insert(None, code.clone());
                self.definitions.insert(id, code);
                Outcome::Done
            }
            Err(error) => unread(&error),
        }
    }

    /// An instance on both machines, which must agree; its number.
    fn instantiate(&mut self, code: &[u8], wasm: &[u8]) -> Result<usize, NoInstance> {
        let registered = &self.registered;
        let source = |name: &str| match registered.get(name) {
            Some(Slot::Instance(instance)) => Source::Instance(*instance),
            Some(Slot::Refused(rule)) => Source::Refused(rule.clone()),
            Some(Slot::Missing) | None => Source::Unknown,
        };
        let counted = self.instrumented.instantiate(wasm, &source);
        match (counted, self.fuelled.instantiate(code, &source)) {
            (Ok(()), Ok(())) => Ok(self.instrumented.count() - 1),
            (Err(error), Err(_)) => Err(error),
            (Ok(()), Err(error)) => {
                self.instrumented.forget_last();
                Err(NoInstance::Compile(format!("only without instrumentation: {error:?}")))
            }
            (Err(error), Ok(())) => {
                self.fuelled.forget_last();
                Err(NoInstance::Compile(format!("only with instrumentation: {error:?}")))
            }
        }
    }

    fn not_a_module(&mut self, module: &mut QuoteWat<'_>) -> Outcome {
        let code = match module.encode() {
            Ok(code) => code,
            Err(_) => return Outcome::Refused("text".into()),
        };
        match self.engines.rules.prepare(&code) {
            Err(refusal) => refused_by(&code, &refusal).map_or(Outcome::Passed, Outcome::Refused),
            Ok(_) => Outcome::Failed("the module is taken".into()),
        }
    }

    fn does_not_link(&mut self, mut module: wast::Wat<'_>) -> Outcome {
        let code = match module.encode() {
            Ok(code) => code,
            Err(error) => return unread(&error),
        };
        match self.prepare(&code).map(|wasm| self.instantiate(&code, &wasm)) {
            Err(outcome) => outcome,
            Ok(Err(NoInstance::Unlinkable(_))) => Outcome::Passed,
            Ok(Err(NoInstance::Dependency(rule))) => Outcome::Refused(rule),
            Ok(other) => Outcome::Failed(format!("expected not to link, got {other:?}")),
        }
    }

    fn traps(&mut self, exec: WastExecute<'_>, message: &str) -> Outcome {
        let stop = match exec {
            WastExecute::Invoke(invoke) => match self.invoke(&invoke) {
                Ok(run) => run.results.err(),
                Err(outcome) => return outcome,
            },
            WastExecute::Wat(mut module) => {
                let code = match module.encode() {
                    Ok(code) => code,
                    Err(error) => return unread(&error),
                };
                match self.prepare(&code).map(|wasm| self.instantiate(&code, &wasm)) {
                    Err(outcome) => return outcome,
                    Ok(Err(NoInstance::Stopped(stop))) => Some(stop),
                    Ok(Err(NoInstance::Dependency(rule))) => return Outcome::Refused(rule),
                    Ok(Err(other)) => return Outcome::Failed(format!("{other:?}")),
                    Ok(Ok(_)) => None,
                }
            }
            WastExecute::Get { .. } => None,
        };
        match stop {
            Some(stop) => judged(traps::expect(&stop, message)),
            None => Outcome::Failed(format!("expected a trap \"{message}\", got none")),
        }
    }

    fn returns(&mut self, exec: WastExecute<'_>, expected: &[WastRet<'_>]) -> Outcome {
        let got = match exec {
            WastExecute::Invoke(invoke) => match self.invoke(&invoke) {
                Ok(Run { results: Ok(values), .. }) => values,
                Ok(Run { results: Err(stop), .. }) => {
                    return Outcome::Failed(format!("expected {expected:?}, got {stop:?}"));
                }
                Err(outcome) => return outcome,
            },
            WastExecute::Get { module, global, .. } => match self.slot(module) {
                Slot::Instance(instance) => {
                    self.instrumented.global(instance, global).into_iter().collect()
                }
                slot => return no_instance(slot),
            },
            WastExecute::Wat(_) => return Outcome::Refused("Proposal".into()),
        };
        let agree: Option<Vec<bool>> =
            got.iter().zip(expected).map(|(got, expected)| agrees(*got, expected)).collect();
        match agree {
            None => Outcome::Refused("ValueType".into()),
            Some(agree) if got.len() == expected.len() && agree.iter().all(|agree| *agree) => {
                Outcome::Passed
            }
            Some(_) => Outcome::Failed(format!("expected {expected:?}, got {got:?}")),
        }
    }

    /// Invokes on both machines, which must agree; the instrumented one's run.
    fn invoke(&mut self, invoke: &WastInvoke<'_>) -> Result<Run, Outcome> {
        let Slot::Instance(instance) = self.slot(invoke.module) else {
            return Err(no_instance(self.slot(invoke.module)));
        };
        let arguments: Option<Vec<Value>> =
            invoke.args.iter().map(|argument: &WastArg<'_>| Value::argument(argument)).collect();
        let arguments = arguments.ok_or_else(|| Outcome::Refused("ValueType".into()))?;
        let run = |machine: &mut Machine| {
            machine.invoke(instance, invoke.name, &arguments).map_err(Outcome::Failed)
        };
        let (counted, plain) = (run(&mut self.instrumented)?, run(&mut self.fuelled)?);
        self.compare(&counted, &plain).map_err(Outcome::Failed)?;
        Ok(counted)
    }

    /// Whether a run of the instrumented module is one of the module as it was.
    fn compare(&mut self, counted: &Run, plain: &Run) -> Result<(), String> {
        let same = match (&counted.results, &plain.results) {
            (Ok(counted), Ok(plain)) => counted == plain,
            (Err(Stop::Trap(counted, _)), Err(Stop::Trap(plain, _))) => {
                // What the counters end, the native stack ends in the other.
                counted == plain || *plain == wasmtime::Trap::StackOverflow
            }
            _ => false,
        };
        if !same {
            return Err(format!("instrumented {counted:?}, as it was {plain:?}"));
        }
        if let (Ok(_), Some(gas), Some(fuel)) = (&counted.results, counted.used, plain.used) {
            self.tally.gas_compared += 1;
            if gas != fuel {
                return Err(format!("used {gas} gas, as it was {fuel}"));
            }
        }
        Ok(())
    }
}

fn no_instance(slot: Slot) -> Outcome {
    match slot {
        Slot::Refused(rule) => Outcome::Refused(rule),
        Slot::Missing | Slot::Instance(_) => Outcome::Failed("there is no instance".into()),
    }
}

fn judged(result: Result<(), String>) -> Outcome {
    result.map_or_else(Outcome::Failed, |()| Outcome::Passed)
}
