#include "cli/live_journal.h"
#include "cli/tape_source.h"

#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tapedeck::cli {
namespace {

using testing::HandMadeTape;
using testing::LiveJournal;
using testing::run_command;
using testing::Said;

std::vector<std::pair<std::string, std::string>> ramp() {
    return {
        {"risk.stage.observe.order", "1"},
        {"risk.stage.observe.max_position", "0"},
        {"risk.stage.observe.gate_hours", "24"},
        {"risk.stage.tiny.order", "2"},
        {"risk.stage.tiny.max_quantity", "0.001"},
        {"risk.stage.tiny.max_quantity_asset", "BTC"},
        {"risk.stage.full.order", "3"}};
}

class StagesTest : public ::testing::Test {
protected:
    /// A journal over a tape on which risk has come to `stage`.
    void begin(const std::string& stage) {
        tape_.add(tapedeck::testing::started("risk", ramp()));
        if (!stage.empty()) tape_.add(changed("", stage, StageMove::Started));
        journal_.emplace(tape_);
    }

    static StageChanged changed(std::string from, std::string to, StageMove move) {
        StageChanged event;
        event.from = std::move(from);
        event.to = std::move(to);
        event.move = move;
        return event;
    }

    Said run(std::vector<std::string> arguments, const std::string& input = "") {
        arguments.insert(arguments.end(), {"--home", journal_->home()});
        return run_command(arguments, input, {{"USER", "alice"}});
    }

    /// Runs a command while somebody answers its wish as risk would.
    Said run_answered(
        std::vector<std::string> arguments,
        const std::function<Event(const StageOrdered& wish, Seq order)>& answer) {
        const ops::SystemClock clock;
        auto tape = connect(journal_->home() + "/run", clock).value();
        const Seq end = tape->end().value();
        std::thread risk([&] {
            std::optional<Event> said;
            const auto look = [&](const Recorded& recorded) {
                const auto* wish = recorded.event.as<StageOrdered>();
                if (wish != nullptr) said = answer(*wish, recorded.seq);
                return !said;
            };
            const auto take = [&](const TapeSource::Frame* frame) -> Result<bool> {
                if (frame == nullptr) return !said;
                const Seq last{frame->header.last_seq()};
                EXPECT_TRUE(visit_records(*frame, end.next(), last, {}, look));
                return !said;
            };
            EXPECT_TRUE(tape->follow(end, take));
            EXPECT_TRUE(said && tape->client()->submit(*said, "test", "double"));
        });
        const Said result = run(std::move(arguments));
        risk.join();
        return result;
    }

    HandMadeTape tape_;
    std::optional<LiveJournal> journal_;
};

TEST_F(StagesTest, ShowsTheStagesThePresentOneAndItsGates) {
    begin("observe");
    const Said shown = run({"stage"});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_NE(shown.out.find("0.001 BTC"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("tiny is closed: hours 0 of 24"), std::string::npos) << shown.out;
    const auto object = nlohmann::json::parse(run({"stage", "--json"}).out);
    EXPECT_EQ(object["present"], "observe");
    EXPECT_EQ(object["next"], "tiny");
    EXPECT_TRUE(object["previous"].is_null());
    EXPECT_EQ(object["is_open"], false);
    EXPECT_EQ(object["stages"][1]["allocation"], "0.001 BTC");
    EXPECT_EQ(object["gates"][1]["gate"], "hours");
    EXPECT_NE(run({"status"}).out.find("stage observe (1 of 3)"), std::string::npos);
}

TEST_F(StagesTest, AnAdvanceIsConfirmedAndARefusalNamesEachClosedGate) {
    begin("observe");
    EXPECT_EQ(run({"stage", "advance"}).code, 6);
    EXPECT_EQ(run({"stage", "advance", "--confirm", "live"}).code, 6);
    EXPECT_EQ(run({"stage", "advance", "--dry-run"}).code, 0);
    const Said refused = run_answered(
        {"stage", "advance", "--confirm", "demo", "--reason", "a clean week"},
        [](const StageOrdered& wish, Seq order) -> Event {
            EXPECT_EQ(wish.stage, "tiny");
            EXPECT_EQ(wish.request.reason, "a clean week");
            EXPECT_EQ(wish.request.by, "alice");
            StageRefused said;
            said.order = order;
            said.stage = "tiny";
            said.present = "observe";
            said.reason = "gates_closed";
            const auto hours = [](int n) { return Decimal::from_integer(n); };
            said.gates = {
                {StageGateCode::Undisturbed, true, hours(0), hours(0)},
                {StageGateCode::Hours, false, hours(3), hours(24)}};
            return said;
        });
    EXPECT_EQ(refused.code, 6);
    EXPECT_NE(
        refused.err.find("risk refuses: gates_closed: hours 3 of 24. It stays in stage observe"),
        std::string::npos)
        << refused.err;
}

TEST_F(StagesTest, AnAdvanceAndAStepBackSayWhatAPositionMayBeWorth) {
    begin("observe");
    const auto granting = [](std::string from, StageMove move) {
        return [from, move](const StageOrdered& wish, Seq order) -> Event {
            StageChanged said = changed(from, wish.stage, move);
            said.order = order;
            return said;
        };
    };
    const Said up = run_answered(
        {"stage", "advance", "--confirm", "demo"}, granting("observe", StageMove::Advanced));
    EXPECT_EQ(up.code, 0) << up.err;
    EXPECT_NE(up.out.find("a position may be worth 0.001 BTC"), std::string::npos) << up.out;
    const Said down = run_answered({"stage", "back"}, granting("tiny", StageMove::Lowered));
    EXPECT_EQ(down.code, 0) << down.err;
    EXPECT_NE(down.out.find("a position may be worth nothing"), std::string::npos) << down.out;
    EXPECT_EQ(run({"stage", "back"}).code, 6);  // there is none below
}

TEST_F(StagesTest, AboveTheLastStageThereIsNone) {
    begin("full");
    EXPECT_EQ(run({"stage", "advance", "--confirm", "demo"}).code, 6);
    EXPECT_NE(run({"stage"}).out.find("it is the last one"), std::string::npos);
}

TEST_F(StagesTest, WhereRiskHasStatedNoneThereIsNothingToChange) {
    begin("");
    EXPECT_EQ(run({"stage", "advance", "--confirm", "demo"}).code, 3);
    EXPECT_NE(run({"stage"}).out.find("has not stated a stage yet"), std::string::npos);
}

TEST(StagesWithoutRamp, AreSaidToBeMissing) {
    HandMadeTape tape;
    tape.add(tapedeck::testing::started("risk", {}));
    const LiveJournal journal(tape);
    const auto run = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--home", journal.home()});
        return run_command(arguments);
    };
    EXPECT_EQ(run({"stage"}).code, 0);
    EXPECT_NE(run({"stage"}).out.find("no roll-out"), std::string::npos);
    EXPECT_EQ(run({"stage", "advance", "--confirm", "demo"}).code, 3);
    EXPECT_EQ(run({"stage", "back"}).code, 3);
    EXPECT_EQ(run({"stage", "sideways"}).code, 2);
}

}  // namespace
}  // namespace tapedeck::cli
