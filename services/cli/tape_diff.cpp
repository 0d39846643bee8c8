#include "cli/tape_diff.h"

#include "cli/listing.h"
#include "cli/record_line.h"
#include "cli/story.h"
#include "ops/progress.h"
#include "research/decider_proof.h"
#include "research/meaning.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <set>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;

/// Records of each tape that are looked at in turn.
constexpr std::uint64_t kStride = 32'768;

/// A word of one producer: where it is, and a digest of what it means.
struct Word {
    Seq seq;
    tape::Hash meaning{};
};

/// One producer's words on both tapes, as far as they are not paired yet.
struct Lane {
    std::deque<Word> a;
    std::deque<Word> b;
    std::uint64_t paired = 0;
    std::uint64_t count_a = 0;
    std::uint64_t count_b = 0;
    bool has_parted = false;
    Word first_a;  ///< where they part; seq 0 = that tape has no more words
    Word first_b;
};

/// One of the two tapes, read piece by piece.
class Side {
public:
    static Result<Side> open(const std::string& path) {
        namespace fs = std::filesystem;
        std::error_code ignored;
        const bool is_home = fs::is_directory(fs::path(path) / "journal", ignored);
        Side side;
        side.tape_ = TRY(open_file(is_home ? (fs::path(path) / "journal").string() : path));
        side.facts_ = TRY(side.tape_->facts());
        side.end_ = TRY(side.tape_->end());
        return side;
    }

    bool is_over() const { return next_ > end_; }

    /// The next piece; `hear` is told the producer's name and its word.
    Result<> advance(const std::function<void(const std::string&, const Word&)>& hear) {
        const Seq to{std::min(end_.value, next_.value + kStride - 1)};
        TRY(tape_->records(next_, to, {}, [&](const Recorded& recorded) {
            if (const auto* started = recorded.event.as<ServiceStarted>()) {
                starts_.emplace_back(recorded.seq, *started);
            }
            const auto meaning = research::meaning_of(recorded.event);
            if (!meaning) return true;
            const auto name = facts_.producers.find(recorded.producer);
            hear(
                name == facts_.producers.end() ? "journal" : name->second,
                {recorded.seq, tape::sha256(*meaning)});
            return true;
        }));
        next_ = to.next();
        return {};
    }

    TapeSource& tape() { return *tape_; }

    const TapeSource::Facts& facts() const { return facts_; }

    Seq end() const { return end_; }

    /// How the service was started that said the word at `seq`.
    std::optional<ServiceStarted> start_of(const std::string& service, Seq seq) const {
        std::optional<ServiceStarted> result;
        for (const auto& [at, started] : starts_) {
            if (started.service == service && (at < seq || !result)) result = started;
        }
        return result;
    }

private:
    std::unique_ptr<TapeSource> tape_;
    TapeSource::Facts facts_;
    Seq end_;
    Seq next_{1};
    std::vector<std::pair<Seq, ServiceStarted>> starts_;
};

/// Pairs the words of both tapes, producer by producer: what came between those of others depends
/// on the run.
class Comparison {
public:
    Comparison(Side a, Side b) : a_(std::move(a)), b_(std::move(b)) {}

    Result<> run(Session& session) {
        ops::Progress progress(
            "comparing",
            a_.end().value + b_.end().value,
            "records",
            session.world().clock,
            session.progress_output());
        std::uint64_t done = 0;
        while (!a_.is_over() || !b_.is_over()) {
            if (session.world().interrupted()) return fail("", ExitCode::Interrupted);
            if (!a_.is_over()) TRY(advance(a_, true));
            if (!b_.is_over()) TRY(advance(b_, false));
            progress.advance_to(done += 2 * kStride);
        }
        for (auto& [name, lane] : lanes_) {
            if (!lane.has_parted && lane.a.size() + lane.b.size() > 0) part(lane);
        }
        return {};
    }

    const std::map<std::string, Lane>& lanes() const { return lanes_; }

    Side& a() { return a_; }

    Side& b() { return b_; }

    /// The producer that said something else first; empty if none did.
    std::string first() const {
        std::string result;
        for (const auto& [name, lane] : lanes_) {
            if (!lane.has_parted) continue;
            if (result.empty() || place(lane) < place(lanes_.at(result))) result = name;
        }
        return result;
    }

private:
    /// Where a lane parts, on the tape that has a word there.
    static Seq place(const Lane& lane) {
        if (!lane.first_a.seq.exists()) return lane.first_b.seq;
        if (!lane.first_b.seq.exists()) return lane.first_a.seq;
        return std::min(lane.first_a.seq, lane.first_b.seq);
    }

    Result<> advance(Side& side, bool is_a) {
        return side.advance([&](const std::string& name, const Word& word) {
            Lane& lane = lanes_[name];
            ++(is_a ? lane.count_a : lane.count_b);
            if (lane.has_parted) return;
            (is_a ? lane.a : lane.b).push_back(word);
            while (!lane.has_parted && !lane.a.empty() && !lane.b.empty()) {
                if (lane.a.front().meaning != lane.b.front().meaning) {
                    part(lane);
                } else {
                    lane.a.pop_front();
                    lane.b.pop_front();
                    ++lane.paired;
                }
            }
        });
    }

