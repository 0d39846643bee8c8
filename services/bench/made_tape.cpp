#include "bench/made_tape.h"

#include "bench/ensemble.h"
#include "events/codec.h"
#include "market-data/core/session.h"
#include "venues/synthetic/synthetic_feed.h"

#include <algorithm>
#include <map>
#include <memory>

namespace tapedeck::bench {

namespace {

using Said = Ensemble::Said;

constexpr std::uint32_t kFeed = 6;
constexpr auto kPairs = "bench:BTC/USD,bench:ETH/USD,bench:SOL/USD";
constexpr auto kBuild = "bench";
/// Market data that share a frame: half a minute of three pairs, as a busy journal would have them.
constexpr std::size_t kFeedRecords = 256;

/// What each decider is configured with; keys that are missing have their defaults.
std::vector<SettingValue> configuration_of(const std::string& service) {
    if (service == "strategy") {
        std::vector<SettingValue> entries;
        for (const char* kind : {"bollinger", "macd", "rsi", "vote"}) {
            const std::string section = "strategy." + std::string(kind);
            entries.push_back({section + ".instruments", kPairs});
            entries.push_back({section + ".kind", kind});
        }
        return entries;
    }
    if (service == "risk") {
        return {
            {"risk.day_trades", "500"}, {"risk.fraction", "0.05"}, {"risk.max_open_orders", "60"}};
    }
    if (service == "execution.paper") return {{"paper.cash", "USD:10000"}};
    return {};
}

class Maker {
public:
    using Visit = std::function<Result<bool>(const MadeFrame&)>;

    explicit Maker(const Visit& visit) : visit_(visit) {
        market_data::FeedSettings settings;
        settings.seed = 7;
        for (const char* pair : {"bench:BTC/USD", "bench:ETH/USD", "bench:SOL/USD"}) {
            settings.instruments.push_back(*Instrument::parse(pair));
        }
        feed_ = std::make_unique<market_data::Session>(
            std::make_unique<synthetic::SyntheticFeed>(settings), std::chrono::minutes(1));
    }

    Result<> run() {
        begin();
        while (TRY(settle())) {
            while (said_.size() < kFeedRecords) {
                const auto step = TRY(feed_->next());
                if (!step) return {};
                now_ = step->time;
                said_.push_back({kFeed, {}, ClockTicked{step->time}});
                for (const auto& sourced : step->events) {
                    said_.push_back({kFeed, {}, sourced.event});
                }
            }
        }
        return {};
    }

private:
    void begin() {
        now_ = synthetic::SyntheticFeed::kStart;
        said_.push_back({0, {}, TapeStarted{.tape_id = kMadeTapeId, .profile = "bench"}});
        for (const auto& member : ensemble_.members()) start(member.name, member.producer);
        start("market-data", kFeed);
    }

    void start(const std::string& service, std::uint32_t producer) {
        said_.push_back(
            {0,
             {},
             ServiceStarted{
                 .service = service,
                 .producer_epoch = 1,
                 .build = kBuild,
                 .configuration = configuration_of(service),
                 .producer_id = producer}});
    }

    /// Frame by frame until nobody has anything more to say. False: the visitor has enough.
    Result<bool> settle() {
        while (!said_.empty()) {
            fill();
            seal();
            if (!TRY(visit_({batch_, records_}))) return false;
            // Record by record, decider by decider: their words come in the journal's order.
            for (const auto& recorded : records_) ensemble_.take(recorded, said_);
        }
        return true;
    }

    void fill() {
        batch_ = {};
        records_.clear();
        batch_.header.first_seq = last_seq_ + 1;
        while (!said_.empty() && records_.size() < tape::kMaxFrameRecords &&
               batch_.records.size() < tape::kFrameTargetBytes) {
            Said& next = said_.front();
            Recorded recorded;
            recorded.seq = Seq{batch_.header.first_seq + records_.size()};
            recorded.producer = next.producer;
            recorded.number = next.producer == 0 ? 0 : ++numbers_[next.producer];
            recorded.cause = next.cause;
            recorded.event = std::move(next.event);
            encode_record(
                batch_.records, recorded.producer, recorded.number, recorded.cause, recorded.event);
            records_.push_back(std::move(recorded));
            said_.pop_front();
        }
    }

    void seal() {
        auto& header = batch_.header;
        header.count = static_cast<std::uint32_t>(records_.size());
        header.epoch = 1;
        header.recorded_at = std::max(last_recorded_at_ + 1, to_ns(now_));
        header.raw_length = static_cast<std::uint32_t>(batch_.records.size());
        header.prev_hash = last_hash_;
        header.hash = tape::frame_hash(kMadeTapeId, header, batch_.records);
        for (std::size_t i = 0; i < records_.size(); ++i) {
            records_[i].recorded_at =
                time_from_ns(header.recorded_at + static_cast<std::int64_t>(i));
        }
        last_hash_ = header.hash;
        last_seq_ = header.last_seq();
        last_recorded_at_ = header.recorded_at + header.count - 1;
    }

    const Visit& visit_;
    std::unique_ptr<market_data::Feed> feed_;
    Ensemble ensemble_;
    std::deque<Said> said_;  // and not yet on the tape
    std::map<std::uint32_t, std::uint64_t> numbers_;
    journal::Batch batch_;
    std::vector<Recorded> records_;
    Time now_{};
    std::uint64_t last_seq_ = 0;
    std::int64_t last_recorded_at_ = 0;
    tape::Hash last_hash_ = tape::kGenesisHash;
};

}  // namespace

Result<> make_tape(const std::function<Result<bool>(const MadeFrame&)>& visit) {
    return Maker(visit).run();
}

}  // namespace tapedeck::bench
