#pragma once

#include "stack.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

/// What tests over a recorded market share: the market, the run, and what its tape must say.
namespace tapedeck::integration {

/// Candles of three pairs, `minutes` each, in files of their own.
class Market {
public:
    explicit Market(int minutes);

    std::vector<std::string> settings() const;

    const std::vector<std::string>& files() const { return files_; }

private:
    testing::TemporaryDirectory directory_;
    std::vector<std::string> files_;
};

/// The tape of an undisturbed run over `market`.
std::vector<Recorded> play(const Market& market);

/// The tape of `tapedeck backtest` over these files, with the stack's own configuration.
std::vector<Recorded> backtest(
    const std::vector<std::string>& files, const std::vector<std::string>& settings);

/// The run as its market and its decisions tell it: the same whoever was killed on the way.
std::vector<std::string> story_of(const std::vector<Recorded>& tape);

/// Fails, with the first difference, unless the stories are the same.
void expect_same_story(
    const std::vector<std::string>& found, const std::vector<std::string>& expected);

template <class T>
std::vector<std::pair<Recorded, T>> all(const std::vector<Recorded>& tape) {
    std::vector<std::pair<Recorded, T>> result;
    for (const auto& recorded : tape) {
        if (const T* event = recorded.event.as<T>()) result.emplace_back(recorded, *event);
    }
    return result;
}

/// Positions are the sum of fills; cash is what was paid in, what trading realised, less fees and
/// what the positions cost; all to the last decimal.
void expect_books_balance(const std::vector<Recorded>& tape);

}  // namespace tapedeck::integration
