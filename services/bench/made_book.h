#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace tapedeck::bench {

/// Messages of one of Kraken's books as they would come, the same for the same seed: a snapshot of
/// ten levels a side, then updates of one to three levels near the best, each with its checksum.
class MadeBook {
public:
    explicit MadeBook(std::uint64_t seed);

    /// The snapshot first.
    std::string next();

    static constexpr const char* kSymbol = "BTC/USD";

private:
    using Side = std::map<std::int64_t, std::int64_t>;  ///< by distance from zero, best first

    struct Level {
        std::int64_t price = 0;     ///< tenths
        std::int64_t quantity = 0;  ///< 1e-8; 0 = gone
    };

    std::uint64_t below(std::uint64_t bound);
    Level change(Side& side, bool is_bid);
    std::uint32_t checksum() const;
    std::string message(const std::vector<Level>& bids, const std::vector<Level>& asks);

    std::uint64_t state_;
    Side bids_;  ///< by minus price
    Side asks_;
    bool has_begun_ = false;
};

}  // namespace tapedeck::bench
