#include "cli/tape_source.h"

#include "events/codec.h"
#include "journal/store/frame_store.h"
#include "tape/chain_check.h"
#include "tape/records.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <limits>

namespace tapedeck::cli {

using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t kWholeTape = std::numeric_limits<std::int64_t>::max();
constexpr Duration kTurn = 100ms;

class FileTape final : public TapeSource {
public:
    FileTape(journal::FrameStore store, std::string path)
        : store_(std::move(store)), path_(std::move(path)) {}

    Result<> read(Seq from, Seq to, const Visit& visit) override {
        if (to < from || !from.exists()) return {};
        Result<> result;
        TRY(store_.read(from.value, to.value, [&](const journal::StoredFrame& frame) {
            auto go_on = visit({frame.header, frame.records});
            if (!go_on) result = fail(go_on.error().message, go_on.error().exit_code);
            return go_on && *go_on;
        }));
        return result;
    }

    Result<> follow(Seq from, const Follow& visit) override {
        return read(from.next(), {kWholeTape}, [&](const Frame& frame) { return visit(&frame); });
    }

    /// The store knows its end only after it has verified everything; asking for ever later frames
    /// finds it in some sixty steps.
    Result<Seq> end() override {
        std::uint64_t known = 0;
        for (std::uint64_t step = 1; step > 0;) {
            std::uint64_t last = 0;
            const auto find = [&](const journal::StoredFrame& frame) {
                last = frame.header.last_seq();
                return false;
            };
            const auto found = store_.read(known + step, known + step, find);
            const bool is_damaged = !found && found.error().exit_code == ExitCode::Integrity;
            if (is_damaged) last = known + step;  // it is there; whoever reads it will be told
            if (!found && !is_damaged) return tl::make_unexpected(found.error());
            if (last > 0) {
                known = last;
                step *= 2;
            } else {
                step /= 2;
            }
        }
        return Seq{known};
    }

    Result<Seq> verify(const std::function<void(Seq)>& progress) override {
        TRY(store_.verify([&](std::uint64_t last) { progress(Seq{last}); }));
        return Seq{store_.position().last_seq};
    }

    Result<Facts> facts() override {
        Facts facts;
        facts.tape_id = store_.position().tape_id;
        facts.profile = store_.profile();
        facts.where = path_;
        for (const auto& mark : store_.position().producers) {
            facts.producers.emplace(mark.id, mark.name);
            tape::ServiceStatus service;
            service.name = mark.name;
            service.decided = mark.last_cause;
            service.starts = mark.epoch;
            facts.services.push_back(std::move(service));
        }
        return facts;
    }

private:
    journal::FrameStore store_;
    std::string path_;
};

class LiveTape final : public TapeSource {
public:
    LiveTape(std::unique_ptr<tape::Client> client, std::string run_directory)
        : client_(std::move(client)), run_directory_(std::move(run_directory)) {}

    Result<> read(Seq from, Seq to, const Visit& visit) override {
        return client_->read(from, to, [&](const tape::Follower::Frame& frame) {
            return visit({frame.header, frame.records()});
        });
    }

    Result<> follow(Seq from, const Follow& visit) override {
        return client_->follow(from, kTurn, [&](const tape::Follower::Frame* frame) {
            if (frame == nullptr) return visit(nullptr);
            const Frame shown{frame->header, frame->records()};
            return visit(&shown);
        });
    }

    Result<Seq> end() override {
        TRY(client_->ask());
        return client_->tape_end();
    }

    Result<Seq> verify(const std::function<void(Seq)>& progress) override {
        const tape::Welcome welcome = TRY(client_->ask());
        tape::ChainCheck chain({.tape_id = welcome.tape_id});
        std::uint64_t frames = 0;
        const auto check = [&](const Frame& frame) -> Result<bool> {
            TRY(chain.add(frame.header, frame.records));
            if (++frames % 256 == 0) progress(Seq{chain.position().last_seq});
            return true;
        };
        TRY(read({1}, client_->tape_end(), check));
        TRY(chain.finish());
        progress(Seq{chain.position().last_seq});
        return Seq{chain.position().last_seq};
    }

    tape::Client* client() override { return client_.get(); }

