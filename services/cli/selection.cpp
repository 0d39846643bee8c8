#include "cli/selection.h"

#include "base/overloaded.h"
#include "cli/moment.h"
#include "events/codec.h"
#include "ops/nearest.h"

#include <limits>

namespace tapedeck::cli {

namespace {

std::vector<std::string> all_type_names() {
    std::vector<std::string> names;
    for (std::uint16_t type = 1; type < std::numeric_limits<std::uint16_t>::max(); ++type) {
        if (is_known_type(type)) names.emplace_back(name_of_type(type));
    }
    return names;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (!text.empty()) {
        const auto end = text.find(separator);
        if (const auto part = text.substr(0, end); !part.empty()) parts.emplace_back(part);
        text = end == std::string_view::npos ? "" : text.substr(end + 1);
    }
    return parts;
}

}  // namespace

Result<RecordFilter> RecordFilter::parse(const Selection& selection) {
    RecordFilter filter;
    for (const auto& list : selection.types) {
        for (const auto& name : split(list, ',')) {
            const std::uint16_t type = type_by_name(name);
            if (type == 0) {
                const auto meant = ops::nearest(name, all_type_names());
                return fail(
                    "there is no event type \"" + name + "\"" +
                        (meant ? ": did you mean " + *meant + "?"
                               : "; `tapedeck cat --help` lists them"),
                    ExitCode::Usage);
            }
            filter.types_.insert(type);
        }
    }
    if (!selection.instrument.empty()) {
        auto instrument = Instrument::parse(selection.instrument);
        if (!instrument) return fail(instrument.error().message, ExitCode::Usage);
        filter.instrument_ = *instrument;
    }
    filter.strategy_ = selection.strategy;
    return filter;
}

bool RecordFilter::wants(const Recorded& recorded) const {
    if (!instrument_.empty() && instrument_named_in(recorded.event) != instrument_) return false;
    return strategy_.empty() || strategy_of(recorded.event) == strategy_;
}

Result<Range> range_of(const Selection& selection, TapeSource& tape) {
    Range range{{1}, {std::numeric_limits<std::int64_t>::max()}, true};
    if (!selection.since.empty()) {
        const Moment since = TRY(parse_since(selection.since));
        range.from = TRY(first_of(since, tape));
    }
    if (!selection.from.empty()) range.from = TRY(first_of(selection.from, tape));
    if (!selection.to.empty()) {
        range.to = TRY(last_of(selection.to, tape));
        range.open = false;
    }
    return range;
}

std::string strategy_of(const Event& event) {
    return event.visit([](const auto& e) -> std::string {
        if constexpr (requires { e.terms.strategy; }) {
            return e.terms.strategy;
        } else if constexpr (requires { e.strategy; }) {
            return e.strategy;
        } else {
            return {};
        }
    });
}

Instrument instrument_named_in(const Event& event) {
    return event.visit([](const auto& e) -> Instrument {
        if constexpr (requires { e.terms.instrument; }) {
            return e.terms.instrument;
        } else if constexpr (requires { Instrument(e.instrument); }) {
            return e.instrument;
        } else {
            return {};
        }
    });
}

Seq intent_of(const Recorded& recorded) {
    if (recorded.event.as<OrderIntended>() != nullptr) return recorded.seq;
    return recorded.event.visit([](const auto& e) -> Seq {
        if constexpr (requires { e.intent; }) {
            return e.intent;
        } else {
            return {};
        }
    });
}

std::string key_of(const Recorded& recorded) {
    std::string key(recorded.event.name());
    key +=
        '\t' + instrument_named_in(recorded.event).to_string() + '\t' + strategy_of(recorded.event);
    if (const Seq intent = intent_of(recorded); intent.exists()) {
        key += '\t' + std::to_string(intent.value);
    }
    if (const auto* started = recorded.event.as<ServiceStarted>()) key += '\t' + started->service;
    if (const auto* lost = recorded.event.as<ServiceLost>()) key += '\t' + lost->service;
    return key;
}

}  // namespace tapedeck::cli
