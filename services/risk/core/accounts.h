#pragma once

#include "events/event.h"
#include "risk/core/arithmetic.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace tapedeck::risk {

/// Which contradiction: said twice it is one.
struct DiscrepancyKey {
    std::string subject;
    std::string name;
    Seq intent;

    friend bool operator==(const DiscrepancyKey&, const DiscrepancyKey&) = default;
    friend auto operator<=>(const DiscrepancyKey&, const DiscrepancyKey&) = default;

    template <class A>
    void archive(A& a) {
        a(subject);
        a(name);
        a(intent);
    }
};

/// A contradiction between the books and the venue, until something explains it.
struct Discrepancy {
    /// Of a missing fill of an order: how much of it is still missing; 0 where no sum explains it.
    Quantity missing;
    std::uint32_t found_during = 0;  ///< the last reconciliation that had been heard of
    bool is_explained = false;

    template <class A>
    void archive(A& a) {
        a(missing);
        a(found_during);
        a(is_explained);
    }
};

/// What the tape says of one account at a venue: whether its private stream is up, when it was last
/// reconciled, and what of it is contradicted.
class VenueAccount {
public:
    /// So many are told from each other; what is found beyond them is counted.
    static constexpr std::size_t kDiscrepanciesMax = 256;

    /// Why there is no new risk on this account, for people; "" = it is ready.
    std::string obstacle(Time now, Duration max_age) const;

    /// Since the last reconciliation that counts; no value = there is none.
    Known<Decimal> age(Time now) const;

    bool is_up() const { return is_up_; }

    /// How many contradictions stand.
    std::int64_t discrepancies() const;

    /// Discrepancies that the last reconciliation found; no value = it was not complete, or came
    /// before the stream.
    Known<Decimal> last_findings() const { return last_findings_; }

    /// Orders at the venue that the tape doesn't know: counted, and in nobody's way.
    std::uint64_t external_orders() const { return external_orders_; }

    void link(bool is_up);
    void heard(std::uint32_t reconciliation);
    void reconciled(const ReconciliationCompleted& done, Time now);
    void found(const DiscrepancyFound& found);

    void found_external() { ++external_orders_; }

    void filled(const OrderFilled& fill);
    void ended(Seq intent);

    /// The operator has looked, and answers for what stands.
    void resume();

    /// What was reconciled so far says nothing any more.
    void forget_reconciliation();

    template <class A>
    void archive(A& a) {
        a(venue);
        a(is_up_);
        a(reconciled_at_);
        a(last_findings_);
        a(heard_);
        a(too_early_);
        a(discrepancies_);
        a(more_discrepancies_);
        a(external_orders_);
    }

    std::string venue;

private:
    bool is_up_ = false;
    Time reconciled_at_{};  ///< as recorded; 0 = not since the link came up
    Known<Decimal> last_findings_;
    std::uint32_t heard_ = 0;      ///< the highest reconciliation of which an answer is on the tape
    std::uint32_t too_early_ = 0;  ///< reconciliations up to this one began before they could count
    std::map<DiscrepancyKey, Discrepancy> discrepancies_;
    std::int64_t more_discrepancies_ = 0;
    std::uint64_t external_orders_ = 0;
};

/// The accounts at venues: those that the tape has ever seen a private stream of, and those that a
/// venue's process says it trades. Any other account is the paper venue's, and always ready.
class Accounts {
public:
    /// Null for an account that is at no venue.
    const VenueAccount* find(std::string_view account) const;

    void started(const ServiceStarted& started);

    /// The tape goes on under another id: all accounts must be reconciled again.
    void branched();

    void link(const AccountLinkChanged& changed);
    void heard(const VenueMessageReceived& message);
    void reconciled(const ReconciliationCompleted& done, Time now);
    void found(const DiscrepancyFound& found);
    void found_external(const ExternalOrderFound& found);
    void filled(const OrderFilled& fill);

    /// An order has come to its end, by the venue's word.
    void ended(Seq intent);

    /// The operator has looked (scope all).
    void resume();

    template <class A>
    void archive(A& a) {
        a(accounts_);
    }

private:
    VenueAccount& at(std::string_view venue, const std::string& account);

    std::map<std::string, VenueAccount, std::less<>> accounts_;
};

}  // namespace tapedeck::risk
