#include "cli/storage_verbs.h"

#include "journal/store/tape_copy.h"
#include "ops/progress.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tapedeck::cli {

namespace {

/// Copied in one go; between two of them a segment may be sealed, which takes longer than a journal
/// waits for its reader.
constexpr std::uint64_t kPortion = 100'000;

/// The end of the backup must be on the tape, or the two have parted.
Result<> check_same_tape(
    TapeSource& tape, const journal::TapeCopy& copy, const std::string& directory) {
    const auto& at = copy.end();
    if (at.last_seq == 0) return {};
    bool same = false;
    TRY(tape.read({at.last_seq}, {at.last_seq}, [&](const TapeSource::Frame& frame) {
        same = frame.header.last_seq() == at.last_seq && frame.header.hash == at.last_hash;
        return false;
    }));
    if (same) return {};
    return fail(
        directory + " holds a backup to seq " + std::to_string(at.last_seq) +
            " that is not of this tape, or of more than is left of it: keep it, and choose "
            "another directory",
        ExitCode::Integrity);
}

Result<> copy_to_end(Session& session, TapeSource& tape, journal::TapeCopy& copy, Seq end) {
    const ops::Clock& clock = session.world().clock;
    ops::Progress progress("backup", end.value, "events", clock, session.progress_output());
    while (copy.end().last_seq < end.value) {
        const std::uint64_t from = copy.end().last_seq + 1;
        const std::uint64_t to = std::min(from + kPortion - 1, end.value);
        const auto take = [&](const TapeSource::Frame& frame) -> Result<bool> {
            if (session.world().interrupted()) return fail("", ExitCode::Interrupted);
            TRY(copy.take(frame.header, frame.records));
            progress.advance_to(copy.end().last_seq);
            return true;
        };
        auto done = tape.read({from}, {to}, take);
        if (!done) {
            // What was copied is good, and the next backup goes on behind it.
            TRY(copy.finish());
            return done;
        }
        if (copy.end().last_seq < from) {
            return fail("the tape ends before seq " + std::to_string(from), ExitCode::Integrity);
        }
        TRY(copy.settle());
    }
    return copy.finish();
}

}  // namespace

Result<> backup(Session& session, const std::string& directory) {
    std::error_code error;
    if (std::filesystem::equivalent(directory, session.home().journal(), error)) {
        return fail(directory + " is the tape itself: choose another directory", ExitCode::Usage);
    }
    TapeSource& tape = *TRY(session.tape());
    const auto facts = TRY(tape.facts());
    const Seq end = TRY(tape.end());
    auto copy = TRY(journal::TapeCopy::open(
        directory, {.tape_id = facts.tape_id, .profile = facts.profile}, {}));
    TRY(check_same_tape(tape, copy, directory));
    const std::uint64_t before = copy.end().last_seq;
    TRY(copy_to_end(session, tape, copy, end));
    const std::uint64_t copied = copy.end().last_seq - before;
    if (session.options().json) {
        const nlohmann::ordered_json line{
            {"tape", tape_name(facts.tape_id)},
            {"profile", facts.profile},
            {"directory", directory},
            {"copied", copied},
            {"last_seq", copy.end().last_seq}};
        return session.print(line.dump() + '\n');
    }
    return session.print(
        "ok  " + std::to_string(copied) + " events copied, each proven; " + directory +
        " holds tape " + tape_name(facts.tape_id) + " (" + facts.profile + ") to seq " +
        std::to_string(copy.end().last_seq) + '\n');
}

Result<> restore(Session& session, const RestoreOptions& options) {
    const Home home = session.home();
    if (is_listening(home.run().string())) {
        return fail(
            "a journal runs in " + home.run().string() + ": stop it first (tapedeck down)",
            ExitCode::Refused);
    }
    const ops::Clock& clock = session.world().clock;
    journal::Restored restored;
    {
        ops::Progress progress("restore", 0, "events", clock, session.progress_output());
        restored = TRY(journal::restore(
            options.from,
            home.journal().string(),
            options.replace ? journal::IfThere::MoveAside : journal::IfThere::Refuse,
            [&](std::uint64_t last_seq) { progress.advance_to(last_seq); }));
    }
    if (!restored.moved_to.empty()) session.note("the tape that was there is " + restored.moved_to);
    if (session.options().json) {
        const nlohmann::ordered_json line{
            {"tape", tape_name(restored.tape_id)},
            {"profile", restored.profile},
            {"last_seq", restored.last_seq},
            {"moved_to", restored.moved_to}};
        return session.print(line.dump() + '\n');
    }
    return session.print(
        "ok  tape " + tape_name(restored.tape_id) + " (" + restored.profile + ") to seq " +
        std::to_string(restored.last_seq) + " is in " + home.journal().string() +
        ", proven from the first frame to the last\n"
        "next: tapedeck up; the journal goes on under a new tape id, and every account must be "
        "reconciled before it trades\n");
}

}  // namespace tapedeck::cli
