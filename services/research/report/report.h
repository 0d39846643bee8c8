#pragma once

#include "events/event.h"
#include "research/report/figure.h"

#include <memory>
#include <string_view>
#include <vector>

namespace tapedeck::research {

/// What a run came to. Filled in by the one who writes this header anew; what others may rely on:
struct Report {
    std::vector<Figure> figures;

    /// The figure of that key; null if there is none.
    const Figure* find(std::string_view key) const;
};

/// Folds a tape into its report: of a backtest, of paper and of live days alike.
class ReportFold {
public:
    ReportFold();
    ~ReportFold();
    ReportFold(const ReportFold&) = delete;
    ReportFold& operator=(const ReportFold&) = delete;

    /// The next record of the tape, from the first on.
    void apply(const Recorded& recorded);

    /// What it has come to by now.
    Report report() const;

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace tapedeck::research
