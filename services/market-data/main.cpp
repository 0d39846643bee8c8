#include "market-data/core/live_session.h"
#include "market-data/core/marks.h"
#include "market-data/core/settings.h"
#include "market-data/shell/live.h"
#include "market-data/shell/make_feed.h"
#include "market-data/shell/make_market_feed.h"
#include "market-data/shell/sender.h"
#include "ops/process.h"
#include "ops/venue_cache.h"
#include "tape/client.h"
#include "tape/node.h"
#include "venues/kraken/settings.h"

#include <algorithm>
#include <string>

namespace tapedeck::market_data {
namespace {

using namespace std::chrono_literals;

constexpr Duration kWait = 50ms;

/// Other data under the same name would be skipped or continued as if they were the same.
Result<> same_source(const std::string& recorded, const Feed& feed) {
    if (recorded.empty() || recorded == feed.source()) return {};
    return fail(
        "this tape was fed from another source (" + recorded + "), not from " + feed.source() +
            ": start a new tape with another --home, or give it the same input",
        ExitCode::Configuration);
}

/// What the tape was fed from before, as its feed said among the first records; "" = nothing yet.
Result<std::string> recorded_source(const ops::Process& process) {
    constexpr std::uint64_t kFirstRecords = 4096;
    const auto client =
        TRY(tape::Client::connect({.run_directory = process.run_directory().string(), .clock = [&] {
                                       return process.clock().monotonic();
                                   }}));
    std::string source;
    const auto wanted = [](std::uint16_t type) { return type == FeedStarted::kType; };
    const auto look = [&](const Recorded& recorded) {
        source = recorded.event.as<FeedStarted>()->source;
        return false;
    };
    const Seq last{std::min(client->tape_end().value, kFirstRecords)};
    TRY(client->read(Seq{1}, last, [&](const tape::Follower::Frame& frame) {
        return tape::for_each_record(frame.header, frame.records(), wanted, look);
    }));
    return source;
}

void log_notes(const ops::Process& process, const std::vector<Note>& notes) {
    for (const auto& note : notes) {
        if (note.is_warning) {
            process.log().warn(note.code, note.text);
        } else {
            process.log().info(note.code, note.text);
        }
    }
}

/// A venue's public data. The tape says how far it is before the venue is asked.
Result<> serve_live(ops::Process& process, const FeedSettings& wanted) {
    const Settings& settings = process.configuration().settings();
    const auto seed = static_cast<std::uint64_t>(to_ns(process.clock().wall()));
    ops::VenueCache cache(process);
    auto feed = TRY(make_market_feed(settings, wanted, seed, &cache.answers()));
    Marks marks;
    auto node = TRY(tape::Node::connect(
        {.run_directory = process.run_directory().string(),
         .build = ops::identity(process.build()),
         .market_data_lane = true,
         .wake_descriptor = feed->wake_descriptor()}));
    node->add_decider(std::string(Marks::kService), marks, {});
    auto& producer = node->add_source("market-data", process.settings());
    const LiveSession::Options options{
        .stale_after = wanted.stale_after,
        .quote_interval = wanted.quote_interval,
        .instruments = wanted.instruments};
    LiveSession session(std::move(feed), marks, options);
    bool has_begun = false;
    auto result = process.repeat([&]() -> Result<> {
        TRY(process.turn(*node, kWait));
        has_begun = has_begun || node->is_live();
        if (!has_begun) return {};
        if (producer.first_welcome()->lockstep) {
            return fail(
                "market-data.feed is a live venue, and journal.clock is \"feed\": real data need "
                "real time; set journal.clock = \"wall\"",
                ExitCode::Configuration);
        }
        log_notes(
            process, TRY(session.poll({process.clock().wall(), process.clock().monotonic()})));
        send_waiting(session, producer);
        cache.tell();
        return {};
    });
    node->leave();
    return result;
}

Result<> serve(ops::Process& process) {
    const Settings& settings = process.configuration().settings();
    const FeedSettings wanted = TRY(parse(settings));
    if (is_live(wanted.source)) return serve_live(process, wanted);
    auto feed = TRY(make_feed(settings));
    auto first = TRY(feed->next());
    auto node = TRY(tape::Node::connect(
        {.run_directory = process.run_directory().string(),
         .build = ops::identity(process.build()),
         .market_data_lane = true,
         .only_new = true}));
    auto& producer =
        node->add_source("market-data", process.settings(), first ? first->time : Time{});
    std::optional<Sender> sender;
    bool reported = false;
    auto result = process.repeat([&]() -> Result<> {
        Duration wait = kWait;
        if (sender) wait = sender->send(process.clock().monotonic());
        TRY(process.turn(*node, wait));
        if (!sender && node->is_live()) {
            const auto before = recorded_source(process);
            const bool is_away = !before && before.error().exit_code == ExitCode::Unreachable;
            if (is_away) return {};  // the journal starts again: asked at the next turn
            if (!before) return tl::make_unexpected(before.error());
            TRY(same_source(*before, *feed));
            const bool ticks = producer.first_welcome()->lockstep;
            sender.emplace(*feed, std::move(first), producer, wanted.speed, ticks);
            process.log().info("FEED_STARTED", "feed started", {{"source", feed->source()}});
        }
        if (!sender || !sender->is_done()) return {};
        if (!sender->outcome()) return sender->outcome();
        if (!std::exchange(reported, true)) {
            process.log().info("FEED_ENDED", "the feed has given all it had");
        }
        return {};
    });
    node->leave();
    return result;
}

ops::ProcessSpec spec() {
    ops::ProcessSpec spec{
        .service = "market-data",
        .summary = "Feeds market data to the tape: a venue's, recorded files, or a made-up market.",
        .examples =
            {"tapedeck-market-data --profile demo --home var/demo",
             "tapedeck-market-data --profile kraken --home var/kraken",
             "tapedeck-market-data --home var/run --set market-data.feed=recorded "
             "--set market-data.files=XBTEUR_1.csv"},
        .sections = settings()};
    for (auto& section : kraken::settings()) spec.sections.push_back(std::move(section));
    return spec;
}

}  // namespace
}  // namespace tapedeck::market_data

int main(int argc, char** argv) {
    return tapedeck::ops::run(
        argc, argv, tapedeck::market_data::spec(), tapedeck::market_data::serve);
}
