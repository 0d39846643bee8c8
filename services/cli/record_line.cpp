#include "cli/record_line.h"

#include "base/overloaded.h"
#include "events/print.h"
#include "ops/terminal.h"

#include <fmt/format.h>

#include <algorithm>

namespace tapedeck::cli {

namespace {

template <class T>
std::string given(std::string_view name, const std::optional<T>& value) {
    return value ? fmt::format(" {} {}", name, value->to_string()) : "";
}

std::string noted(std::string_view reason) {
    return reason.empty() ? "" : fmt::format(" \"{}\"", reason);
}

std::string by(const Request& request) {
    return (request.by.empty() ? "" : " by " + request.by) + noted(request.reason);
}

std::string scope_of(Scope scope, const std::string& name) {
    return scope == Scope::All ? "all" : fmt::format("{} {}", to_string(scope), name);
}

std::string market(const Event& event) {
    return event.visit(overloaded{
        [](const InstrumentListed& e) {
            return fmt::format(
                "{} tick {} step {} min {}",
                e.instrument.name(),
                e.price_tick.to_string(),
                e.quantity_step.to_string(),
                e.quantity_min.to_string());
        },
        [](const TradePrinted& e) {
            return fmt::format(
                "{} {} @ {}", e.instrument.name(), e.quantity.to_string(), e.price.to_string());
        },
        [](const QuoteChanged& e) {
            return fmt::format(
                "{} {} × {} … {} × {}",
                e.instrument.name(),
                e.bid_quantity.to_string(),
                e.bid.to_string(),
                e.ask.to_string(),
                e.ask_quantity.to_string());
        },
        [](const CandleClosed& e) {
            return fmt::format(
                "{} {} o {} h {} l {} c {} v {}",
                e.instrument.name(),
                to_string(e.interval),
                e.open.to_string(),
                e.high.to_string(),
                e.low.to_string(),
                e.close.to_string(),
                e.volume.to_string());
        },
        [](const MarketDataGap& e) {
            return fmt::format(
                "{} {} … {} {}",
                e.instrument.name(),
                to_string(e.from),
                to_string(e.to),
                to_string(e.reason));
        },
        [&](const auto&) { return summary(event); }});
}

std::string checks_of(const std::vector<RuleCheck>& checks) {
    std::size_t passed = 0;
    for (const auto& check : checks) passed += check.passed ? 1 : 0;
    std::string text = fmt::format("{}/{} rules", passed, checks.size());
    const std::string close = tightest(checks);
    return close.empty() ? text : text + ", tightest " + close;
}

std::string order(const Event& event) {
    return event.visit(overloaded{
        [](const OrderIntended& e) { return describe(e.terms); },
        [](const OrderDropped& e) { return fmt::format("{} {}", e.approved.value, e.reason); },
        [](const OrderFilled& e) {
            return fmt::format(
                "{} {} {} {} @ {}, fee {} {} {}",
                order_name(e.intent),
                in_capitals(e.side),
                e.quantity.to_string(),
                e.instrument.name(),
                e.price.to_string(),
                e.fee.to_string(),
                e.fee_currency,
                to_string(e.liquidity));
        },
        [](const OrderRejected& e) {
            return fmt::format("{} {} {}", order_name(e.intent), e.code, e.text);
        },
        [](const OrderResolved& e) {
            return fmt::format(
                "{} {} by {}", order_name(e.intent), to_string(e.resolution), e.evidence.value);
        },
        [](const OrderStatusReported& e) {
            return fmt::format(
                "{} {} filled {}", order_name(e.intent), to_string(e.state), e.filled.to_string());
        },
        [](const auto& e) -> std::string {
            if constexpr (requires { e.intent; }) {
                std::string text = order_name(e.intent);
                if constexpr (requires { e.venue_order_id; }) text += ' ' + e.venue_order_id;
                if constexpr (requires { e.client_order_id; }) text += ' ' + e.client_order_id;
                if constexpr (requires { e.filled; }) text += " filled " + e.filled.to_string();
                if constexpr (requires { e.attempt; }) text += fmt::format(" #{}", e.attempt);
                if constexpr (requires { e.quantity.has_value(); }) {
                    text += given("quantity", e.quantity);
                }
                if constexpr (requires { e.limit_price.has_value(); }) {
                    text += given("limit", e.limit_price);
                    text += given("trigger", e.trigger_price);
                }
                if constexpr (requires { e.reason; }) text += ' ' + e.reason;
                return text;
            } else {
                return "";
            }
        }});
}

std::string decision(const Event& event) {
    return event.visit(overloaded{
        [](const DecisionMade& e) {
            std::string text = fmt::format(
                "{} {} {} {}", e.strategy, e.instrument.name(), to_string(e.outcome), e.reason);
            for (const auto& reading : e.readings) {
                text += fmt::format(" {} {:.6g}", reading.name, reading.value);
            }
            return e.count > 1 ? text + fmt::format(" (×{})", e.count) : text;
        },
        [](const TargetSet& e) {
            return fmt::format(
                "{} {} → {} @ {}{}{} {}",
                e.strategy,
                e.instrument.name(),
                e.exposure.to_string(),
                e.reference_price.to_string(),
                given("stop", e.stop_price),
                given("take-profit", e.take_profit_price),
                e.reason);
        },
        [](const StrategyStateChanged& e) {
            return fmt::format("{} ({}) {} {}", e.strategy, e.kind, to_string(e.state), e.reason);
        },
        [](const OrderApproved& e) { return describe(e.terms) + ", " + checks_of(e.checks); },
        [](const OrderDenied& e) {
            return fmt::format(
                "{} {} {}{}",
                e.strategy,
                e.instrument.name(),
                to_string(e.code),
                e.reason.empty() ? "" : ": " + e.reason);
        },
        [](const StageChanged& e) {
            return fmt::format("{}{} {}", e.from.empty() ? "" : e.from + " → ", e.to, e.reason);
        },
        [](const StageRefused& e) {
            std::string text = fmt::format("{} stays, {}: {}", e.present, e.stage, e.reason);
            for (const auto& gate : e.gates) {
                if (!gate.passed) text += fmt::format(" {}", to_string(gate.code));
            }
            return text;
        },
        [&](const auto&) { return std::string(); }});
}

std::string control(const Event& event) {
    return event.visit(overloaded{
        [](const TradingPaused& e) {
            return scope_of(e.scope, e.name) + (e.keep_orders ? " keep orders" : "") +
                   by(e.request);
        },
        [](const TradingResumed& e) { return scope_of(e.scope, e.name) + by(e.request); },
        [](const CancelOrdered& e) {
            return (e.intent.exists() ? order_name(e.intent) : "all") + by(e.request);
        },
        [](const FlattenOrdered& e) {
            return (e.instrument.empty() ? "all" : e.instrument.to_string()) + by(e.request);
        },
        [](const KillEngaged& e) {
            return std::string(e.flatten ? "flatten" : "keep positions") + by(e.request);
        },
        [](const NoteTaken& e) {
            std::string text = fmt::format("on {}", e.about.value);
            if (!e.text.empty()) text += ": " + e.text;
            for (const auto& tag : e.tags) text += " #" + tag;
            return text + by(e.request);
        },
        [](const auto& e) -> std::string {
            if constexpr (requires { e.request; }) {
                std::string text;
                if constexpr (requires { e.strategy; }) text = e.strategy;
                if constexpr (requires { e.stage; }) text = e.stage;
                text += by(e.request);
                return text.starts_with(' ') ? text.substr(1) : text;
            } else {
                return "";
            }
        }});
}

std::string account(const Event& event) {
    return event.visit(overloaded{
        [](const ServiceStarted& e) {
            return fmt::format(
                "{} #{} build {}{}",
                e.service,
                e.producer_epoch,
                e.build,
                e.resumed ? " resumed" : "");
        },
        [](const ServiceLost& e) {
            return fmt::format("{} {}", e.service, e.said_bye ? "said bye" : "fell silent");
        },
        [](const ClockTicked& e) { return to_string(e.time); },
        [](const CashDeposited& e) {
            return fmt::format(
                "{} {} {} {}", e.account, e.amount.to_string(), e.currency, e.reason);
        },
        [](const PositionChanged& e) {
            return fmt::format(
                "{} {} {} realised {} cash {}",
                e.strategy,
                e.instrument.name(),
                e.quantity.is_zero()
                    ? "flat"
                    : fmt::format("{} @ {}", e.quantity.to_string(), e.average_price.to_string()),
                e.realised.to_string(),
                e.cash.to_string());
        },
        [&](const auto&) { return std::string(); }});
}

bool is_market_type(std::uint16_t type) {
    return type >= InstrumentListed::kType && type <= FeedEnded::kType;
}

}  // namespace

std::string describe(const OrderTerms& terms) {
    std::string text = fmt::format(
        "{} {} {} {}",
        in_capitals(terms.side),
        terms.quantity.to_string(),
        terms.instrument.name(),
        in_capitals(terms.type));
    if (terms.type == OrderType::Limit) text += ' ' + in_capitals(terms.time_in_force);
    if (terms.limit_price) text += ' ' + terms.limit_price->to_string();
    if (terms.trigger_price) text += " at " + terms.trigger_price->to_string();
    if (terms.purpose != OrderPurpose::Entry) {
        text += fmt::format(" ({})", to_string(terms.purpose));
    }
    return text;
}

std::string tightest(const std::vector<RuleCheck>& checks) {
    const RuleCheck* best = nullptr;
    double most = -1;
    for (const auto& check : checks) {
        const bool numeric = check.passed && check.value && check.limit && check.headroom &&
                             !check.limit->is_zero() && !check.headroom->is_negative();
        if (!numeric) continue;
        // "At most" rules pass below their limit, "at least" rules above it.
        const Decimal low = std::min(check.value->abs(), check.limit->abs());
        const Decimal high = std::max(check.value->abs(), check.limit->abs());
        const double used = high.is_zero() ? 0 : low.to_double() / high.to_double();
        if (used <= most) continue;
        most = used;
        best = &check;
    }
    if (best == nullptr) return "";
    return fmt::format(
        "{} {:.0f} % ({} of {})",
        to_string(best->code),
        most * 100,
        best->value->to_string(),
        best->limit->to_string());
}

std::string describe(const Event& event) {
    std::string text;
    if (is_market_type(event.type())) {
        text = market(event);
    } else {
        for (const auto part : {decision, order, control, account}) {
            text = part(event);
            if (!text.empty()) break;
        }
        if (text.empty()) text = summary(event);
    }
    text = ops::printable(text);
    for (char& c : text) {
        if (c == '\n' || c == '\t') c = ' ';
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

std::string RecordLines::service(std::uint32_t producer) const {
    if (producer == 0) return "journal";
    const auto found = producers_.find(producer);
    return found == producers_.end() ? fmt::format("#{}", producer) : found->second;
}

std::string RecordLines::line(const Recorded& recorded) const {
    const ops::Colors colors = session_.colors();
    std::string text = fmt::format(
        "{} {} {:<19} {:<20} {}",
        recorded.seq.value,
        session_.show_clock(recorded.recorded_at),
        service(recorded.producer),
        recorded.event.name(),
        describe(recorded.event));
    while (text.back() == ' ') text.pop_back();
    if (recorded.cause.exists()) {
        text += "  " + colors.paint(ops::Color::Dim, fmt::format("← {}", recorded.cause.value));
    }
    return text + '\n';
}

Result<std::string> RecordLines::formatted(
    std::string_view format, const Recorded& recorded) const {
    std::string text;
    while (!format.empty()) {
        if (format.starts_with("\\n") || format.starts_with("\\t")) {
            text += format[1] == 'n' ? '\n' : '\t';
            format.remove_prefix(2);
            continue;
        }
        const auto end = format.find('}');
        if (format.front() != '{' || end == std::string_view::npos) {
            text += format.front();
            format.remove_prefix(1);
            continue;
        }
        const std::string_view name = format.substr(1, end - 1);
        format.remove_prefix(end + 1);
        if (name == "seq") {
            text += std::to_string(recorded.seq.value);
        } else if (name == "time") {
            text += session_.show(recorded.recorded_at);
        } else if (name == "clock") {
            text += session_.show_clock(recorded.recorded_at);
        } else if (name == "type") {
            text += recorded.event.name();
        } else if (name == "service") {
            text += service(recorded.producer);
        } else if (name == "cause") {
            text += std::to_string(recorded.cause.value);
        } else if (name == "text") {
            text += describe(recorded.event);
        } else if (name == "json") {
            text += to_json(recorded);
        } else {
            return fail(
                "--format knows {seq} {time} {clock} {type} {service} {cause} {text} {json}, not "
                "{" +
                    std::string(name) + "}",
                ExitCode::Usage);
        }
    }
    return text;
}

}  // namespace tapedeck::cli