    static void part(Lane& lane) {
        lane.has_parted = true;
        if (!lane.a.empty()) lane.first_a = lane.a.front();
        if (!lane.b.empty()) lane.first_b = lane.b.front();
        lane.a.clear();
        lane.b.clear();
    }

    Side a_;
    Side b_;
    std::map<std::string, Lane> lanes_;
};

/// Why the tapes part where they do.
struct Cause {
    std::string kind;  ///< "input", "configuration", "code", "length", "timing"
    std::string text;
};

bool is_source(const std::string& producer) {
    return producer == "market-data" || producer == "operator";
}

std::string changed_settings(const ServiceStarted& a, const ServiceStarted& b) {
    std::map<std::string, std::string> theirs;
    for (const auto& entry : a.configuration) theirs[entry.key] = "(not set)";
    for (const auto& entry : b.configuration) theirs[entry.key] = entry.value;
    return research::changes_by(theirs, a);
}

Cause cause_of(Comparison& comparison, const std::string& producer) {
    const Lane& lane = comparison.lanes().at(producer);
    if (is_source(producer)) return {"input", producer + " gave something else"};
    const auto a = comparison.a().start_of(producer, lane.first_a.seq);
    const auto b = comparison.b().start_of(producer, lane.first_b.seq);
    if (a && b) {
        if (const auto changes = changed_settings(*a, *b); !changes.empty()) {
            return {"configuration", changes};
        }
        if (a->build != b->build) return {"code", a->build + " on A, " + b->build + " on B"};
    }
    if (!lane.first_a.seq.exists() || !lane.first_b.seq.exists()) {
        return {
            "length",
            std::string(lane.first_a.seq.exists() ? "B" : "A") + " has no more words of " +
                producer};
    }
    return {"timing", "same settings, same program: the same input came at other times"};
}

Listing list_lanes(const Comparison& comparison) {
    Listing listing(
        {{"PRODUCER", "producer", Look::Text},
         {"IN A", "a", Look::Count},
         {"IN B", "b", Look::Count},
         {"ALIKE UNTIL", "alike", Look::Count},
         {"", "verdict", Look::Text}});
    for (const auto& [name, lane] : comparison.lanes()) {
        listing.add(
            {name,
             std::to_string(lane.count_a),
             std::to_string(lane.count_b),
             std::to_string(lane.paired),
             lane.has_parted ? "differs" : "the same"});
    }
    return listing;
}

Result<std::string> side_text(
    const std::string& label, const std::vector<Recorded>& chain, Side& side, Session& session) {
    if (chain.empty()) return fmt::format("  {}  nothing more\n", label);
    const RecordLines lines(session, side.facts().producers);
    std::string text = fmt::format("  {}  {}", label, lines.line(chain.front()));
    for (std::size_t i = 1; i < chain.size(); ++i) text += "       because " + lines.line(chain[i]);
    return text;
}

Result<> tell(Session& session, Comparison& comparison) {
    const std::string producer = comparison.first();
    Json object{{"same", producer.empty()}, {"producers", list_lanes(comparison).json()}};
    std::string text;
    for (Side* side : {&comparison.a(), &comparison.b()}) {
        text += fmt::format(
            "{}  {}  tape {}  {} records\n",
            side == &comparison.a() ? "A" : "B",
            side->facts().where,
            tape_name(side->facts().tape_id),
            side->end().value);
    }
    text += '\n' + list_lanes(comparison).table(session.colors()) + '\n';
    if (producer.empty()) {
        text += "the same: every word of every producer, but for ids, seqs and times\n";
    } else {
        const Lane& lane = comparison.lanes().at(producer);
        const auto a = TRY(with_causes(comparison.a().tape(), lane.first_a.seq));
        const auto b = TRY(with_causes(comparison.b().tape(), lane.first_b.seq));
        const Cause cause = cause_of(comparison, producer);
        object["first_difference"] = {
            {"producer", producer},
            {"word", lane.paired + 1},
            {"a", chain_json(a)},
            {"b", chain_json(b)},
            {"cause", cause.kind},
            {"explanation", cause.text}};
        text += fmt::format("FIRST DIFFERENCE: word {} of {}\n", lane.paired + 1, producer);
        text += TRY(side_text("A", a, comparison.a(), session));
        text += TRY(side_text("B", b, comparison.b(), session));
        text += fmt::format("  cause  {}: {}\n", cause.kind, cause.text);
        if (!a.empty()) {
            text += fmt::format(
                "next: tapedeck why {} --tape {}\n",
                a.front().seq.value,
                comparison.a().facts().where);
        }
    }
    if (!session.options().json) return session.print(text);
    return session.print(object.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
}

}  // namespace

Result<> diff(Session& session, const DiffOptions& options) {
    Side a = TRY(Side::open(options.a));
    Side b = TRY(Side::open(options.b));
    Comparison comparison(std::move(a), std::move(b));
    TRY(comparison.run(session));
    TRY(tell(session, comparison));
    if (!comparison.first().empty()) return fail("", ExitCode::Error);
    return {};
}

}  // namespace tapedeck::cli
