#pragma once

#include "cli/events_verbs.h"
#include "events/event.h"

#include <map>
#include <set>
#include <string>

namespace tapedeck::cli {

/// A selection, checked: which records of a tape are meant.
class RecordFilter {
public:
    /// Errors (exit 2) name what was not understood, and what was probably meant.
    static Result<RecordFilter> parse(const Selection& selection);

    bool wants_type(std::uint16_t type) const { return types_.empty() || types_.contains(type); }

    /// The type is as wanted; are instrument and strategy?
    bool wants(const Recorded& recorded) const;

    const std::set<std::uint16_t>& types() const { return types_; }

private:
    std::set<std::uint16_t> types_;
    Instrument instrument_;
    std::string strategy_;
};

/// The seqs that a selection speaks of.
struct Range {
    Seq from;
    Seq to;
    bool open = false;  ///< no end was asked for
};

/// --since, --from and --to, resolved; without them the whole tape, and what is yet to come.
Result<Range> range_of(const Selection& selection, TapeSource& tape);

/// Of which strategy an event speaks; "" if of none.
std::string strategy_of(const Event& event);

/// The key of --last-per-key: type, instrument, strategy, and for orders the intent.
std::string key_of(const Recorded& recorded);

/// The instrument an event names, in its terms as well.
Instrument instrument_named_in(const Event& event);

/// Which order a record speaks of: its own seq for an intent, else what it refers to; 0 = none.
Seq intent_of(const Recorded& recorded);

}  // namespace tapedeck::cli
