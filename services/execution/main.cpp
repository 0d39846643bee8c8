#include "execution/core/orders.h"
#include "execution/core/portfolio.h"
#include "execution/shell/kraken_account.h"
#include "ops/process.h"
#include "tape/node.h"
#include "tape/witness.h"
#include "venues/kraken/settings.h"
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

/// An order must have one venue, and a venue has its own time.
std::vector<ops::Problem> check(const Settings& settings) {
    const auto venue = kraken::parse(settings);
    if (!venue) return {{"kraken", venue.error().message}};
    const auto clash = kraken::account_clash(settings);
    if (!clash) return {};
    return {{"kraken.account", *clash}};
}

Result<std::unique_ptr<KrakenAccount>> open_kraken(ops::Process& process) {
    const auto venue = TRY(kraken::parse(process.configuration().settings()));
    if (!venue.trades()) return std::unique_ptr<KrakenAccount>{};
    return KrakenAccount::open(process, venue);
}

Result<> serve(ops::Process& process) {
    Orders orders;
    Portfolio portfolio;
    paper::PaperVenue venue;
    auto witness = TRY(WitnessFile::open(process));
    const auto kraken = TRY(open_kraken(process));
    auto node = TRY(tape::Node::connect(
        {.run_directory = process.run_directory().string(),
         .build = ops::identity(process.build()),
         .witness = witness.found(),
         .wake_descriptor = kraken ? kraken->wake_descriptor() : -1}));
    const Settings all = process.settings();
    node->add_decider("execution.orders", orders, ops::select(all, {"execution"}));
    node->add_decider("execution.portfolio", portfolio, {});
    node->add_decider("execution.paper", venue, ops::select(all, {"paper"}));
    if (kraken) kraken->join(*node, ops::select(all, {"kraken"}));
    const auto step = [&]() -> Result<> {
        TRY(process.turn(*node, kWait));
        return witness.keep(node->witness(), process.clock().monotonic());
    };
    auto result = process.repeat([&]() -> Result<> {
        TRY(step());
        if (!kraken) return {};
        if (node->is_live() && node->is_lockstep()) {
            return fail(
                "kraken.account is set, and journal.clock is \"feed\": real orders need real time; "
                "set journal.clock = \"wall\"",
                ExitCode::Configuration);
        }
        return kraken->turn();
    });
    if (result && kraken) result = kraken->leave(step);
    node->leave();
    return result;
}

ops::ProcessSpec spec() {
    ops::ProcessSpec spec{
        .service = "execution",
        .summary = "Keeps the life of every order and the positions; trades on paper or at Kraken.",
        .examples = {"tapedeck-execution --profile demo --home var/demo"},
        .sections = settings(),
        .checks = {check}};
    for (auto& section : paper::settings()) spec.sections.push_back(std::move(section));
    for (auto& section : kraken::settings()) spec.sections.push_back(std::move(section));
    return spec;
}

}  // namespace
}  // namespace tapedeck::execution

int main(int argc, char** argv) {
    return tapedeck::ops::run(argc, argv, tapedeck::execution::spec(), tapedeck::execution::serve);
}
