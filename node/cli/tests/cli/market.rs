//! What custodians and agents ask of a ledger with a past: the demo's, kept.

use crate::dev::{TENOR, contract};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

const US: &str = "US91282CGN56";
const DE: &str = "DE000BU22072";

/// The demo's ledger after the demo, and the demo's own output.
pub(crate) struct Kept {
    folder: TempDir,
    pub(crate) url: String,
    node: Child,
}

impl Kept {
    fn start() -> Self {
        Self::played(&[])
    }

    /// After a demo with these arguments.
    pub(crate) fn played(arguments: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder");
        let played = Command::new(TENOR)
            .args(["demo", "--data", "demo"])
            .args(arguments)
            .arg("--contracts")
            .arg(contract("cash").parent().expect("a folder"))
            .arg("--bonds")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/bonds"))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        let said = String::from_utf8_lossy(&played.stderr);
        assert!(played.status.success(), "{said}");
        std::fs::write(folder.path().join("story"), &played.stdout).expect("writes");
        let mut node = Command::new(TENOR)
            .args(["node", "run", "demo/node", "--listen", "127.0.0.1:0"])
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        BufReader::new(node.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("ready at ").expect("ready").to_owned();
        Self { folder, url, node }
    }

    fn run(&self, line: &str) -> Output {
        Command::new(TENOR)
            .args(line.split(' '))
            .env("TENOR_URL", &self.url)
            .env("TENOR_CONFIG", self.folder.path().join("demo/client"))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs")
    }

    /// A file of the client's directory.
    pub(crate) fn client_file(&self, name: &str) -> PathBuf {
        self.folder.path().join("demo/client").join(name)
    }

    #[track_caller]
    pub(crate) fn done(&self, line: &str) -> Value {
        let output = self.run(&format!("{line} --json"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}: {said}");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    #[track_caller]
    fn refused(&self, line: &str, code: i32) -> String {
        let output = self.run(line);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{line}: {said}");
        said
    }

    fn story(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("story")).expect("reads")
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = self.node.kill().and_then(|()| self.node.wait());
    }
}

fn list<'v>(value: &'v Value, name: &str) -> &'v Vec<Value> {
    value[name].as_array().unwrap_or_else(|| panic!("expected a list {name} in {value}"))
}

/// One test, because the ledger takes seconds to make.
#[test]
fn a_ledger_with_a_past_answers_what_its_parties_ask() {
    let kept = Kept::start();
    the_power_cut_was_in_the_middle(&kept.story());
    holders_see_what_they_get(&kept);
    instructions_say_what_moves(&kept);
    what_cannot_be_is_refused_before_it_is_sent(&kept);
    refusals_speak_of_money(&kept);
    signers_read_instantiations(&kept);
    a_pair_is_alleged_matched_and_cancelled(&kept);
    a_market_learns_years(&kept);
}

fn the_power_cut_was_in_the_middle(story: &str) {
    let after = |begin: &str| {
        let at = story.lines().position(|line| line.starts_with(begin));
        at.unwrap_or_else(|| panic!("expected {begin:?} in the story"))
    };
    let pay = after(&format!("$ tenor bond pay {US} --period 0 --limit 1 --as paying-agent &"));
    let (kill, found) = (after("$ kill -KILL "), after("found after the restart: "));
    assert!(pay < kill && kill < found, "started, killed, found");
    let found = story.lines().nth(found).expect("a line");
    let paid: u32 = found.split(' ').nth(4).and_then(|n| n.parse().ok()).expect("a number");
    assert!((1..5).contains(&paid) && found.contains("of 5 holders"), "{found}");
}

fn holders_see_what_they_get(kept: &Kept) {
    let period = kept.done(&format!("bond holders {DE} --period 0"));
    let holders = list(&period, "holders");
    let number = |holder: &Value, name: &str| -> u128 {
        holder[name].as_str().expect("a text").parse().expect("a number")
    };
    let sum = |name: &str| holders.iter().map(|holder| number(holder, name)).sum::<u128>();
    assert_eq!((sum("face_amount"), sum("gross")), (20_000_000_000, 451_366_120));
    assert!(sum("tax") > 0 && holders.iter().all(|holder| holder["status"] == "paid"));
    assert!(holders.iter().all(|h| number(h, "net") == number(h, "gross") - number(h, "tax")));
    let story = kept.story();
    let head = |line: &str| line.contains(" face EUR ") && line.contains(" gross interest ");
    assert!(story.lines().any(head), "the demo shows it per holder");
}

fn instructions_say_what_moves(kept: &Kept) {
    let all = kept.done("settle list");
    let all = list(&all, "instructions");
    let cedar = kept.done("settle list --account cedar");
    let cedar = list(&cedar, "instructions");
    assert!(!cedar.is_empty() && cedar.len() < all.len());
    assert!(list(&kept.done("settle list --pending"), "instructions").is_empty());
    let one = kept.done("settle status US-2 --account cedar");
    for (name, value) in [
        ("side", "receive"),
        ("isin", US),
        ("face_amount", "10000000000"),
        ("cash_amount", "9892595109"),
        ("matched_cash_amount", "9892595109"),
        ("currency", "USD"),
        ("trade_date", "2024-03-13"),
        ("counterparty", "BRCHXXBA"),
        ("state", "settled"),
    ] {
        assert_eq!(one[name], value, "{name} of {one}");
    }
    assert!(list(&kept.done("settle allegements --account cedar"), "allegements").is_empty());
}

