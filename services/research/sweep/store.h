#pragma once

#include "base/expected.h"
#include "journal/store/sqlite.h"
#include "research/sweep/run.h"

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tapedeck::research {

/// What results must have in common to stand side by side.
struct SweepIdentity {
    std::vector<std::string> keys;  ///< of the parameters, in the order of the plan
    std::string plan;               ///< SweepPlan::text() and the windows
    std::string configuration;      ///< without the parameters: one "key=value" a line
    std::string data;               ///< source and extent of the recording
    std::string build;
};

/// Which of a sweep's runs: of which window, over which part of it.
struct Part {
    std::uint32_t window = 0;  ///< from 1; 0 = no walk-forward
    std::string sample{};      ///< "all", "in", "out"

    friend auto operator<=>(const Part&, const Part&) = default;
};

/// A run as it is kept.
struct StoredRun {
    std::uint64_t set = 0;  ///< from 0, as the plan numbers them
    std::vector<std::string> values{};
    std::string message{};  ///< why it failed; "" = it did not
};

/// A run in a ranking.
struct RankedRun {
    std::uint64_t set = 0;
    std::vector<std::string> values{};
    std::optional<double> figure{};  ///< that it is ranked by
};

/// The results of a sweep in an SQLite file, each on disk when it is added, so that what was done
/// survives whatever ends the sweep. Tables: docs/how-to/sweeps.md. For one thread.
class ResultStore {
public:
    /// A new file. One that is there already is an error (exit 6).
    static Result<ResultStore> create(const std::string& path, const SweepIdentity& identity);

    /// Goes on with a file. One that was made for something else is refused (exit 6), with the
    /// reason; none is there: exit 3.
    static Result<ResultStore> resume(const std::string& path, const SweepIdentity& identity);

    /// Removes a file of results, if there is one. Any other file is refused (exit 6).
    static Result<> discard(const std::string& path);

    /// Replaces what is there of that run.
    Result<> add(
        const Part& part,
        std::uint64_t set,
        const std::vector<std::string>& values,
        const RunResult& result);

    /// Sets of a part that have a result, be it that they failed.
    Result<std::set<std::uint64_t>> ended(const Part& part);

    /// The best `count` (0 = all) done runs of a part by one figure; those without it come last,
    /// and of equals the first in the plan. `key` must be one of keys().
    Result<std::vector<RankedRun>> ranking(
        const Part& part, const std::string& key, bool lowest, std::uint64_t count);

    /// The figures of a run by key; empty if there is no such run.
    Result<std::map<std::string, Figure>> figures(const Part& part, std::uint64_t set);

    /// Its daily returns.
    Result<std::vector<double>> returns(const Part& part, std::uint64_t set);

    /// What the runs of a part have for a figure; those without it are left out.
    Result<std::vector<double>> values_of(const Part& part, const std::string& key);

    /// Runs of all parts, done and failed.
    Result<std::uint64_t> count();

    /// Runs of a part that are done.
    Result<std::uint64_t> done(const Part& part);

    /// Runs that failed, of all parts, each set once.
    Result<std::vector<StoredRun>> failed();

    /// Every figure that a run has had, in the order of the report.
    Result<std::vector<Figure>> keys();

    /// A row a run, a column a parameter and figure.
    Result<> write_csv(std::ostream& out);

private:
    ResultStore() = default;

    static Result<ResultStore> open(const std::string& path, int flags);
    Result<> prepare();
    Result<> add_figures(const Part& part, std::uint64_t set, const RunResult& result);
    Result<> run_to_end(journal::sqlite::Statement& statement);
    tl::unexpected<Error> failed_to(const std::string& what) const;

    std::string path_;
    journal::sqlite::Database database_;
    journal::sqlite::Statement add_run_;
    journal::sqlite::Statement add_figure_;
    journal::sqlite::Statement add_key_;
    std::set<std::string> known_keys_;
};

}  // namespace tapedeck::research
