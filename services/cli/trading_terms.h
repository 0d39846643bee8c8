#pragma once

#include "base/instrument.h"
#include "base/money.h"
#include "base/settings.h"
#include "cli/findings.h"

#include <optional>
#include <vector>

/// What a venue takes and demands, held against what [risk] and [paper] expect.
namespace tapedeck::cli {

/// What of a fill's value goes to the venue.
struct VenueFees {
    Instrument instrument;
    Ratio taker;
    Ratio maker;
};

/// `volume`: of the account in 30 days, by which the venue sets its fees.
std::vector<Finding> check_fees(
    const Settings& settings, const std::vector<VenueFees>& fees, Money volume);

/// The least that the venue takes an order for, in quote currency.
struct LeastOrder {
    Instrument instrument;
    Money value;
};

/// Whether entries can be as large as the venue demands. `equity` in risk.currency; nothing where
/// nobody knows it. An entry whose size depends on a stop or on volatility is passed over.
std::vector<Finding> check_entry_sizes(
    const Settings& settings, const std::vector<LeastOrder>& least, std::optional<Money> equity);

}  // namespace tapedeck::cli
