#include "venues/kraken/pairs_query.h"

#include "venues/kraken/rest_public.h"

#include <algorithm>
#include <utility>

namespace tapedeck::kraken {

void PairsQuery::drive(const market_data::Moment& now) {
    if (look_at_ && now.monotonic < *look_at_) return;
    look_at_ = now.monotonic + kLookEvery;
    if (rest_.is_waiting_for(tags_.assets) || rest_.is_waiting_for(tags_.pairs)) return;
    rest_.ask_cached(tags_.assets, assets_request(), not_before(now));
}

std::optional<PairsQuery::Outcome> PairsQuery::take(
    const PublicRest::Answered& answered, const market_data::Moment& now) {
    if (answered.tag == tags_.assets) {
        assets_ = answered;
        if (!rest_.is_waiting_for(tags_.pairs)) {
            rest_.ask_cached(tags_.pairs, asset_pairs_request(), not_before(now));
        }
        return std::nullopt;
    }
    const Time newer = std::max(answered.answered_at, assets_.answered_at);
    if (told_ == newer) return std::nullopt;
    Outcome outcome;
    outcome.answered_at = std::min(answered.answered_at, assets_.answered_at);
    outcome.is_old = answered.is_old || assets_.is_old;
    json::Document assets_document;
    json::Document pairs_document;
    const auto assets = read_envelope(assets_document, answered.status, assets_.body);
    const auto pairs = read_envelope(pairs_document, answered.status, answered.body);
    auto symbols = assets && pairs ? Symbols::read(assets->value, pairs->value)
                                   : Result<Symbols>(fail("an error in place of the pairs"));
    if (!symbols) {
        outcome.fault = symbols.error().message;
        distrusted_until_ = now.wall + Duration(1);
        if (!rest_.is_waiting_for(tags_.assets)) {
            rest_.repeat(tags_.assets, assets_request(), now.monotonic);
        }
        return outcome;
    }
    told_ = newer;
    outcome.symbols = std::move(*symbols);
    return outcome;
}

std::string old_pairs_text(Time answered_at) {
    return "kraken does not answer: its pairs as of " + tapedeck::to_string(answered_at) +
           " serve; it is asked until it does";
}

}  // namespace tapedeck::kraken
