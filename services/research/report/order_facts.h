#pragma once

#include "base/money.h"
#include "base/seq.h"
#include "base/time.h"
#include "events/event.h"
#include "research/report/report.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tapedeck::research {

/// What is known of an order when it fills: why there is one, and what was expected of it.
struct OrderFacts {
    Seq target;
    OrderPurpose purpose = OrderPurpose::Entry;
    OrderType type = OrderType::Market;
    std::string reason;
    std::optional<Price> stop_price;
    std::optional<Price> take_profit_price;
    std::optional<Price> reference;  ///< decided on: the target's price, or the trigger
    std::optional<Price> arrival;    ///< the mark when it was intended
    Quantity ordered;
    Quantity filled;
    double arrival_value = 0;  ///< of the whole order at its arrival, quote currency
    Time approved_at{};
    Time intended_at{};
    Time sent_at{};
    Time accepted_at{};
    bool has_fill = false;
    bool has_ended = false;
};

/// The places between which an order's way is timed.
enum class Stage { Decision, Approval, Sending, Acceptance, Fill };

/// Follows targets, verdicts and orders, so that a fill can be traced to its reason, and counts
/// what became of them.
class OrderBook {
public:
    /// A price on the tape: the start of whatever is decided on it.
    void market_data(Seq seq, Time now) { data_[seq.value % data_.size()] = {seq, now}; }

    /// Everything else. `mark` is the present mark of the instrument that the record intends an
    /// order in.
    void apply(const Recorded& recorded, std::optional<Price> mark);

    /// Null for an order of which nothing is known.
    const OrderFacts* find(Seq intent) const;

    /// To be called when apply() has seen a fill that is new.
    void filled(const OrderFilled& fill, Time now);

    /// The tape's clock is that of its data: what passes between two records of one step is no
    /// time.
    void on_data_time() { is_data_time_ = true; }

    bool is_data_time() const { return is_data_time_; }

    /// Counts begin anew; what is known of orders stays.
    void restart_counts();

    /// In milliseconds, by stage; those of the first fill of each order.
    const std::vector<double>& latencies(Stage stage) const {
        return latencies_[static_cast<std::size_t>(stage)];
    }

    /// From the price to the sending, in milliseconds.
    const std::vector<double>& tick_to_send() const { return tick_to_send_; }

    std::vector<Occurrences> tallies() const;

    std::uint64_t orders() const { return orders_count_; }

    std::uint64_t count(const std::string& group) const;

    /// Filled over ordered value of ended entries and exits; none before the first.
    std::optional<double> fill_ratio() const;

    std::uint64_t wanted_orders() const { return wanted_; }

private:
    static constexpr std::size_t kDataKept = 256;
    static constexpr std::size_t kTargetsKept = 1024;
    static constexpr std::size_t kOrdersKept = 50'000;

    struct Target {
        Price reference;
        std::string reason;
        Time data_at{};  // of the price that it was decided on; 0 = not known
        Time at{};
    };

    void approve(const OrderApproved& approved, Seq seq, Time now);
    void intend(const Recorded& recorded, const OrderIntended& intended, std::optional<Price> mark);
    void end(Seq intent, const char* how, const std::string& reason);
    void decided(const DecisionMade& decision);
    void tally(const char* group, std::string key, std::uint64_t count = 1);
    void time(Stage stage, Duration passed);
    OrderFacts* order(Seq intent);

    std::array<std::pair<Seq, Time>, kDataKept> data_{};
    std::map<Seq, Target> targets_;
    std::map<Seq, OrderFacts> approvals_;
    std::map<Seq, OrderFacts> orders_;
    std::map<std::pair<std::string, std::string>, std::uint64_t> tallies_;
    std::array<std::vector<double>, 5> latencies_;
    std::vector<double> tick_to_send_;
    bool is_data_time_ = false;
    std::uint64_t orders_count_ = 0;
    std::uint64_t wanted_ = 0;
    double wanted_value_ = 0;
    double wanted_filled_ = 0;
};

}  // namespace tapedeck::research