fn what_cannot_be_is_refused_before_it_is_sent(kept: &Kept) {
    let said = kept.refused(&format!("bond fund {US} --period 3 --as issuer-us"), 2);
    assert!(said.contains("funded") && said.contains("Paid"), "{said}");
    let line = format!(
        "settle instruct --deliver --bond {US} --counterparty birch-own --trade-date 2024-01-02 \
         --settlement-date 2024-01-03 --reference D-1 --as cedar --face 100.01 --cash 100.00"
    );
    let said = kept.refused(&line, 2);
    assert!(said.contains("multiple of the denomination") && said.contains("100.00 USD"), "{said}");
}

fn refusals_speak_of_money(kept: &Kept) {
    let line = "cash transfer cash-usd alder-own 999,999,999,999.00 --reference X-1 --as cedar";
    let said = kept.refused(line, 3);
    assert!(said.contains("Insufficient") && said.contains("USD"), "{said}");
}

fn signers_read_instantiations(kept: &Kept) {
    let line = "contract instantiate cash cash-chf --registry registry --provider settlement-bank \
                --currency CHF --as operator --save chf.json";
    kept.done(&line.split_whitespace().collect::<Vec<_>>().join(" "));
    let shown = kept.done("tx show chf.json");
    let read = shown["messages"][0].as_str().expect("a line");
    assert!(read.starts_with("new instance cash-chf of cash (code 0x"), "{read}");
    assert!(read.contains("provider settlement-bank") && read.contains("currency CHF"), "{read}");
}

/// The second side asks for a cent more, within the tolerance: the deliverer's amount settles.
fn a_pair_is_alleged_matched_and_cancelled(kept: &Kept) {
    let trade = format!(
        "--bond {US} --face 100.00 --trade-date 2026-12-10 --settlement-date 2026-12-11 \
         --reference N-1"
    );
    kept.done(&format!(
        "settle instruct --deliver {trade} --cash 100.00 --counterparty birch-own --as cedar"
    ));
    let alleged = kept.done("settle allegements --account birch-own");
    let alleged = &list(&alleged, "allegements")[0];
    assert_eq!((&alleged["side"], &alleged["cash_amount"]), (&"deliver".into(), &"10000".into()));
    kept.done(&format!(
        "settle instruct --receive {trade} --cash 100.01 --counterparty cedar --as birch-own"
    ));
    let matched = kept.done("settle status N-1 --account birch-own");
    let cash = (&matched["cash_amount"], &matched["matched_cash_amount"]);
    assert_eq!(cash, (&"10001".into(), &"10000".into()), "{matched}");
    assert_eq!((&matched["state"], &matched["reason_code"]), (&"pending".into(), &"FUTU".into()));
    let asked = kept.run("settle cancel N-1 --as cedar");
    let asked = String::from_utf8_lossy(&asked.stdout).into_owned();
    assert!(asked.contains("you ask to cancel; in effect when"), "{asked}");
    let open = kept.done("settle list --pending");
    let open: Vec<_> = list(&open, "instructions").iter().map(|i| &i["cancel_requested"]).collect();
    assert_eq!(open, [true, false]);
    kept.done("settle withdraw-cancel N-1 --as cedar");
    let open = kept.done("settle list --pending");
    assert!(list(&open, "instructions").iter().all(|i| i["cancel_requested"] == false));
    for (command, is_held) in [("hold", true), ("release", false)] {
        kept.done(&format!("settle {command} N-1 --as cedar"));
        let shown = kept.done("settle status N-1 --account cedar");
        assert_eq!(shown["on_hold"], is_held, "{command}: {shown}");
    }
    kept.done("settle cancel N-1 --as cedar");
    let both = kept.done("settle cancel N-1 --as birch-own");
    assert_eq!(both["cancelled"], true);
    let paid = kept.run("cash transfer cash-usd alder-own 1.00 --reference T-9 --as cedar");
    let paid = String::from_utf8_lossy(&paid.stdout).into_owned();
    assert!(paid.contains("Transferred (") && paid.contains("amount 1.00 USD"), "{paid}");
}

/// Officers of the demo append two years to a calendar whose rules end with 2100.
fn a_market_learns_years(kept: &Kept) {
    let days = "# As gazetted\n2102-01-02 New Year, observed\n2101-01-03\n";
    std::fs::write(kept.folder.path().join("days.txt"), days).expect("writes");
    let extend = |years: &str| {
        format!("registry extend-market HONGKONG {years} --holidays days.txt --as registrar")
    };
    let short = kept.refused(&extend("2101-2101"), 7);
    assert!(short.contains("days.txt") && short.contains("first_year and last_year"), "{short}");
    let overlap = kept.done(&extend("2099-2102"))["proposal"].to_string();
    let said = kept.refused(&format!("registry confirm {overlap} --as operator"), 3);
    assert!(said.contains("InvalidYears") && said.contains("2101"), "{said}");
    kept.done(&format!("registry withdraw {overlap} --as registrar"));
    kept.refused(&format!("registry show {overlap}"), 2);
    let proposal = kept.done(&extend("2101-2102"))["proposal"].to_string();
    kept.done(&format!("registry confirm {proposal} --as operator"));
    let known = "contract query registry market_years --market HONGKONG --limit 10";
    let known = kept.done(known).to_string();
    assert!(known.contains("2101-01-03") && known.contains("2102-01-02"), "{known}");
}
