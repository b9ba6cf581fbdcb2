//! The project's headline figures, one line each: `figure NAME VALUE UNIT`.

mod vm;

fn main() {
    // Guests run on threads with the stack that a node gives them.
    let thread = std::thread::Builder::new().stack_size(tenor_vm::THREAD_STACK_BYTES);
    let run = thread.spawn(vm::figures).expect("a thread starts");
    if let Err(panic) = run.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Prints one figure.
fn figure(name: &str, value: f64, unit: &str) {
    println!("figure {name} {value:.3} {unit}");
}
