//! Commands that pages show.

use tenor_tests::workspace;

/// A command on a page, with what the page shows as its output.
#[derive(Debug)]
pub(crate) struct Shown {
    /// Counted from 1.
    pub(crate) line_number: usize,
    /// The block of code it stands in, counted from 0.
    pub(crate) block: usize,
    pub(crate) command: String,
    pub(crate) output: Vec<String>,
}

/// A page of this repository.
///
/// # Panics
/// If there is none of this name.
pub(crate) fn page(name: &str) -> String {
    let path = workspace::root().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every page that people read, by its name.
pub(crate) fn pages() -> Vec<(String, String)> {
    let top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(str::to_owned);
    let docs = std::fs::read_dir(workspace::root().join("docs")).expect("docs is a folder");
    let docs = docs.map(|entry| entry.expect("a readable entry").file_name());
    let docs = docs.map(|name| format!("docs/{}", name.to_string_lossy()));
    let names = top.into_iter().chain(docs.filter(|name| name.ends_with(".md")));
    names.map(|name| (name.clone(), page(&name))).collect()
}

/// The lines of a page's blocks of code: block, line number, text.
pub(crate) fn code(text: &str) -> Vec<(usize, usize, &str)> {
    let (mut lines, mut fences) = (Vec::new(), 0);
    for (index, line) in text.lines().enumerate() {
        if line.starts_with("```") {
            fences += 1;
        } else if fences % 2 == 1 {
            lines.push((fences / 2, index + 1, line));
        }
    }
    lines
}

/// The commands of a page after a prompt, each with what follows it in its block.
pub(crate) fn prompts(text: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    for (block, line_number, line) in code(text) {
        if let Some(command) = line.strip_prefix("$ ") {
            let command = command.to_owned();
            all.push(Shown { line_number, block, command, output: Vec::new() });
        } else if let Some(last) = all.last_mut().filter(|last| last.block == block) {
            last.output.push(line.to_owned());
        }
    }
    all
}

/// What a text outside its blocks of code sets in backticks.
pub(crate) fn in_backticks(text: &str) -> Vec<String> {
    let outside: Vec<&str> = text.split("```").step_by(2).collect();
    let joined = outside.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    joined.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Lines with `N` for the number of a block.
pub(crate) fn without_heights(lines: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    lines.map(|line| {
        let mut words: Vec<&str> = line.split(' ').collect();
        for at in 1..words.len() {
            if words[at - 1] == "block" && words[at].parse::<u64>().is_ok() {
                words[at] = "N";
            }
        }
        words.join(" ")
    })
}
