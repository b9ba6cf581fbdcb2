//! Every scenario of the reference contracts, on native functions and on the compiled modules, with
//! results, events and storage compared.

use tenor_testing::{Chain, Engine};
use tenor_tests::parity::on_both;
use tenor_tests::scenarios::{self, CONTRACTS};

fn both(body: fn(&mut Chain)) {
    on_both(CONTRACTS, None, body);
}

macro_rules! scenarios {
    ($($module:ident: $($name:ident),* $(,)?;)*) => {$(
        mod $module {
            use super::{both, scenarios};
            $(
                #[test]
                fn $name() {
                    both(scenarios::$module::$name);
                }
            )*
        }
    )*};
}

scenarios! {
    registry:
        dual_control,
        refused_actions,
        dismissed_officer,
        ledger_date,
        proposals_expire,
        a_listing_is_what_it_lists,
        a_bic_is_one_partys,
        no_officer_has_a_veto,
        a_change_of_an_account_is_documented,
    ;
    cash:
        sender_is_receiver,
        refused_payments,
        freeze,
        eligibility,
        holds,
        expired_holds,
        supply,
        agents_need_two_sides,
        holds_of_a_dismissed_agent,
        a_dismissed_officers_half,
        settlement_is_a_listed_contract,
        appointments_expire,
    ;
    issuance:
        sold_out_after_record,
        trade_in_the_second_of_the_cut_off,
        two_record_dates_without_a_trade,
        a_record_date_without_business,
        held_units_count_for_their_owner,
        acceptance,
        refused_drafts,
        book,
        closing_per_allottee,
        closing_all_or_nothing,
        free_transfers,
        without_free_transfers,
        instances_have_no_account_of_their_own,
        units_held_for_a_dismissed_agent,
    ;
    closing:
        nothing_closes_after_the_first_record,
        no_freeze_after_the_first_record,
        all_or_nothing_is_given_up,
        an_unconfirmed_book_ends,
        cash_behind_orders_is_given_back,
        cash_held_by_mistake_comes_back,
        all_or_nothing_is_as_large_as_one_call,
        orders_that_could_never_close,
        who_pays_late_pays_the_interest,
        nothing_closes_after_thirty_days,
        an_allotment_goes_to_another,
        an_order_is_at_most_what_is_sold,
        thirty_days_end_on_a_business_day,
    ;
    allocation:
        the_issuer_confirms_one_allocation,
        a_confirmed_allotment_binds,
        a_stopped_allottee_binds_nobody,
        a_reopened_book_is_given_up,
        per_allottee_nothing_is_reopened,
        nothing_is_confirmed_before_the_listing,
    ;
    cover:
        a_hold_of_cash_is_raised,
        a_hold_of_units_is_raised,
        all_or_nothing_closes_a_day_late,
        cover_for_the_last_day_is_enough,
    ;
    drafts:
        the_payer_is_part_of_the_draft,
        the_cash_is_the_listed_one,
        agents_after_the_draft,
        a_registrar_out_of_office,
        settlement_is_a_listed_contract,
        an_isin_is_one_instance,
        the_issue_date_is_a_business_day,
        the_proceeds_can_be_received,
        record_dates_lie_between_issue_and_payment,
        a_bond_of_many_payments,
    ;
    settlement:
        lack_of_cash,
        lack_of_securities,
        dates_and_cut_off,
        pages,
        tolerance,
        allegement_and_unilateral_cancel,
        bilateral_cancel,
        hold_and_release,
        replayed_reference,
        both_legs_to_one_account,
        frozen_account,
        wrong_fields,
    ;
    coupon:
        sold_between_record_and_payment,
        underfunded,
        release_needs_date_and_agent,
        frozen_holder_goes_to_escrow,
        pages,
        rounding_residue,
        amortising,
        excess,
        held_units_are_redeemed,
        redemption_needs_the_appointment,
        an_instance_that_nobody_appointed,
        a_successor_pays_what_is_left,
        nobody_is_paid_twice,
        no_dismissal_while_it_pays,
        a_rival_learns_nothing,
        units_of_the_coupon_instance,
        a_late_payment_does_not_stop_the_next,
        funding_is_atomic,
    ;
    offices:
        read_what_their_work_needs,
    ;
    queue:
        uncovered_pairs_are_passed_over,
        dating_back_gives_no_place,
        failing_pairs_expire,
        holding_back_cancels_nothing,
        a_match_behind_a_hundred,
        calls_that_run_out_cancel_nothing,
        a_wish_to_cancel_is_taken_back,
        tolerances_are_bounded,
        a_calendar_that_runs_out,
        a_suspended_bond_waits,
        a_suspension_cancels_nothing,
    ;
    lateness:
        due_on_the_next_business_day,
        a_late_release_is_noted,
        funding_without_holders_comes_back,
        a_blocked_tax_account_stops_nobody,
        an_instance_takes_no_tax,
        anyone_releases_what_is_late,
        grace_ends_on_a_business_day,
        nothing_is_paid_by_itself,
        unpaid_payments_do_not_stop_the_last,
    ;
    roles:
        registry_and_cash,
        a_bond_being_made,
        a_living_bond,
    ;
    random:
        one_seed,
    ;
    life:
        from_issue_to_redemption,
    ;
}

/// Seeds of the random play; a failure names its seed.
const SEEDS: u64 = 40;
/// Steps of each.
const STEPS: u32 = 80;

#[test]
fn random_play_agrees_with_the_model() {
    for seed in 0..SEEDS {
        let mut chain = Chain::new(Engine::native(CONTRACTS));
        scenarios::random::play(&mut chain, seed, STEPS);
    }
}
