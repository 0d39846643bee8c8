#include "ops/process.h"
#include "strategy/core/parameters.h"
#include "strategy/core/strategies.h"
#include "tape/node.h"

namespace tapedeck::strategy {
namespace {

constexpr Duration kWait = std::chrono::milliseconds(50);

Result<> serve(ops::Process& process) {
    Strategies strategies;  // hears of its configuration from the tape, like everybody
    auto node = TRY(
        tape::Node::connect({process.run_directory().string(), ops::identity(process.build())}));
    node->add_decider("strategy", strategies, process.settings());
    auto result = process.repeat([&] { return process.turn(*node, kWait); });
    node->leave();
    return result;
}

std::vector<ops::Problem> check(const Settings& settings) {
    std::vector<ops::Problem> found;
    for (const auto& problem : problems(settings)) found.push_back({problem.key, problem.message});
    return found;
}

ops::ProcessSpec spec() {
    return {
        .service = "strategy",
        .summary = "Evaluates strategies on every candle; states decisions and targets.",
        .examples = {"tapedeck-strategy --profile demo --home var/demo"},
        .sections = settings(),
        .checks = {check}};
}

}  // namespace
}  // namespace tapedeck::strategy

int main(int argc, char** argv) {
    return tapedeck::ops::run(argc, argv, tapedeck::strategy::spec(), tapedeck::strategy::serve);
}