    Result<Facts> facts() override {
        const tape::Welcome welcome = TRY(client_->ask());
        Facts facts;
        facts.tape_id = welcome.tape_id;
        facts.profile = welcome.profile;
        facts.lockstep = welcome.lockstep;
        facts.quarantine = welcome.quarantine;
        facts.services = welcome.services;
        facts.where = run_directory_;
        // The journal lists them by id, and ids are given out 1, 2, 3 …
        for (std::uint32_t i = 0; i < welcome.services.size(); ++i) {
            facts.producers.emplace(i + 1, welcome.services[i].name);
        }
        return facts;
    }

private:
    std::unique_ptr<tape::Client> client_;
    std::string run_directory_;
};

}  // namespace

Result<bool> visit_records(
    const TapeSource::Frame& frame,
    Seq from,
    Seq to,
    const TapeSource::Wanted& wanted,
    const std::function<bool(const Recorded&)>& visit) {
    Recorded recorded;
    tape::RecordCursor cursor(frame.header, frame.records);
    while (TRY(cursor.next())) {
        const std::uint16_t type = cursor.prefix().type;
        const bool asked_for = cursor.seq() >= from && cursor.seq() <= to && is_known_type(type);
        if (!asked_for || (wanted && !wanted(type))) continue;
        TRY(decode_record(cursor.bytes(), recorded));
        recorded.seq = cursor.seq();
        recorded.recorded_at = cursor.recorded_at();
        if (!visit(recorded)) return false;
    }
    return true;
}

Result<> TapeSource::records(
    Seq from, Seq to, const Wanted& wanted, const std::function<bool(const Recorded&)>& visit) {
    return read(from, to, [&](const Frame& frame) {
        return visit_records(frame, from, to, wanted, visit);
    });
}

Result<Recorded> TapeSource::at(Seq seq) {
    std::optional<Recorded> found;
    bool exists = false;
    bool is_ledger = false;
    TRY(read(seq, seq, [&](const Frame& frame) {
        exists = true;
        is_ledger = frame.header.codec == tape::kCodecLedger;
        return visit_records(frame, seq, seq, {}, [&](const Recorded& recorded) {
            found = recorded;
            return false;
        });
    }));
    if (found) return std::move(*found);
    if (is_ledger) {
        return fail(
            fmt::format("seq {} was market data and has gone by retention", seq.value),
            ExitCode::NotFound);
    }
    if (exists) {
        return fail(
            fmt::format("seq {} is an event of a type that this build does not know", seq.value));
    }
    const Seq last = TRY(end());
    return fail(
        fmt::format("there is no seq {}: the tape ends at {}", seq.value, last.value),
        ExitCode::NotFound);
}

Result<Time> TapeSource::time_of(Seq seq) {
    Time time{};
    TRY(read(seq, seq, [&](const Frame& frame) -> Result<bool> {
        const auto offset = static_cast<std::int64_t>(seq.value - frame.header.first_seq);
        time = time_from_ns(frame.header.recorded_at + offset);
        return false;
    }));
    return time;
}

Result<Seq> TapeSource::first_at(Time time) {
    std::uint64_t low = 1;
    std::uint64_t high = TRY(end()).value + 1;
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        if (TRY(time_of({middle})) < time) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return Seq{low};
}

Result<std::unique_ptr<TapeSource>> open_file(const std::string& path) {
    journal::FrameStore store = TRY(journal::FrameStore::open_to_read(path));
    return std::unique_ptr<TapeSource>(std::make_unique<FileTape>(std::move(store), path));
}

Result<std::unique_ptr<TapeSource>> connect(
    const std::string& run_directory, const ops::Clock& clock) {
    if (!is_listening(run_directory)) {
        return fail(
            "no journal runs in " + run_directory +
                ": start the stack with `tapedeck up`, name another with --home, or read a tape "
                "file with --tape",
            ExitCode::Unreachable);
    }
    tape::Client::Options options;
    options.run_directory = run_directory;
    options.clock = [&clock] { return clock.monotonic(); };
    return std::unique_ptr<TapeSource>(
        std::make_unique<LiveTape>(TRY(tape::Client::connect(options)), run_directory));
}

bool is_listening(const std::string& run_directory) {
    // Knocks and goes: what a crashed journal left behind refuses, where ZeroMQ would wait.
    const auto endpoints = tape::Endpoints::in(run_directory);
    if (!endpoints) return false;
    const std::string path = endpoints->replay.substr(std::string_view("ipc://").size());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return false;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return false;
    const bool listening =
        ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(descriptor);
    return listening;
}

std::string tape_name(std::uint64_t tape_id) {
    return fmt::format("{:012x}", tape_id);
}

}  // namespace tapedeck::cli
