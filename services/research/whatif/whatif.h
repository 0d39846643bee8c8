#pragma once

#include "research/whatif/changes.h"
#include "research/whatif/rerun.h"
#include "research/whatif/run_sheet.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tapedeck::research {

struct WhatIfOptions {
    RerunOptions rerun = {};
    /// What runs here, as ops::identity() says it; "" = any release counts as this one.
    std::string build = {};
    /// So many changes are kept whole; the others are counted.
    std::size_t changes_kept = 1000;
};

/// A recorded run, and what would have become of it: with other settings, or as this build decides.
/// Feed it the whole tape twice: index(), then take(), then finish(). Start reading at rerun.h.
class WhatIf {
public:
    explicit WhatIf(WhatIfOptions options);
    WhatIf(const WhatIf&) = delete;
    WhatIf& operator=(const WhatIf&) = delete;

    void index(const Recorded& recorded) { rerun_.index(recorded); }

    void take(const Recorded& recorded);

    void finish();

    const Changes& changes() const { return changes_; }

    const RunSheet& recorded() const { return recorded_; }

    const RunSheet& again() const { return again_; }

    /// Null: every order is the recorded one, and so is every fill.
    const std::optional<Rerun::Takeover>& takeover() const { return rerun_.takeover(); }

    std::uint64_t left_out() const { return rerun_.left_out(); }

    /// One account and currency at the end of a UTC day, or of the tape.
    struct Equity {
        Time day{};
        std::string account;
        std::string currency;
        std::optional<Money> recorded;  ///< nothing: the run has no such account
        std::optional<Money> again;
    };

    /// By day, then account and currency; the last day is as of the end.
    const std::vector<Equity>& equity() const { return equity_; }

    /// What the overrides change, by producer; empty = the recorded configuration.
    std::map<std::string, std::string> changed_settings() const;

private:
    void hear(const Rerun::Heard& heard);
    void close_day(Time now);
    void note_equity(Time day);
    Seq recorded_root(Seq seq) const;
    void explain(Change& change);
    bool explain_by_upstream(Change& change) const;
    bool explain_by_rule(Change& change) const;
    std::string decider_of(const Change& change) const;

    WhatIfOptions options_;
    Changes changes_;
    Rerun rerun_;
    RunSheet recorded_;
    RunSheet again_;
    Roots roots_;                                    ///< of the recorded words
    std::map<Seq, std::string> differing_recorded_;  ///< words that are not in the other run
    std::map<Seq, std::string> differing_again_;
    std::map<std::string, std::string> builds_;  ///< by service, as recorded last
    std::vector<Equity> equity_;
    std::optional<Time> day_;
    Time last_time_{};
    std::uint64_t facts_ = 0;
};

}  // namespace tapedeck::research
