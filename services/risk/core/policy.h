#pragma once

#include "risk/core/accounts.h"
#include "risk/core/book.h"
#include "risk/core/controls.h"
#include "risk/core/health.h"
#include "risk/core/portfolio.h"
#include "risk/core/settings.h"
#include "risk/core/sizing.h"

#include <vector>

namespace tapedeck::risk {

/// One target before its judge: what is asked, and everything it is judged by.
struct Case {
    const Policy& policy;
    const Controls& controls;
    const Health& health;
    const Accounts& accounts;
    const Portfolio& portfolio;
    const Book& book;  ///< with all that is in flight
    const Key& key;
    const Holding& holding;
    const Wanted& wanted;
    const Proposal& proposal;
    Time now{};
};

/// Every rule about new risk, answered, also after one has said no. The order is that of
/// OrderDenied.code: who may trade at all, what is known, what is asked, what it would add up to.
std::vector<RuleCheck> check_entry(const Case& c);

/// What binds an order that only reduces: no limit on new risk does.
std::vector<RuleCheck> check_close(const Case& c, Quantity quantity);

/// How much `now` is below `from`, as a share of it; 0 where it is above.
Checked<Ratio> loss_ratio(Money from, Money now);

}  // namespace tapedeck::risk
