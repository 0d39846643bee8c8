#pragma once

#include "ops/clock.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace tapedeck::ops {

/// One line on stderr that is redrawn at most ten times a second, with rate and time left; silent
/// where stderr is no terminal. The clock must outlive it.
class Progress {
public:
    /// `total` of 0 means not known: then it shows count and rate only. `unit` is "events",
    /// "bytes".
    Progress(std::string title, std::uint64_t total, std::string unit, const Clock& clock);

    /// The same to another output, terminal or not: for tests, and for nobody else.
    using Output = std::function<void(std::string_view)>;
    Progress(
        std::string title,
        std::uint64_t total,
        std::string unit,
        const Clock& clock,
        Output output);

    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Takes the line away.
    ~Progress();

    /// `done` of the total are done.
    void advance_to(std::uint64_t done);

    /// The line as it would be drawn now: "replay  42 %  5.0M of 12.0M events  1.2M/s  6s left".
    std::string line() const;

private:
    std::string title_;
    std::uint64_t total_;
    std::string unit_;
    const Clock& clock_;
    Output output_;  ///< empty: silent
    Duration started_;
    Duration drawn_;
    bool visible_ = false;
    std::uint64_t done_ = 0;
};

/// "999", "12.0k", "5.1M", "2.3G": for people, three digits or so.
std::string human_count(double count);

}  // namespace tapedeck::ops
