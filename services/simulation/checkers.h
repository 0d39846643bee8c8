#pragma once

#include "base/instrument.h"
#include "base/money.h"
#include "events/event.h"
#include "simulation/oracle.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

/// What the tape must say of itself, folded once more by other code than the deciders'.
namespace tapedeck::simulation {

/// Positions are the sum of fills; cash is the sum of deposits, sales, purchases and fees, exactly.
/// Nobody sells what he has not, or spends what he has not.
class BooksChecker {
public:
    explicit BooksChecker(Verdict& verdict) : verdict_(verdict) {}

    void take(const Recorded& recorded);

    /// The tape has come to rest: every fill has been stated.
    void finish();

private:
    struct Stated {
        Quantity quantity;
        Quantity account_quantity;
        Money cash;
    };

    using Position = std::tuple<std::string, Instrument, std::string>;

    void take(const OrderFilled& fill, Seq seq);
    void take(const PositionChanged& changed, Seq seq);
    void check_exposure(const OrderFilled& fill, Seq seq);

    Verdict& verdict_;
    std::map<Position, Quantity> positions_;
    std::map<std::pair<std::string, Instrument>, Quantity> held_;
    std::map<std::pair<std::string, std::string>, Money> cash_;
    std::map<Instrument, Price> prices_;
    std::set<std::tuple<std::string, Instrument, std::string, Side>> trades_;
    std::map<Seq, Stated> unstated_;
};

/// Each target has a verdict, each order an approval and a rule that allowed it, no order is filled
/// beyond its terms, and after a kill nobody enters.
class OrdersChecker {
public:
    explicit OrdersChecker(Verdict& verdict) : verdict_(verdict) {}

    void take(const Recorded& recorded);

    /// The tape has come to rest: no target waits.
    void finish();

private:
    struct Approval {
        OrderTerms terms;
        bool is_used = false;
    };

    struct Order {
        OrderTerms terms;
        Quantity most;  ///< the largest quantity that its terms have ever had
        Quantity filled;
        bool is_over = false;
    };

    void take(const OrderApproved& approved, const Recorded& recorded);
    void take(const OrderDenied& denied, const Recorded& recorded);
    void take(const OrderIntended& intended, const Recorded& recorded);
    void take(const OrderFilled& fill, const Recorded& recorded);
    void end(Seq intent, const Recorded& recorded);
    void say(const Recorded& recorded, const std::string& what);

    Verdict& verdict_;
    std::set<Seq> targets_;  ///< without a verdict
    std::map<Seq, Approval> approvals_;
    std::map<Seq, Order> orders_;
    std::optional<Seq> killed_;
    Seq released_;
};

}  // namespace tapedeck::simulation
