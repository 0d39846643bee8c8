#include "research/backtest/tape_writer.h"

#include "events/codec.h"
#include "tape/chain.h"

#include <filesystem>
#include <utility>

namespace tapedeck::research {

Result<TapeWriter> TapeWriter::create(
    const std::string& directory, std::uint64_t tape_id, const std::string& profile) {
    if (journal::FrameStore::is_tape(directory)) {
        return fail(
            directory + ": there is a tape here already; name another directory",
            ExitCode::Refused);
    }
    std::error_code error;
    std::filesystem::create_directories(directory, error);
    if (error) {
        return fail(
            directory + ": cannot make it: " + error.message() + "; name another place by --home");
    }
    auto store = TRY(journal::FrameStore::open(
        directory,
        {.tape_id = tape_id, .profile = profile},
        {.sync = journal::StoreOptions::Sync::Checkpoint}));
    return TapeWriter(std::move(store), tape_id);
}

TapeWriter::TapeWriter(journal::FrameStore store, std::uint64_t tape_id)
    : store_(std::move(store)) {
    at_.tape_id = tape_id;
}

void TapeWriter::take(const Recorded& recorded) {
    if (error_) return;
    if (!fits(recorded)) {
        if (const auto written = write(); !written) {
            error_ = written.error();
            return;
        }
    }
    if (batch_.header.count == 0) {
        batch_.header.first_seq = recorded.seq.value;
        batch_.header.recorded_at = to_ns(recorded.recorded_at);
    }
    ++batch_.header.count;
    encode_record(
        batch_.records,
        recorded.producer,
        recorded.number,
        recorded.cause,
        recorded.event,
        {recorded.happened_at, recorded.received_at, recorded.source_key});
}

Result<> TapeWriter::finish() {
    if (!error_) {
        TRY(write());
        TRY(store_.flush());
    }
    if (error_) return tl::make_unexpected(*error_);
    return {};
}

bool TapeWriter::fits(const Recorded& recorded) const {
    const auto& header = batch_.header;
    if (header.count == 0) return true;
    return header.count < tape::kMaxFrameRecords &&
           batch_.records.size() < tape::kFrameTargetBytes &&
           to_ns(recorded.recorded_at) == header.recorded_at + header.count;
}

Result<> TapeWriter::write() {
    auto& header = batch_.header;
    if (header.count == 0) return {};
    header.epoch = 1;
    header.raw_length = static_cast<std::uint32_t>(batch_.records.size());
    header.prev_hash = at_.last_hash;
    header.hash = tape::frame_hash(at_.tape_id, header, batch_.records);
    TRY(producers_.take(header, batch_.records));
    batch_.marks = producers_.take_changed();
    TRY(store_.append(batch_));
    at_.last_hash = header.hash;
    batch_ = {};
    return {};
}

}  // namespace tapedeck::research
