#include "journal/store/frame_store.h"
#include "tape/witness.h"

#include <cstdio>

/// What the store does besides committing: sealing, packing, retention, checks, room on the disk.
namespace tapedeck::journal {

using namespace std::chrono_literals;

namespace {

constexpr Duration kTendInterval = 1s;
/// A start has enough to do; the daily check begins a little later.
constexpr Duration kFirstCheckAfter = 1min;

std::string ratio(std::uint64_t before, std::uint64_t after) {
    char text[32];
    std::snprintf(
        text,
        sizeof text,
        "%.2f",
        static_cast<double>(before) / static_cast<double>(std::max<std::uint64_t>(after, 1)));
    return text;
}

}  // namespace

Event sealed_event(const SegmentSet::Entry& entry) {
    return SegmentSealed{
        .first_seq = Seq{entry.manifest.first_seq()},
        .last_seq = Seq{entry.manifest.end.last_seq},
        .last_hash = std::string(tape::as_bytes(entry.manifest.end.last_hash)),
        .merkle_root = std::string(tape::as_bytes(entry.manifest.merkle_root)),
        .manifest_hash = std::string(tape::as_bytes(entry.manifest_hash))};
}

bool FrameStore::is_due_to_seal() const {
    if (tally_.frames() == 0 || is_low()) return false;
    if (open_bytes_ >= options_.segment_bytes) return true;
    return options_.segment_age > Duration::zero() &&
           Duration(at_.last_recorded_at - tally_.first_recorded_at()) >= options_.segment_age;
}

Result<> FrameStore::seal_if_due() {
    if (!is_due_to_seal()) return {};
    TRY(seal());
    // What was just written is read once more, from the file that will be kept.
    if (caretaker_) caretaker_->give({Chore::Kind::Check, closed_.entries().back().name});
    return {};
}

Result<> FrameStore::tend(Duration monotonic) {
    TRY(seal_if_due());
    if (tended_at_ && monotonic - *tended_at_ < kTendInterval) return {};
    tended_at_ = monotonic;
    TRY(collect_chores());
    give_chores(monotonic);
    if (options_.keep_witness) keep_witness();
    return watch_space();
}

/// A byte that rots in the log's middle takes all behind it along, and SQLite calls that intact
/// (design: tape.md section 7): what was committed is therefore told by a file of its own.
void FrameStore::keep_witness() {
    if (at_.last_seq == witnessed_seq_) return;
    witnessed_seq_ = at_.last_seq;
    const auto kept = tape::write_witness(
        witness_file(),
        {.tape_id = at_.tape_id, .epoch = epoch_, .seq = Seq{at_.last_seq}, .hash = at_.last_hash});
    // A full disk is no reason to stop: the one of execution is on another volume.
    if (!kept) log("NO_WITNESS", kept.error().message);
}

Result<std::optional<std::string>> FrameStore::contradiction() {
    const auto witness = TRY(tape::read_witness(witness_file()));
    if (!witness || witness->tape_id != at_.tape_id) return std::optional<std::string>{};
    if (witness->seq.value > at_.last_seq) {
        return std::optional(
            "the journal has recorded seq " + std::to_string(witness->seq.value) +
            ", this tape ends at " + std::to_string(at_.last_seq) +
            ": acknowledged records are missing");
    }
    if (TRY(hash_at(witness->seq.value)) == std::optional(witness->hash)) {
        return std::optional<std::string>{};
    }
    return std::optional(
        "the journal has recorded other records than this tape holds up to seq " +
        std::to_string(witness->seq.value));
}

Result<> FrameStore::collect_chores() {
    if (!caretaker_) return {};
    // The tape has been told of them: what goes only now would be told again after a crash.
    if (events_.empty()) {
        for (const auto& name : std::exchange(to_remove_, {})) {
            caretaker_->give({Chore::Kind::Remove, name});
        }
    }
    while (auto done = caretaker_->take_done()) {
        if (done->stopped) continue;
        if (done->chore.kind == Chore::Kind::Remove) {
            // What stays takes room, and the next start removes it.
            if (!done->problem.empty()) log("SEGMENT_NOT_REMOVED", done->problem);
        } else if (done->chore.kind == Chore::Kind::Check) {
            finish_check(*done);
        } else {
            under_way_.reset();
            TRY(finish_chore(*done));
        }
    }
    return {};
}

Result<> FrameStore::finish_chore(const ChoreDone& done) {
    const SegmentName& segment = done.chore.segment;
    if (!done.problem.empty()) {
        gave_up_on_.insert(segment.first_seq);
        log("SEGMENT_KEPT", segment.file() + " stays as it is: " + done.problem);
        return {};
    }
    if (!TRY(closed_.replace(done.made))) return {};
    if (done.chore.kind == Chore::Kind::Pack) {
        log("SEGMENT_PACKED",
            segment.file() + ": " + std::to_string(done.bytes_before) + " bytes became " +
                std::to_string(done.bytes_after) + ", ratio " +
                ratio(done.bytes_before, done.bytes_after));
        caretaker_->give({Chore::Kind::Remove, segment});
        return {};
    }
    events_.push_back(SegmentRetired{
        .first_seq = Seq{segment.first_seq},
        .last_seq = Seq{segment.last_seq},
        .kept_records = done.kept_records});
    to_remove_.push_back(segment);
    log("SEGMENT_RETIRED",
        segment.file() + ": " + std::to_string(done.kept_records) + " records are kept");
    return {};
}

void FrameStore::give_chores(Duration monotonic) {
    if (!caretaker_) return;
    begin_check_round(monotonic);
    if (under_way_) return;
    under_way_ = next_chore();
    if (under_way_) caretaker_->give(*under_way_);
}

std::optional<Chore> FrameStore::next_chore() const {
    for (const auto& entry : closed_.entries()) {
        if (gave_up_on_.contains(entry.name.first_seq)) continue;
        if (may_retire(entry)) return Chore{Chore::Kind::Retire, entry.name};
        // With next to no room left, there is none for a second copy either.
        const bool may_pack = options_.pack && !is_low();
        if (may_pack && entry.name.kind == SegmentKind::Sealed) {
            return Chore{Chore::Kind::Pack, entry.name};
        }
    }
    return std::nullopt;
}

/// Whole segments, from the oldest on, and only what nobody needs to start from.
bool FrameStore::may_retire(const SegmentSet::Entry& entry) const {
    if (entry.name.kind == SegmentKind::Ledger) return false;
    if (entry.manifest.end.last_seq >= retire_before_) return false;
    const Duration age(at_.last_recorded_at - entry.manifest.end.last_recorded_at);
    const bool too_old = options_.keep_age > Duration::zero() && age > options_.keep_age;
    const bool too_much =
        options_.keep_bytes > 0 && closed_.bytes() + open_bytes_ > options_.keep_bytes;
    return too_old || too_much;
}

void FrameStore::begin_check_round(Duration monotonic) {
    if (options_.check_every == Duration::zero()) return;
    if (!next_check_) next_check_ = monotonic + std::min(kFirstCheckAfter, options_.check_every);
    if (monotonic < *next_check_ || !checks_under_way_.empty() || closed_.empty()) return;
    next_check_ = monotonic + options_.check_every;
    for (const auto& entry : closed_.entries()) {
        checks_under_way_.insert(entry.name.first_seq);
        checked_to_ = entry.name.last_seq;
        caretaker_->give({Chore::Kind::Check, entry.name});
    }
}

void FrameStore::finish_check(const ChoreDone& done) {
    const SegmentName& segment = done.chore.segment;
    for (const auto& entry : closed_.entries()) {
        // Meanwhile it was packed or retired, and its file has gone: look at the new one.
        if (entry.name.first_seq != segment.first_seq || entry.name == segment) continue;
        if (!done.problem.empty()) {
            caretaker_->give({Chore::Kind::Check, entry.name});
            return;
        }
    }
    const bool in_round = checks_under_way_.erase(segment.first_seq) > 0;
    if (!done.problem.empty()) {
        log("TAPE_DAMAGED", done.problem);
        events_.push_back(TapeChecked{
            .first_seq = Seq{segment.first_seq},
            .last_seq = Seq{segment.last_seq},
            .problem = done.problem});
        return;
    }
    if (!in_round || !checks_under_way_.empty()) return;
    log("TAPE_CHECKED",
        "every closed segment is as it was written, to seq " + std::to_string(checked_to_));
    events_.push_back(TapeChecked{
        .first_seq = Seq{closed_.entries().front().manifest.first_seq()},
        .last_seq = Seq{checked_to_},
        .problem = ""});
}

Result<> FrameStore::watch_space() {
    if (!options_.watch_space) return {};
    const std::uint64_t free = TRY(free_bytes(directory_));
    // A ballast that was given up will be wanted back: its room is not room for the tape.
    const std::uint64_t owed =
        options_.ballast_bytes - std::min(options_.ballast_bytes, size_of(ballast()));
    const auto level = gauge_.update(free - std::min(free, owed));
    if (!level) return {};
    events_.push_back(StorageLow{.level = *level, .free_bytes = free});
    log("STORAGE_LOW",
        std::string(to_string(*level)) + ": " + std::to_string(free) + " bytes free in " +
            directory_);
    if (*level == StorageLevel::Enough) set_ballast_aside();
    return {};
}

/// Taken from the disk while there is room, given back when there is none: then the last orders and
/// fills are still recorded, and the checkpoint succeeds.
void FrameStore::set_ballast_aside() {
    if (options_.ballast_bytes == 0 || size_of(ballast()) == options_.ballast_bytes) return;
    const auto made = preallocate(ballast(), options_.ballast_bytes);
    if (!made) log("NO_BALLAST", made.error().message);
}

bool FrameStore::drop_ballast() {
    if (size_of(ballast()) == 0 || !remove_file(ballast())) return false;
    if (gauge_.stop()) {
        const auto free = free_bytes(directory_);
        events_.push_back(StorageLow{.level = StorageLevel::Stop, .free_bytes = free.value_or(0)});
    }
    log("DISK_FULL", "the disk is full: the ballast was given up, no market data is recorded");
    return true;
}

}  // namespace tapedeck::journal
