#include "research/deciders.h"

#include "execution/core/orders.h"
#include "execution/core/portfolio.h"
#include "risk/core/risk.h"
#include "strategy/core/strategies.h"
#include "venues/kraken/account.h"
#include "venues/paper/paper.h"

namespace tapedeck::research {

namespace {

template <class D>
void add(std::vector<NamedDecider>& all, std::vector<std::string> sections) {
    all.push_back({std::string(D::kService), std::move(sections), std::make_unique<D>()});
}

}  // namespace

std::vector<NamedDecider> make_deciders() {
    std::vector<NamedDecider> all;
    add<strategy::Strategies>(all, {"strategy"});
    add<risk::Risk>(all, {"risk"});
    add<execution::Orders>(all, {"execution"});
    add<execution::Portfolio>(all, {});
    add<kraken::AccountBooks>(all, {"kraken"});
    add<paper::PaperVenue>(all, {"paper"});
    return all;
}

}  // namespace tapedeck::research
