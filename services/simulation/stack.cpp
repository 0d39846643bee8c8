#include "simulation/stack.h"

#include "execution/core/orders.h"
#include "execution/core/portfolio.h"
#include "risk/core/risk.h"
#include "strategy/core/strategies.h"
#include "venues/paper/paper.h"

#include <algorithm>
#include <unordered_map>

namespace tapedeck::simulation {

namespace {

template <class T>
std::unique_ptr<Decider> make() {
    return std::make_unique<T>();
}

constexpr auto kPairs = "sim:AAA/USD,sim:BBB/USD";

Settings strategies(std::uint32_t variant) {
    Settings settings;
    const auto add = [&](const std::string& name, const std::string& kind, auto... more) {
        const std::string section = "strategy." + name + ".";
        settings.set(section + "kind", kind);
        settings.set(section + "instruments", kPairs);
        settings.set(section + "interval", "1s");
        settings.set(section + "atr_period", "2");
        settings.set(section + "run_max", "4");
        (settings.set(section + more.first, more.second), ...);
    };
    using Entry = std::pair<std::string, std::string>;
    add("swing",
        "rsi",
        Entry{"period", variant / 2 % 2 == 0 ? "2" : "3"},
        Entry{"lower", "35"},
        Entry{"upper", "65"});
    add("bands", "bollinger", Entry{"period", "3"}, Entry{"width", "0.7"});
    // A strategy that comes and goes.
    if (variant / 2 % 3 != 1) {
        add("trend", "macd", Entry{"fast", "2"}, Entry{"slow", "4"}, Entry{"signal", "2"});
    }
    return settings;
}

Settings risk(std::uint32_t variant) {
    Settings settings;
    settings.set("risk.account", "paper");
    settings.set("risk.currency", "USD");
    settings.set("risk.fraction", "0.05");
    settings.set("risk.max_position", "0.1");
    settings.set("risk.day_trades", "500");
    settings.set("risk.max_open_orders", variant / 2 % 2 == 0 ? "20" : "12");
    settings.set("risk.order_rate", "600");
    return settings;
}

Settings paper(std::uint32_t variant) {
    Settings settings;
    settings.set("paper.account", "paper");
    settings.set("paper.cash", "USD:10000");
    settings.set("paper.latency", variant / 2 % 2 == 0 ? "50ms" : "300ms");
    settings.set("paper.lost_answers", "0.1");
    settings.set("paper.lost_answers_seed", "3");
    return settings;
}

/// Emits what the inner one does in the order of the container's buckets.
class Unordered final : public Decider {
public:
    Unordered(std::unique_ptr<Decider> inner, std::uint64_t salt)
        : inner_(std::move(inner)), salt_(salt) {}

    void apply(const Recorded& recorded) override { inner_->apply(recorded); }

    void decide(const Recorded& recorded, Outbox& out) const override {
        Outbox inside(out.in_flight());
        inner_->decide(recorded, inside);
        std::unordered_map<std::uint64_t, Event> shuffled;
        std::uint64_t key = salt_;
        for (auto& event : inside.take()) {
            key = key * 0x5851f42d4c957f2dU + 0x14057b7ef767814fU;
            shuffled.emplace(key >> 11U, std::move(event));
        }
        for (auto& [_, event] : shuffled) out.emit(std::move(event));
    }

    void save(StateWriter& writer) const override { inner_->save(writer); }

    bool load(StateReader& reader) override { return inner_->load(reader); }

private:
    std::unique_ptr<Decider> inner_;
    std::uint64_t salt_;
};

}  // namespace

const std::vector<DeciderKind>& deciders() {
    static const std::vector<DeciderKind> kDeciders = {
        {"strategy", strategy::Strategies::kService, make<strategy::Strategies>},
        {"risk", risk::Risk::kService, make<tapedeck::risk::Risk>},
        {"execution", execution::Orders::kService, make<execution::Orders>},
        {"execution", execution::Portfolio::kService, make<execution::Portfolio>},
        {"execution", paper::PaperVenue::kService, make<tapedeck::paper::PaperVenue>}};
    return kDeciders;
}

bool is_decider(std::string_view producer) {
    const auto& all = deciders();
    return std::any_of(
        all.begin(), all.end(), [&](const DeciderKind& kind) { return kind.name == producer; });
}

Settings configuration_of(std::string_view producer, std::uint32_t variant) {
    if (producer == "strategy") return strategies(variant);
    if (producer == "risk") return risk(variant);
    if (producer == "execution.paper") return paper(variant);
    Settings settings;
    if (producer == "execution.orders") {
        settings.set("execution.answer_timeout", "1s");
        settings.set("execution.arrival_window", "5s");
        settings.set("execution.arrival_margin", "1s");
    }
    return settings;
}

std::string build_of(std::uint32_t variant) {
    return "sim-" + std::to_string((variant + 1) / 2);
}

std::string state_of(const Decider& decider) {
    StateWriter writer;
    decider.save(writer);
    return std::string(writer.bytes());
}

std::unique_ptr<Decider> unordered(std::unique_ptr<Decider> inner, std::uint64_t salt) {
    return std::make_unique<Unordered>(std::move(inner), salt);
}

}  // namespace tapedeck::simulation
