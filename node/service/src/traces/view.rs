//! A trace as the API shows it.

use super::reader::Reader;
use tenor_abi::EntryPoint;
use tenor_abi::spec::ContractSpec;
use tenor_client::api::{
    CallView, EndView, GasView, HexBytes, HostView, MessageTraceView, PlaceView, ReceiptView,
    StepView, TraceView,
};
use tenor_executor::trace::{
    CallEnd, CallTrace, CodePlace, GasByClass, HostStep, Stop, TraceStep, TransactionTrace,
};
use tenor_primitives::{Hash, Height, TransactionStatus};

/// Shows a trace: `position` is the transaction's block and its place there, `specs` gives the spec of
/// a code, if it has one.
pub fn trace_view(
    trace: &TransactionTrace,
    position: Option<(Height, u32)>,
    specs: &dyn Fn(&Hash) -> Option<ContractSpec>,
) -> TraceView {
    let calls = trace.messages.iter().filter_map(|message| message.call.as_ref());
    let reader = Reader::new(calls, specs);
    let message = |message: &tenor_executor::trace::MessageTrace| MessageTraceView {
        gas_used: message.gas_used,
        call: message.call.as_ref().map(|traced| call(&reader, traced)),
    };
    let refusal = match &trace.receipt.status {
        TransactionStatus::Reverted { failure, .. } => Some(reader.refusal(failure)),
        TransactionStatus::Success | TransactionStatus::Halted { .. } => None,
    };
    TraceView {
        receipt: ReceiptView::new(&trace.receipt, position),
        refusal,
        intrinsic_gas: trace.intrinsic_gas,
        messages: trace.messages.iter().map(message).collect(),
        events: trace.receipt.events.iter().map(|event| reader.event(event)).collect(),
        changes: trace.changes.iter().map(|change| reader.change(change)).collect(),
        steps_omitted: trace.steps_omitted,
    }
}

fn call(reader: &Reader, traced: &CallTrace) -> CallView {
    let spec = traced.code_hash.and_then(|code_hash| reader.spec_of_code(&code_hash));
    let read = reader.input(spec, traced.entry, &traced.payload);
    CallView {
        contract: traced.contract,
        name: spec.map(|spec| spec.name.clone()),
        code_hash: traced.code_hash,
        caller: traced.caller,
        entry: traced.entry.export().into(),
        function: read.function.map(|function| function.name.clone()),
        arguments: read.arguments,
        payload: HexBytes(traced.payload.clone()),
        gas_limit: traced.gas_limit,
        gas_used: traced.gas_used,
        own_gas: gas(&traced.own_gas),
        steps: traced.steps.iter().map(|each| step(reader, spec, each)).collect(),
        end: match &traced.end {
            CallEnd::Returned(output) => EndView::Returned {
                value: read.function.and_then(|function| reader.output(function, output)),
                output: HexBytes(output.clone()),
            },
            CallEnd::Failed(failure) => EndView::Failed(reader.refusal(failure)),
            CallEnd::Halted(code) => EndView::Halted { name: format!("{code:?}") },
            CallEnd::Fatal => EndView::Halted { name: "Fatal".into() },
        },
        places: traced.places.iter().map(place).collect(),
    }
}

fn step(reader: &Reader, spec: Option<&ContractSpec>, step: &TraceStep) -> StepView {
    match step {
        TraceStep::Call(inner) => StepView::Call(Box::new(call(reader, inner))),
        TraceStep::Host(step) => StepView::Host(host(spec, step)),
    }
}

fn host(spec: Option<&ContractSpec>, step: &HostStep) -> HostView {
    let namespace = step.namespace.and_then(|namespace| u16::try_from(namespace).ok());
    let storage = namespace.and_then(|namespace| super::reader::storage(spec?, namespace));
    let key = step.key.as_deref();
    HostView {
        function: step.function.name().into(),
        namespace: step.namespace,
        storage: storage.map(|storage| storage.name.clone()),
        key: key.map(HexBytes::from),
        key_value: storage.zip(key).and_then(|(storage, key)| super::reader::key(storage, key)),
        text: step.text.clone(),
        given_bytes: step.given_bytes,
        got_bytes: step.got_bytes,
        gas: step.gas,
        stopped: step.stopped.map(|stop| match stop {
            Stop::Failed => "Failed".into(),
            Stop::Halted(code) => format!("{code:?}"),
            Stop::Fatal => "Fatal".into(),
        }),
    }
}

fn gas(own: &GasByClass) -> GasView {
    let GasByClass { instructions, storage, events, hashing, calls, data } = *own;
    GasView { instructions, storage, events, hashing, calls, data }
}

fn place(place: &CodePlace) -> PlaceView {
    let CodePlace { function, name, offset } = place.clone();
    PlaceView { function, name, offset, source: Vec::new() }
}

/// Whether inputs of this entry point name a function.
pub(super) fn functions(
    spec: &ContractSpec,
    entry: EntryPoint,
) -> Option<&[tenor_abi::spec::FunctionSpec]> {
    match entry {
        EntryPoint::Execute => Some(&spec.execute),
        EntryPoint::Query => Some(&spec.query),
        EntryPoint::Instantiate | EntryPoint::Migrate => None,
    }
}
