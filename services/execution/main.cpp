#include "execution/core/orders.h"
#include "execution/core/portfolio.h"
#include "ops/process.h"
#include "tape/node.h"
#include "venues/paper/paper.h"

namespace tapedeck::execution {
namespace {

constexpr Duration kWait = std::chrono::milliseconds(50);

Result<> serve(ops::Process& process) {
    Orders orders;
    Portfolio portfolio;
    paper::PaperVenue venue;
    auto node = TRY(
        tape::Node::connect({process.run_directory().string(), ops::identity(process.build())}));
    const Settings all = process.settings();
    node->add_decider("execution.orders", orders, ops::select(all, {"execution"}));
    node->add_decider("execution.portfolio", portfolio, {});
    node->add_decider("execution.paper", venue, ops::select(all, {"paper"}));
    const auto result =
        process.repeat([&] { return node->step(process.clock().monotonic(), kWait); });
    node->leave();
    return result;
}

ops::ProcessSpec spec() {
    ops::ProcessSpec spec{
        .service = "execution",
        .summary = "Keeps the life of every order, the positions, and the paper venue.",
        .examples = {"tapedeck-execution --profile demo --home var/demo"},
        .sections = settings()};
    for (auto& section : paper::settings()) spec.sections.push_back(std::move(section));
    return spec;
}

}  // namespace
}  // namespace tapedeck::execution

int main(int argc, char** argv) {
    return tapedeck::ops::run(argc, argv, tapedeck::execution::spec(), tapedeck::execution::serve);
}
