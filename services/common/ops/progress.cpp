#include "ops/progress.h"

#include "ops/terminal.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace tapedeck::ops {

using namespace std::chrono_literals;

namespace {

constexpr Duration kRedrawEvery = 100ms;
constexpr Duration kRateAfter = 200ms;  // before that, a rate is noise

Progress::Output terminal_output() {
    if (!is_terminal(STDERR_FILENO)) return {};
    return [](std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stderr);
        std::fflush(stderr);
    };
}

double seconds_of(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

std::string human_count(double count) {
    static constexpr std::array<const char*, 5> kUnits{"", "k", "M", "G", "T"};
    std::size_t unit = 0;
    // 999.95 would print as 1000.0.
    while (count >= (unit == 0 ? 1000.0 : 999.95) && unit + 1 < kUnits.size()) {
        count /= 1000;
        ++unit;
    }
    if (unit == 0) return fmt::format("{:.0f}", count);
    return fmt::format("{:.1f}{}", count, kUnits[unit]);
}

Progress::Progress(std::string title, std::uint64_t total, std::string unit, const Clock& clock)
    : Progress(std::move(title), total, std::move(unit), clock, terminal_output()) {}

Progress::Progress(
    std::string title, std::uint64_t total, std::string unit, const Clock& clock, Output output)
    : title_(std::move(title)),
      total_(total),
      unit_(std::move(unit)),
      clock_(clock),
      output_(std::move(output)),
      started_(clock.monotonic()),
      drawn_(started_) {}

Progress::~Progress() {
    if (visible_) output_("\r\x1b[K");
}

void Progress::advance_to(std::uint64_t done) {
    done_ = done;
    if (!output_) return;
    const Duration now = clock_.monotonic();
    if (now - drawn_ < kRedrawEvery) return;
    drawn_ = now;
    visible_ = true;
    output_("\r\x1b[K" + line());
}

std::string Progress::line() const {
    const auto done = static_cast<double>(done_);
    const Duration elapsed = clock_.monotonic() - started_;
    std::string text = title_;
    if (total_ > 0) {
        const std::uint64_t percent = std::min<std::uint64_t>(
            100, static_cast<std::uint64_t>(done * 100 / static_cast<double>(total_)));
        text += fmt::format(
            "  {} %  {} of {} {}",
            percent,
            human_count(done),
            human_count(static_cast<double>(total_)),
            unit_);
    } else {
        text += fmt::format("  {} {}", human_count(done), unit_);
    }
    if (elapsed < kRateAfter || done_ == 0) return text;
    const double rate = done / seconds_of(elapsed);
    text += fmt::format("  {}/s", human_count(rate));
    if (total_ > done_) {
        const double left = static_cast<double>(total_ - done_) / rate;
        // A year is for ever: what is longer need not fit the integer.
        const std::chrono::seconds seconds(std::lround(std::min(left, 365.0 * 86400.0)));
        text += "  " + tapedeck::to_string(Duration(seconds)) + " left";
    }
    return text;
}

}  // namespace tapedeck::ops
