//! The project's headline figures, one line each: `figure NAME VALUE UNIT`. Words choose among them:
//! `figures dvp` prints those alone.

mod arithmetic;
mod bond;
mod dvp;
mod front;
mod metering;
mod queries;
mod state;
mod upload;
mod vm;

/// Every group of figures, by the word that its names begin with.
const GROUPS: [(&str, fn()); 11] = [
    ("vm", vm::figures),
    ("metering", metering::figures),
    ("upload", upload::figures),
    ("queries", queries::figures),
    ("bond", bond::figures),
    ("arithmetic", arithmetic::figures),
    ("state", state::figures),
    ("dvp", dvp::figures),
    ("front_dev", front::dev),
    ("front_sockets", front::sockets),
    ("front_flood", front::flood),
];

fn main() {
    let chosen: Vec<String> = std::env::args().skip(1).collect();
    for (name, figures) in GROUPS {
        if chosen.is_empty() || chosen.iter().any(|word| word == name) {
            run(figures);
        }
    }
}

/// Guests run on threads with the stack that a node gives them.
fn run(figures: fn()) {
    let thread = std::thread::Builder::new().stack_size(tenor_vm::THREAD_STACK_BYTES);
    let run = thread.spawn(figures).expect("a thread starts");
    if let Err(panic) = run.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Prints one figure.
fn figure(name: &str, value: f64, unit: &str) {
    println!("figure {name} {value:.3} {unit}");
}
