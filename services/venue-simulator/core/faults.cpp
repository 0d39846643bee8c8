#include "venue-simulator/core/faults.h"

#include "base/number.h"
#include "venue-simulator/core/params.h"
#include "venue-simulator/core/text.h"

#include <algorithm>
#include <map>

namespace tapedeck::venue_simulator {
namespace {

/// A name, what it does, and the words of an Error.
struct Named {
    Fault fault;
    const char* text = "";
};

const std::map<std::string, Named>& faults_by_name() {
    static const std::map<std::string, Named> kFaults = {
        {"delay_before", {Fault::DelayBefore}},
        {"delay_after", {Fault::DelayAfter}},
        {"no_answer", {Fault::NoAnswer}},
        {"http_error", {Fault::HttpError}},
        {"drop", {Fault::Drop}},
        {"malformed_json", {Fault::MalformedJson}},
        {"truncated_json", {Fault::TruncatedJson}},
        {"cut_answer", {Fault::CutAnswer}},
        {"error", {Fault::Error, "EGeneral:Internal error"}},
        {"unavailable", {Fault::Error, "EService:Unavailable"}},
        {"busy", {Fault::Error, "EService:Busy"}},
        {"internal_error", {Fault::Error, "EGeneral:Internal error"}},
        {"deadline_elapsed", {Fault::Error, "EService:Deadline elapsed"}},
        {"throttled", {Fault::Error, "EService: Throttled: <now>"}},
        {"rate_limited", {Fault::Error, "EAPI:Rate limit exceeded"}},
        {"engine_rate_limited", {Fault::Error, "EOrder:Rate limit exceeded"}},
        {"invalid_nonce", {Fault::Error, "EAPI:Invalid nonce"}},
        {"expired_token", {Fault::Error, "ESession:Invalid session"}},
        {"missing", {Fault::Missing}},
        {"repeated", {Fault::Repeated}},
        {"reordered", {Fault::Reordered}},
        {"bad_checksum", {Fault::BadChecksum}},
        {"silent", {Fault::Silent}},
        {"no_fills", {Fault::NoFills}},
        {"drop_socket", {Fault::DropSocket}},
        {"partial_fill", {Fault::PartialFill}},
        {"fill_before_ack", {Fault::FillBeforeAck}},
        {"self_cancel", {Fault::SelfCancel}},
    };
    return kFaults;
}

/// What streams is struck by a request's fault only if the rule names the channel.
bool is_meant(const FaultRule& rule, const Occasion& occasion) {
    const bool is_stream = occasion.method.empty();
    return !is_stream || rule.fault > Fault::CutAnswer || !rule.channel.empty();
}

bool matches(const FaultRule& rule, const Occasion& occasion) {
    return is_meant(rule, occasion) && (rule.method.empty() || rule.method == occasion.method) &&
           (rule.channel.empty() || rule.channel == occasion.channel) &&
           (rule.key.empty() || rule.key == occasion.key) &&
           (!rule.pair || rule.pair == occasion.pair);
}

Outcome<> read_numbers(const Params& params, FaultRule& rule) {
    if (const auto count = params.integer("count")) {
        if (*count < 1) return refuse("count: expected 1 or more");
        rule.count = static_cast<std::uint64_t>(*count);
    }
    if (const auto text = params.text("probability")) {
        const auto value = parse_number(*text, Excess::Round);
        if (!value || value->is_negative() || *value > Decimal::from_integer(1)) {
            return refuse("probability: expected 0 to 1, was \"" + *text + "\"");
        }
        const Int128 unit = Decimal::kOne / 1'000'000;
        rule.millionths = static_cast<std::uint64_t>(value->units() / unit);
    }
    if (const auto delay = params.integer("delay_ms")) {
        constexpr std::int64_t kHour = 3'600'000;
        if (*delay < 0 || *delay > kHour) return refuse("delay_ms: expected 0 to 3600000");
        rule.delay = std::chrono::milliseconds(*delay);
    }
    if (const auto status = params.integer("status")) {
        if (*status < 200 || *status > 599) return refuse("status: expected 200 to 599");
        rule.status = static_cast<unsigned>(*status);
    }
    return {};
}

}  // namespace

Outcome<std::uint64_t> Faults::add(const Json& json) {
    const Params params(json);
    FaultRule rule;
    rule.name = params.text("fault").value_or("");
    const auto named = faults_by_name().find(rule.name);
    if (named == faults_by_name().end()) {
        std::string known;
        for (const auto& [name, _] : faults_by_name()) known += (known.empty() ? "" : ", ") + name;
        return refuse("fault: \"" + rule.name + "\" is none; there are " + known);
    }
    if (rules_.size() >= kRulesMax) return refuse("too many rules; DELETE /admin/rules first");
    rule.fault = named->second.fault;
    rule.text = params.text("text").value_or(named->second.text);
    rule.method = params.text("method").value_or("");
    rule.channel = params.text("channel").value_or("");
    rule.key = params.text("key").value_or("");
    rule.took_effect = params.flag("took_effect");
    if (const auto name = params.text("pair")) {
        rule.pair = find_pair(*name);
        if (!rule.pair) return refuse("pair: \"" + *name + "\" isn't traded here");
    }
    TRY(read_numbers(params, rule));
    rule.id = ++last_id_;
    rules_.push_back(std::move(rule));
    return last_id_;
}

void Faults::clear() {
    rules_.clear();
}

bool Faults::remove(std::uint64_t id) {
    const auto rule = std::find_if(
        rules_.begin(), rules_.end(), [&](const FaultRule& other) { return other.id == id; });
    if (rule == rules_.end()) return false;
    rules_.erase(rule);
    return true;
}

std::optional<FaultRule> Faults::strike(Fault fault, const Occasion& occasion) {
    return strike_if(fault, occasion, std::nullopt);
}

std::optional<FaultRule> Faults::strike(Fault fault, const Occasion& occasion, bool took_effect) {
    return strike_if(fault, occasion, took_effect);
}

std::optional<FaultRule> Faults::strike_if(
    Fault fault, const Occasion& occasion, std::optional<bool> took_effect) {
    for (auto& rule : rules_) {
        if (rule.fault != fault || rule.count == 0 || !matches(rule, occasion)) continue;
        if (took_effect && rule.took_effect != *took_effect) continue;
        if (!dice_.chance(rule.millionths)) continue;
        if (rule.count) --*rule.count;
        ++rule.struck;
        return rule;
    }
    return std::nullopt;
}

std::string Faults::to_json() const {
    Array rows;
    for (const auto& rule : rules_) {
        Object row;
        row.number("id", static_cast<std::int64_t>(rule.id)).text("fault", rule.name);
        if (!rule.method.empty()) row.text("method", rule.method);
        if (!rule.channel.empty()) row.text("channel", rule.channel);
        if (rule.pair) row.text("pair", pairs()[*rule.pair].symbol);
        if (!rule.key.empty()) row.text("key", rule.key);
        if (rule.count) row.number("count_left", static_cast<std::int64_t>(*rule.count));
        row.number("struck", static_cast<std::int64_t>(rule.struck));
        rows.raw(row.take());
    }
    return rows.take();
}

}  // namespace tapedeck::venue_simulator
