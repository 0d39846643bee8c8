#include "bench/made_book.h"

#include <fmt/format.h>
#include <zlib.h>

#include <cstdlib>
#include <string_view>

namespace tapedeck::bench {

namespace {

constexpr std::size_t kLevels = 10;
constexpr std::int64_t kFirstPrice = 650'000;  // tenths

std::string text_of(std::int64_t price, std::int64_t quantity) {
    return fmt::format(
        R"({{"price":{}.{},"qty":{}.{:08}}})",
        price / 10,
        price % 10,
        quantity / 100'000'000,
        quantity % 100'000'000);
}

}  // namespace

MadeBook::MadeBook(std::uint64_t seed) : state_(seed) {
    for (std::size_t i = 0; i < kLevels; ++i) {
        const auto away = static_cast<std::int64_t>(i * 3);
        bids_[-(kFirstPrice - away)] = static_cast<std::int64_t>(1 + below(500'000'000));
        asks_[kFirstPrice + 20 + away] = static_cast<std::int64_t>(1 + below(500'000'000));
    }
}

/// A linear congruence with a mixed output is random enough for a load.
std::uint64_t MadeBook::below(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33U) % bound;
}

/// A level that is there gets another quantity, or goes if there are enough; or a new one comes.
MadeBook::Level MadeBook::change(Side& side, bool is_bid) {
    auto at = side.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(below(side.size())));
    std::int64_t key = at->first;
    std::int64_t quantity = static_cast<std::int64_t>(1 + below(500'000'000));
    if (below(4) == 0) {
        ++key;  // worse than the one that is there, so the sides never cross
    } else if (below(4) == 0 && side.size() > kLevels) {
        quantity = 0;
    }
    if (quantity == 0) {
        side.erase(key);
    } else {
        side[key] = quantity;
    }
    while (side.size() > kLevels) side.erase(std::prev(side.end()));
    return {is_bid ? -key : key, quantity};
}

std::uint32_t MadeBook::checksum() const {
    std::string digits;
    for (const Side* side : {&asks_, &bids_}) {
        for (const auto& [key, quantity] : *side) {
            digits += std::to_string(std::abs(key)) + std::to_string(quantity);
        }
    }
    const auto* const bytes = reinterpret_cast<const Bytef*>(digits.data());
    return static_cast<std::uint32_t>(crc32(0, bytes, static_cast<uInt>(digits.size())));
}

std::string MadeBook::message(const std::vector<Level>& bids, const std::vector<Level>& asks) {
    const auto list = [](const std::vector<Level>& levels) {
        std::string text;
        for (const auto& level : levels) {
            text += (text.empty() ? "" : ",") + text_of(level.price, level.quantity);
        }
        return text;
    };
    return fmt::format(
        R"({{"channel":"book","type":"{}","data":[{{"symbol":"{}","bids":[{}],"asks":[{}],)"
        R"("checksum":{},"timestamp":"2026-01-19T15:36:48.413515Z"}}]}})",
        has_begun_ ? "update" : "snapshot",
        kSymbol,
        list(bids),
        list(asks),
        checksum());
}

std::string MadeBook::next() {
    std::vector<Level> bids;
    std::vector<Level> asks;
    if (!has_begun_) {
        for (const auto& [key, quantity] : bids_) bids.push_back({-key, quantity});
        for (const auto& [key, quantity] : asks_) asks.push_back({key, quantity});
        std::string text = message(bids, asks);
        has_begun_ = true;
        return text;
    }
    const std::uint64_t count = 1 + below(3);
    for (std::uint64_t i = 0; i < count; ++i) {
        const bool is_bid = below(2) == 0;
        (is_bid ? bids : asks).push_back(change(is_bid ? bids_ : asks_, is_bid));
    }
    return message(bids, asks);
}

}  // namespace tapedeck::bench
