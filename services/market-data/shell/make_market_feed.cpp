#include "market-data/shell/make_market_feed.h"

#include "net/wire.h"
#include "venues/kraken/public_feed.h"
#include "venues/kraken/settings.h"

namespace tapedeck::market_data {

Result<std::unique_ptr<MarketFeed>> make_market_feed(
    const Settings& settings,
    const FeedSettings& wanted,
    std::uint64_t seed,
    net::AnswerCache* cache) {
    const kraken::VenueSettings venue = TRY(kraken::parse(settings));
    net::WireOptions wire_options;
    wire_options.ca_file = venue.ca_file;
    auto wire = TRY(net::start_wire(wire_options));
    kraken::PublicFeedOptions options;
    options.rest_origin = venue.rest_origin;
    options.socket_url = venue.socket_url;
    options.instruments = wanted.instruments;
    options.history = wanted.history;
    options.depth = venue.depth;
    options.cache = cache;
    options.seed = seed;
    return std::make_unique<kraken::PublicFeed>(std::move(options), std::move(wire));
}

}  // namespace tapedeck::market_data
