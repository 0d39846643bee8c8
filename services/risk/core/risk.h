#pragma once

#include "events/decider.h"
#include "risk/core/accounts.h"
#include "risk/core/book.h"
#include "risk/core/controls.h"
#include "risk/core/fills.h"
#include "risk/core/health.h"
#include "risk/core/policy.h"
#include "risk/core/portfolio.h"
#include "risk/core/settings.h"
#include "risk/core/stages.h"

#include <optional>
#include <string>
#include <vector>

namespace tapedeck::risk {

/// How much of one limit is used; for the command line and the dashboard.
struct Utilisation {
    DenyCode code = DenyCode::Killed;
    std::string name;  ///< the setting's key, with the instrument, venue or strategy where one has
    std::optional<Decimal> value;
    std::optional<Decimal> limit;
};

/// The UTC day so far.
struct DayStats {
    std::int64_t day = 0;  ///< days since 1970-01-01
    Known<Money> start_equity;
    Known<Money> result;  ///< equity now minus at the start, deposits apart
    std::int64_t entries = 0;
    std::int64_t orders = 0;
    std::int64_t fills = 0;
};

/// An order that is not over, with what is set aside for it.
struct Reservation {
    Seq approved;
    Seq intent;  ///< 0 = not intended yet
    OrderTerms terms;
    Quantity filled;
    Money reserved;
    bool unknown = false;
};

/// The roll-out as of the last record.
struct StageReport {
    const Stage* present = nullptr;  ///< null = there are no stages, or risk has not stated one yet
    const Stage* next = nullptr;     ///< null = the present one is the last
    const Stage* previous = nullptr;  ///< null = it is the first
    Time since{};
    std::vector<StageGate> gates;  ///< of the present one
};

/// Risk: turns targets into orders or denials, keeps every position protected, and stops it all
/// when a limit of the portfolio is reached. Reading order: check_entry() in policy.cpp is the
/// policy on one screen; then decide() and next_step() here, which say what and when; then apply().
class Risk final : public Decider {
public:
    static constexpr std::string_view kService = "risk";

    void apply(const Recorded& recorded) override;
    void decide(const Recorded& recorded, Outbox& out) const override;
    void save(StateWriter& writer) const override;
    bool load(StateReader& reader) override;

    // What the command line shows, as of the last record.
    std::vector<Utilisation> utilisation() const;
    DayStats day() const;
    std::vector<Reservation> reservations() const;

    Known<Money> equity() const { return portfolio_.equity(); }

    /// Below the peak, as a share of it.
    Known<Ratio> drawdown() const;

    bool is_killed() const { return controls_.is_killed(); }

    const std::map<Controls::Key, Pause>& pauses() const { return controls_.pauses(); }

    const std::map<DenyCode, Trip>& emergency_stops() const { return book_.trips; }

    /// What stands against new risk in the stack itself.
    const Health& health() const { return health_; }

    /// Our account at its venue; null for the paper account.
    const VenueAccount* venue_account() const { return accounts_.find(policy_.account); }

    /// What of that account stands against new risk now, for people; "" = nothing.
    std::string account_obstacle() const;

    /// Points into policy().
    StageReport stage() const;

    const Policy& policy() const { return policy_; }

    template <class A>
    void archive(A& a) {
        a(settings_);
        a(portfolio_);
        a(book_);
        a(controls_);
        a(health_);
        a(accounts_);
        a(run_);
        a(fills_);
        a(now_);
    }

private:
    class Turn;

    void apply_surroundings(const Recorded& recorded, Time before);
    void configure(const ServiceStarted& started);
    void priced(const Instrument& instrument, Price price, Time data_time);
    void filled(const OrderFilled& fill);
    void ended(Seq intent, bool refused);
    void resolved(const OrderResolved& resolved);
    void resumed(const TradingResumed& resumed);
    void found(const DiscrepancyFound& found, Seq seq);
    void deposited(const CashDeposited& deposited);

    std::vector<Utilisation> account_utilisation() const;
    std::vector<Utilisation> stage_utilisation() const;

    bool is_called(const Recorded& recorded) const;
    Event judge(const Book& book, const Key& key, const Wanted& wanted) const;
    OrderApproved entry_order(const Case& c) const;
    OrderApproved close_order(
        const Key& key, const Holding& holding, OrderPurpose purpose, Quantity quantity) const;

    std::optional<Event> next_emergency(const Book& book) const;
    std::optional<Event> next_stage(const Book& book) const;
    Event answer(const Book& book, Seq order, const std::string& wanted) const;
    std::vector<StageGate> gates(const Book& book, const Stage& present) const;
    std::optional<Event> next_step(
        const Book& book, const Key& key, const Holding& holding, Seq seq) const;
    bool is_entry_unwanted(const Book& book, const Key& key, const Holding& holding) const;
    std::string_view reason_to_flatten(
        const Book& book, const Key& key, const Holding& holding, const OpenOrder* stop) const;

    std::map<std::string, std::string, std::less<>> settings_;
    Policy policy_ = Policy::read({});
    Portfolio portfolio_;
    Book book_;
    Controls controls_;
    Health health_;
    Accounts accounts_;
    StageRun run_;
    Fills fills_;
    Time now_{};  ///< of the last record
};

}  // namespace tapedeck::risk
