#include "cli/why.h"

#include "cli/moment.h"
#include "cli/record_line.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tapedeck::cli {

namespace {

std::string capitals(std::string text) {
    for (char& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
}

/// "+38 ms", from `start`.
std::string after(const Recorded& recorded, Time start) {
    const auto passed = recorded.recorded_at - start;
    if (passed >= std::chrono::seconds(10)) {
        return "+" + to_string(Duration(std::chrono::floor<std::chrono::seconds>(passed)));
    }
    return fmt::format("+{} ms", std::chrono::floor<std::chrono::milliseconds>(passed).count());
}

std::string line(std::string_view label, std::string_view text) {
    return fmt::format("{:<10}{}\n", label, text);
}

const OrderTerms* terms_of(const Story& story) {
    if (story.intent) return &story.intent->event.as<OrderIntended>()->terms;
    if (!story.verdict) return nullptr;
    const auto* approved = story.verdict->event.as<OrderApproved>();
    return approved == nullptr ? nullptr : &approved->terms;
}

std::string title(const Story& story, const std::string& profile) {
    if (const OrderTerms* terms = terms_of(story)) {
        const OrderResult result = result_of(story);
        std::string state = result.state;
        if (story.dropped) {
            state = "was never sent: " + story.dropped->event.as<OrderDropped>()->reason;
        } else if (!story.intent) {
            state = "approved, not intended yet";
        } else if (result.average_price) {
            state += " at " + result.average_price->to_string();
        }
        return fmt::format(
            "{} {} {} {}  ({}, {}, {}{})\n",
            in_capitals(terms->side),
            terms->quantity.to_string(),
            terms->instrument.name(),
            state,
            story.intent ? order_name(story.intent->seq)
                         : fmt::format("approval {}", story.verdict->seq.value),
            terms->strategy,
            terms->purpose == OrderPurpose::Entry ? ""
                                                  : std::string(to_string(terms->purpose)) + ", ",
            capitals(profile));
    }
    if (story.verdict) {
        const auto& denied = *story.verdict->event.as<OrderDenied>();
        return fmt::format(
            "no order for {} in {}: {}  (denied at seq {}, {})\n",
            denied.strategy,
            denied.instrument.name(),
            to_string(denied.code),
            story.verdict->seq.value,
            capitals(profile));
    }
    return fmt::format(
        "{} {}  (seq {}, {})\n",
        story.subject.event.name(),
        describe(story.subject.event),
        story.subject.seq.value,
        capitals(profile));
}

std::string readings_of(const DecisionMade& decision) {
    std::string text;
    for (const auto& reading : decision.readings) {
        text += fmt::format("{}{} {:.6g}", text.empty() ? "" : ", ", reading.name, reading.value);
    }
    return text;
}

std::string because(const Story& story, const Session& session) {
    std::string text;
    if (story.target) {
        const auto& target = *story.target->event.as<TargetSet>();
        text = fmt::format(
            "{} set target {} at {}: {}",
            target.strategy,
            target.exposure.to_string(),
            session.show_clock(story.target->recorded_at),
            target.reason);
        if (story.decision) {
            const auto readings = readings_of(*story.decision->event.as<DecisionMade>());
            if (!readings.empty()) text += " (" + readings + ")";
        }
    } else if (story.decision) {
        const auto& decision = *story.decision->event.as<DecisionMade>();
        text = fmt::format(
            "{} {}: {}", decision.strategy, to_string(decision.outcome), decision.reason);
        const auto readings = readings_of(decision);
        if (!readings.empty()) text += " (" + readings + ")";
        if (decision.count > 1) text += fmt::format(", {} times in a row", decision.count);
    } else if (story.verdict) {
        const auto* approved = story.verdict->event.as<OrderApproved>();
        if (approved != nullptr) text = approved->reason;
    }
    if (story.trigger) {
        const Recorded& trigger = *story.trigger;
        text += fmt::format(
            "{}on {} {}: {}",
            text.empty() ? "" : " ",
            trigger.event.name(),
            trigger.seq.value,
            describe(trigger.event));
    }
    if (text.empty() && !story.subject.cause.exists())
        text = "it came from outside: nothing on the tape caused it";
    return line("because", text);
}

std::string sized(const OrderApproved& approved) {
    const auto& sizing = approved.sizing;
    if (sizing.method.empty()) return "";
    std::string text = fmt::format(
        "{} = target {} − position {}; {}",
        approved.terms.quantity.to_string(),
        sizing.target_quantity.to_string(),
        sizing.position_quantity.to_string(),
        sizing.method);
    if (!sizing.equity.is_zero()) text += " of equity " + sizing.equity.to_string();
    if (!sizing.capped_by.empty()) text += ", capped by " + sizing.capped_by;
    if (approved.stop_price) text += "; stop " + approved.stop_price->to_string();
    if (approved.take_profit_price)
        text += ", take-profit " + approved.take_profit_price->to_string();
    return line("sized", text);
}

std::string values_of(const RuleCheck& check) {
    if (!check.value || !check.limit) return "";
    const char* sign = *check.value < *check.limit ? "<" : *check.value == *check.limit ? "=" : ">";
    return fmt::format(" {} {} {}", check.value->to_string(), sign, check.limit->to_string());
}

std::string allowed(const std::vector<RuleCheck>& checks) {
    if (checks.empty()) return "";
    std::size_t passed = 0;
    for (const auto& check : checks) passed += check.passed ? 1 : 0;
    std::string text = fmt::format("{} of {} rules", passed, checks.size());
    const std::string close = tightest(checks);
    return line("allowed", close.empty() ? text : text + "; tightest " + close);
}

std::string refused(const OrderDenied& denied) {
    std::string text;
    std::string passed;
    std::size_t against = 0;
    for (const auto& check : denied.checks) {
        if (check.passed) {
            passed += (passed.empty() ? "" : ", ") + std::string(to_string(check.code));
            continue;
        }
        ++against;
        text += line(
            against == 1 ? "denied" : "",
            std::string(to_string(check.code)) + values_of(check) +
                (check.headroom ? "  (headroom " + check.headroom->to_string() + ")" : "") +
                (check.detail.empty() ? "" : ": " + check.detail));
    }
    if (against == 0) {
        text += line(
            "denied",
            std::string(to_string(denied.code)) +
                (denied.reason.empty() ? "" : ": " + denied.reason));
    }
    return passed.empty() ? text : text + line("passed", passed);
}

const Recorded* first_of_type(const Story& story, std::uint16_t type) {
    for (const auto& recorded : story.life) {
        if (recorded.event.type() == type) return &recorded;
    }
    return nullptr;
}

/// How far the fills were from the price that the decision was based on; positive = worse.
std::string slippage(const Story& story, const OrderResult& result) {
    if (!story.target || !result.average_price || !story.intent) return "";
    const auto& target = *story.target->event.as<TargetSet>();
    const double reference = target.reference_price.decimal().to_double();
    if (reference <= 0) return "";
    const Side side = story.intent->event.as<OrderIntended>()->terms.side;
    const double sign = side == Side::Buy ? 1 : -1;
    const double bps =
        sign * (result.average_price->decimal().to_double() - reference) / reference * 10'000;
    return fmt::format("  slippage to reference {:+.1f} bps", bps);
}

std::string sent(const Story& story, const Session& session) {
    const Recorded* out = first_of_type(story, OrderSent::kType);
    const auto& terms = story.intent->event.as<OrderIntended>()->terms;
    std::string text =
        session.show_clock(out == nullptr ? story.intent->recorded_at : out->recorded_at);
    text += "  " + in_capitals(terms.type);
    if (terms.type == OrderType::Limit) text += ' ' + in_capitals(terms.time_in_force);
    if (terms.limit_price) text += ' ' + terms.limit_price->to_string();
    if (terms.trigger_price) text += " at " + terms.trigger_price->to_string();
    return line(out == nullptr ? "intended" : "sent", text);
}

std::string venue_answers(const Story& story) {
    const OrderResult result = result_of(story);
    const Recorded* out = first_of_type(story, OrderSent::kType);
    const Time start = out == nullptr ? story.intent->recorded_at : out->recorded_at;
    std::string text;
    if (const Recorded* accepted = first_of_type(story, OrderAccepted::kType)) {
        text += line("accepted", after(*accepted, start));
    }
    std::string fills;
    const Recorded* first_fill = first_of_type(story, OrderFilled::kType);
    for (const auto& recorded : story.life) {
        if (const auto* fill = recorded.event.as<OrderFilled>()) {
            fills += fmt::format(
                "{}{} @ {}",
                fills.empty() ? "" : ", ",
                fill->quantity.to_string(),
                fill->price.to_string());
        } else if (
            recorded.event.as<OrderSent>() == nullptr &&
            recorded.event.as<OrderAccepted>() == nullptr) {
            text += line(
                "then",
                fmt::format(
                    "{}  {} {}",
                    after(recorded, start),
                    recorded.event.name(),
                    describe(recorded.event)));
        }
    }
    if (first_fill != nullptr) {
        text += line(
            "filled",
            fmt::format(
                "{}: {}{}, fee {} {} {}",
                after(*first_fill, start),
                fills,
                slippage(story, result),
                result.fees.to_string(),
                result.fee_currency,
                to_string(first_fill->event.as<OrderFilled>()->liquidity)));
    }
    return text;
}

std::string effect(const Story& story) {
    if (story.positions.empty()) return "";
    const auto& last = *story.positions.back().event.as<PositionChanged>();
    const auto& terms = story.intent->event.as<OrderIntended>()->terms;
    const Quantity filled = result_of(story).filled;
    const Quantity before =
        terms.side == Side::Buy ? last.quantity - filled : last.quantity + filled;
    Money realised;
    for (const auto& each : story.positions) realised += each.event.as<PositionChanged>()->realised;
    std::string text = fmt::format(
        "position {} → {} {}",
        before.to_string(),
        last.quantity.to_string(),
        last.instrument.base());
    if (!last.quantity.is_zero()) text += " @ " + last.average_price.to_string();
    if (!realised.is_zero()) text += ", realised " + realised.to_string();
    text += fmt::format(", cash {} {}", last.cash.to_string(), last.instrument.quote());
    return line("effect", text);
}

std::string chain(const Story& story) {
    std::string text;
    std::size_t width = 0;
    for (const auto& recorded : story.chain()) {
        std::string step = fmt::format("{} {}", recorded.seq.value, recorded.event.name());
        if (width > 80) {
            text += "\n          ";
            width = 0;
        }
        if (!text.empty()) step = (width == 0 ? "→ " : " → ") + step;
        width += step.size();
        text += step;
    }
    return line("chain", text);
}

std::string next(const Story& story) {
    std::string text = "next: ";
    const bool denied = story.verdict && story.verdict->event.as<OrderDenied>() != nullptr;
    const Seq shown = story.verdict ? story.verdict->seq : story.subject.seq;
    if (denied)
        return text + fmt::format("tapedeck get {} · tapedeck config show risk\n", shown.value);
    // A protective order exists because of another one.
    if (story.trigger) {
        const auto* fill = story.trigger->event.as<OrderFilled>();
        if (fill != nullptr) text += fmt::format("tapedeck why {} · ", order_name(fill->intent));
    }
    return text +
           fmt::format("tapedeck get {} · tapedeck state --at {}\n", shown.value, shown.value);
}

}  // namespace

std::string story_text(const Story& story, const Session& session, const std::string& profile) {
    std::string text = title(story, profile) + because(story, session);
    if (story.verdict) {
        if (const auto* approved = story.verdict->event.as<OrderApproved>()) {
            text += sized(*approved) + allowed(approved->checks);
        } else if (const auto* denied = story.verdict->event.as<OrderDenied>()) {
            text += refused(*denied);
        }
    }
    if (story.intent) text += sent(story, session) + venue_answers(story) + effect(story);
    if (story.dropped) {
        text += line("dropped", story.dropped->event.as<OrderDropped>()->reason);
    }
    const bool waits = story.target && !story.verdict;
    if (waits) text += line("verdict", "none on this tape yet");
    return text + chain(story) + next(story);
}

std::string story_json(const Story& story, const std::string& profile) {
    nlohmann::ordered_json object;
    object["subject"] = story.subject.seq.value;
    object["profile"] = profile;
    const auto seq = [&](const char* name, const std::optional<Recorded>& part) {
        if (part) object[name] = part->seq.value;
    };
    seq("trigger", story.trigger);
    seq("decision", story.decision);
    seq("target", story.target);
    seq("verdict", story.verdict);
    seq("intent", story.intent);
    seq("dropped", story.dropped);
    if (story.verdict) {
        object["allowed"] = story.verdict->event.as<OrderApproved>() != nullptr;
    }
    if (story.intent) {
        const OrderResult result = result_of(story);
        object["order"] = order_name(story.intent->seq);
        object["state"] = result.state;
        object["filled"] = result.filled.to_string();
        if (result.average_price) object["average_price"] = result.average_price->to_string();
        object["fees"] = result.fees.to_string();
    }
    object["chain"] = chain_json(story.chain());
    return object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

Result<> why(Session& session, const WhyOptions& options) {
    if (options.last == !options.subject.empty()) {
        return fail(
            "say what to explain: an order (o-48211885), a seq, or --last", ExitCode::Usage);
    }
    TapeSource& tape = *TRY(session.tape());
    const Seq seq = TRY(options.last ? last_verdict(tape) : last_of(options.subject, tape));
    const Story story = TRY(gather_story(tape, seq));
    const auto facts = TRY(tape.facts());
    return session.print(
        session.options().json ? story_json(story, facts.profile)
                               : story_text(story, session, facts.profile));
}

}  // namespace tapedeck::cli
