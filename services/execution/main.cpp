#include "execution/core/orders.h"
#include "execution/core/portfolio.h"
#include "ops/process.h"
#include "tape/node.h"
#include "tape/witness.h"
#include "venues/paper/paper.h"

#include <filesystem>
#include <optional>
#include <string>

namespace tapedeck::execution {
namespace {

constexpr Duration kWait = std::chrono::milliseconds(50);
constexpr Duration kWitnessInterval = std::chrono::seconds(1);

/// What this process has seen of the tape, on its own volume: after a power cut nobody else
/// remembers what was acknowledged.
class WitnessFile {
public:
    static Result<WitnessFile> open(ops::Process& process) {
        const auto directory = process.home() / "execution";
        std::error_code error;
        std::filesystem::create_directories(directory, error);
        if (error) return fail(directory.string() + ": cannot make it: " + error.message());
        WitnessFile file;
        file.path_ = (directory / "witness").string();
        file.found_ = TRY(tape::read_witness(file.path_));
        return file;
    }

    const std::optional<tape::Witness>& found() const { return found_; }

    Result<> keep(const std::optional<tape::Witness>& witness, Duration now) {
        if (!witness || witness == kept_ || now - kept_at_ < kWitnessInterval) return {};
        kept_at_ = now;
        kept_ = witness;
        return tape::write_witness(path_, *witness);
    }

private:
    std::string path_;
    std::optional<tape::Witness> found_;
    std::optional<tape::Witness> kept_;
    Duration kept_at_{};
};

Result<> serve(ops::Process& process) {
    Orders orders;
    Portfolio portfolio;
    paper::PaperVenue venue;
    auto witness = TRY(WitnessFile::open(process));
    auto node = TRY(tape::Node::connect(
        {.run_directory = process.run_directory().string(),
         .build = ops::identity(process.build()),
         .witness = witness.found()}));
    const Settings all = process.settings();
    node->add_decider("execution.orders", orders, ops::select(all, {"execution"}));
    node->add_decider("execution.portfolio", portfolio, {});
    node->add_decider("execution.paper", venue, ops::select(all, {"paper"}));
    auto result = process.repeat([&]() -> Result<> {
        TRY(process.turn(*node, kWait));
        return witness.keep(node->witness(), process.clock().monotonic());
    });
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
