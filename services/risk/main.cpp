#include "ops/process.h"
#include "risk/core/risk.h"
#include "risk/core/settings.h"
#include "tape/node.h"

namespace tapedeck::risk {
namespace {

constexpr Duration kWait = std::chrono::milliseconds(50);

Result<> serve(ops::Process& process) {
    Risk risk;  // hears of its configuration from the tape, like everybody
    auto node = TRY(
        tape::Node::connect({process.run_directory().string(), ops::identity(process.build())}));
    node->add_decider("risk", risk, process.settings());
    auto result = process.repeat([&] { return process.turn(*node, kWait); });
    node->leave();
    return result;
}

std::vector<ops::Problem> check(const Settings& settings) {
    std::vector<ops::Problem> found;
    for (auto& problem : problems(settings)) found.push_back({"risk", std::move(problem)});
    return found;
}

ops::ProcessSpec spec() {
    return {
        .service = "risk",
        .summary = "Judges every target, sizes orders, protects positions, stops in emergencies.",
        .examples = {"tapedeck-risk --profile demo --home var/demo"},
        .sections = settings(),
        .checks = {check}};
}

}  // namespace
}  // namespace tapedeck::risk

int main(int argc, char** argv) {
    return tapedeck::ops::run(argc, argv, tapedeck::risk::spec(), tapedeck::risk::serve);
}
