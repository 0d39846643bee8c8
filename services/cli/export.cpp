#include "cli/events_verbs.h"
#include "cli/fields.h"
#include "cli/moment.h"
#include "cli/record_line.h"
#include "cli/selection.h"
#include "events/codec.h"
#include "events/print.h"
#include "ops/progress.h"

namespace tapedeck::cli {

namespace {

constexpr std::string_view kColumns = "seq,recorded_at,type,service,cause,instrument,strategy";

std::string csv_quoted(std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"') result += '"';
        result += c;
    }
    return result + '"';
}

std::string csv_row(const Recorded& recorded, const std::string& service, bool one_type) {
    std::string row = std::to_string(recorded.seq.value) + ',' + to_string(recorded.recorded_at);
    row += ',';
    row += recorded.event.name();
    row += ',' + csv_quoted(service);
    row += ',' + (recorded.cause.exists() ? std::to_string(recorded.cause.value) : "");
    row += ',' + instrument_named_in(recorded.event).to_string();
    row += ',' + csv_quoted(strategy_of(recorded.event));
    if (one_type) {
        for (const auto& cell : flat_fields(recorded.event)) row += ',' + csv_quoted(cell.value);
    } else {
        row += ',' + csv_quoted(to_json(recorded.event));
    }
    return row + '\n';
}

std::string csv_header(const Recorded& recorded, bool one_type) {
    std::string header(kColumns);
    if (!one_type) return header + ",data\n";
    for (const auto& cell : flat_fields(recorded.event)) header += ',' + cell.name;
    return header + '\n';
}

}  // namespace

Result<> export_tape(Session& session, const ExportOptions& options) {
    TapeSource& tape = *TRY(session.tape());
    const RecordFilter filter = TRY(RecordFilter::parse(options.selection));
    const Seq end = TRY(tape.end());
    const Range range = TRY(range_of(options.selection, tape));
    const Seq from = range.from;
    const Seq to = std::min(range.to, end);
    std::ostream& out = *TRY(session.out());
    const auto facts = TRY(tape.facts());
    const RecordLines lines(session, facts.producers);
    const bool one_type = filter.types().size() == 1;
    const std::uint64_t total = to < from ? 0 : to.value - from.value + 1;
    std::uint64_t written = 0;
    bool interrupted = false;
    const auto wanted = [&](std::uint16_t type) { return filter.wants_type(type); };
    {
        // The line must not mix with what goes to a terminal.
        ops::Progress progress(
            "export", total, "events", session.world().clock, session.progress_output());
        TRY(tape.records(from, to, wanted, [&](const Recorded& recorded) {
            if (recorded.seq.value % 1024 == 0) {
                progress.advance_to(recorded.seq.value - from.value);
            }
            interrupted = session.world().interrupted();
            if (!filter.wants(recorded)) return !interrupted;
            if (options.form == ExportForm::JsonLines) {
                out << to_json(recorded) << '\n';
            } else {
                if (written == 0) out << csv_header(recorded, one_type);
                out << csv_row(recorded, lines.service(recorded.producer), one_type);
            }
            ++written;
            return !interrupted && static_cast<bool>(out);
        }));
    }
    if (interrupted) return fail("", ExitCode::Interrupted);
    session.note(std::to_string(written) + " of " + std::to_string(total) + " events exported");
    return {};
}

Result<> verify(Session& session) {
    TapeSource& tape = *TRY(session.tape());
    const auto facts = TRY(tape.facts());
    const Seq end = TRY(tape.end());
    const ops::Clock& clock = session.world().clock;
    const Duration started = clock.monotonic();
    Seq last;
    {
        ops::Progress progress("verify", end.value, "events", clock, session.progress_output());
        last = TRY(tape.verify([&](Seq seq) { progress.advance_to(seq.value); }));
    }
    if (last < end) {
        return fail(
            "verified up to seq " + std::to_string(last.value) + " only, the tape goes to " +
                std::to_string(end.value),
            ExitCode::Integrity);
    }
    const auto elapsed = std::chrono::floor<std::chrono::milliseconds>(clock.monotonic() - started);
    if (session.options().json) {
        return session.print(
            "{\"tape\":\"" + tape_name(facts.tape_id) + "\",\"profile\":\"" + facts.profile +
            "\",\"last_seq\":" + std::to_string(last.value) + ",\"ok\":true}\n");
    }
    return session.print(
        "ok  tape " + tape_name(facts.tape_id) + " (" + facts.profile +
        "): " + std::to_string(last.value) + " events, hash chain intact, " +
        to_string(Duration(elapsed)) + "\n");
}

}  // namespace tapedeck::cli
