//! Conformance to vectors that nobody on this project wrote.
//!
//! The folder is given by the environment variable `TENOR_VECTORS`; without it there is nothing to
//! run, and the tests say so. Each test prints what passed, what is not supported and why, and fails
//! on everything else.

mod actus;
mod bdc;
mod bond_terms;
mod bonds;
mod daycount;
mod exact;
mod exact_terms;
#[cfg(feature = "pricing")]
mod pricing;
mod report;
mod schedule;

use report::Report;

#[test]
fn day_counts_of_strata_and_quantlib() {
    Report::of_file("finance/daycount.json", "vectors", daycount::check);
}

#[test]
fn day_counts_of_daml_finance() {
    Report::of_file("finance/daycount_daml.json", "vectors", daycount::check_daml);
}

#[test]
fn periodic_schedules() {
    Report::of_file("finance/schedule.json", "vectors", schedule::check);
}

#[test]
fn business_day_adjustment() {
    Report::of_file("finance/bdc.json", "vectors", bdc::check);
}

#[test]
fn bonds() {
    Report::of_file("finance/bonds.json", "vectors", bonds::check);
}

#[test]
fn actus_bullet_contracts() {
    actus::run("actus/actus-tests-pam.json");
}

#[test]
fn actus_linear_amortisers() {
    actus::run("actus/actus-tests-lam.json");
}

#[test]
fn actus_negative_amortisers() {
    actus::run("actus/actus-tests-nam.json");
}

#[test]
fn actus_exotic_amortisers() {
    actus::run("actus/actus-tests-lax.json");
}

#[test]
fn actus_contracts_that_are_no_bonds() {
    actus::run("actus/actus-tests-swppv.json");
    actus::run("actus/actus-tests-ump.json");
}

#[test]
fn actus_annuities() {
    actus::run("actus/actus-tests-ann.json");
}
