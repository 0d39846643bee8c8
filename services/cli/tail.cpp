#include "cli/events_verbs.h"
#include "cli/fields.h"
#include "cli/moment.h"
#include "cli/record_line.h"
#include "cli/selection.h"
#include "events/codec.h"
#include "events/print.h"

#include <algorithm>
#include <deque>
#include <limits>

namespace tapedeck::cli {

namespace {

constexpr std::uint64_t kForEver = std::numeric_limits<std::int64_t>::max();
/// How many records tail looks at in one go on its way back.
constexpr std::uint64_t kBackStep = 4096;

/// Prints selected records in the form that was asked for.
class Printer {
public:
    static Result<Printer> make(
        Session& session, TapeSource& tape, const Selection& selection, std::string format) {
        RecordFilter filter = TRY(RecordFilter::parse(selection));
        std::ostream* out = TRY(session.out());
        return Printer(session, tape, std::move(filter), std::move(format), out);
    }

    TapeSource::Wanted wanted() const {
        return [this](std::uint16_t type) {
            return filter_.wants_type(type) || type == ServiceStarted::kType;
        };
    }

    /// Whether the record is one of the selection.
    bool selects(const Recorded& recorded) {
        // A service that said HELLO after we asked who is there has a name we do not know yet.
        if (recorded.event.as<ServiceStarted>() != nullptr) names_are_old_ = true;
        return filter_.wants_type(recorded.event.type()) && filter_.wants(recorded);
    }

    Result<> print(const Recorded& recorded) {
        if (!format_.empty()) {
            const std::string text = TRY(lines_->formatted(format_, recorded));
            *out_ << text;
        } else if (session_.options().json) {
            *out_ << to_json(recorded) << '\n';
        } else if (session_.options().plain) {
            *out_ << recorded.seq.value << '\t' << to_string(recorded.recorded_at) << '\t'
                  << lines_->service(recorded.producer) << '\t' << recorded.event.name() << '\t'
                  << recorded.cause.value << '\t' << describe(recorded.event) << '\n';
        } else {
            *out_ << lines_->line(recorded);
        }
        ++printed_;
        return {};
    }

    void flush() { out_->flush(); }

    std::uint64_t printed() const { return printed_; }

    /// Asks for the producers' names; not while the journal answers with history.
    Result<> learn_names() {
        auto facts = TRY(tape_.facts());
        lines_.emplace(session_, std::move(facts.producers));
        names_are_old_ = false;
        return {};
    }

    bool names_are_old() const { return names_are_old_; }

private:
    Printer(
        Session& session,
        TapeSource& tape,
        RecordFilter filter,
        std::string format,
        std::ostream* out)
        : session_(session),
          tape_(tape),
          filter_(std::move(filter)),
          format_(std::move(format)),
          out_(out) {}

    Session& session_;
    TapeSource& tape_;
    RecordFilter filter_;
    std::string format_;
    std::ostream* out_;
    std::optional<RecordLines> lines_;
    std::uint64_t printed_ = 0;
    bool names_are_old_ = false;
};

/// The last `count` selected records of a range, oldest first.
Result<std::deque<Recorded>> last_records(
    TapeSource& tape, Printer& printer, Range range, std::uint64_t count) {
    std::deque<Recorded> found;
    std::uint64_t step = kBackStep;
    Seq to = range.to;
    while (to >= range.from && to.exists() && found.size() < count) {
        const Seq from{std::max(range.from.value, to.value - std::min(to.value - 1, step - 1))};
        std::deque<Recorded> part;
        TRY(tape.records(from, to, printer.wanted(), [&](const Recorded& recorded) {
            if (!printer.selects(recorded)) return true;
            part.push_back(recorded);
            if (part.size() > count - found.size()) part.pop_front();
            return true;
        }));
        found.insert(
            found.begin(),
            std::make_move_iterator(part.begin()),
            std::make_move_iterator(part.end()));
        to = Seq{from.value - 1};
        step *= 2;
    }
    return found;
}

Result<std::deque<Recorded>> last_of_each_key(TapeSource& tape, Printer& printer, Range range) {
    std::map<std::string, Recorded> by_key;
    TRY(tape.records(range.from, range.to, printer.wanted(), [&](const Recorded& recorded) {
        if (printer.selects(recorded)) by_key.insert_or_assign(key_of(recorded), recorded);
        return true;
    }));
    std::deque<Recorded> records;
    for (auto& [key, recorded] : by_key) records.push_back(std::move(recorded));
    std::sort(
        records.begin(), records.end(), [](const auto& a, const auto& b) { return a.seq < b.seq; });
    return records;
}

/// Prints what comes after `from` until interrupted, or until `most` are printed.
Result<> print_live(
    Session& session, TapeSource& tape, Printer& printer, Seq from, std::uint64_t most) {
    bool interrupted = false;
    const auto visit = [&](const TapeSource::Frame* frame) -> Result<bool> {
        if (session.world().interrupted()) {
            interrupted = true;
            return false;
        }
        if (frame == nullptr) return true;
        if (printer.names_are_old()) TRY(printer.learn_names());
        Result<> printed;
        const Seq last{frame->header.last_seq()};
        TRY(visit_records(
            *frame, from.next(), last, printer.wanted(), [&](const Recorded& recorded) {
                if (printer.selects(recorded)) printed = printer.print(recorded);
                return printed && printer.printed() < most;
            }));
        TRY(std::move(printed));
        printer.flush();
        return printer.printed() < most;
    };
    TRY(tape.follow(from, visit));
    if (interrupted) return fail("", ExitCode::Interrupted);
    return {};
}

}  // namespace

Result<> tail(Session& session, const TailOptions& options) {
    TapeSource& tape = *TRY(session.tape());
    const Seq end = TRY(tape.end());
    Range range = TRY(range_of(options.selection, tape));
    if (range.to > end) range.to = end;
    Printer printer = TRY(Printer::make(session, tape, options.selection, ""));
    const bool since = !options.selection.since.empty() || !options.selection.from.empty();
    const auto records =
        TRY(options.selection.last_per_key
                ? last_of_each_key(tape, printer, range)
                : last_records(tape, printer, range, since ? kForEver : options.count));
    TRY(printer.learn_names());
    for (const auto& recorded : records) TRY(printer.print(recorded));
    printer.flush();
    if (!options.follow) return {};
    if (!tape.is_live()) {
        session.note("nobody writes to this tape: there is nothing to follow");
        return {};
    }
    return print_live(session, tape, printer, end, kForEver);
}

Result<> cat(Session& session, const CatOptions& options) {
    TapeSource& tape = *TRY(session.tape());
    const std::uint64_t most = options.count.value_or(kForEver);
    const Range range = TRY(range_of(options.selection, tape));
    Printer printer = TRY(Printer::make(session, tape, options.selection, options.format));
    const Seq end = TRY(tape.end());
    const Seq stop = std::min(range.to, end);
    if (options.selection.last_per_key) {
        const auto records = TRY(last_of_each_key(tape, printer, {range.from, stop}));
        TRY(printer.learn_names());
        for (const auto& recorded : records) TRY(printer.print(recorded));
        return {};
    }
    TRY(printer.learn_names());
    Result<> printed;
    bool interrupted = false;
    if (most > 0) {
        TRY(tape.records(range.from, stop, printer.wanted(), [&](const Recorded& recorded) {
            if (printer.selects(recorded)) printed = printer.print(recorded);
            interrupted = session.world().interrupted();
            return printed && printer.printed() < most && !interrupted;
        }));
    }
    TRY(std::move(printed));
    if (interrupted) return fail("", ExitCode::Interrupted);
    const bool goes_on = range.open && !options.exit_at_end && tape.is_live();
    if (!goes_on || printer.printed() >= most) return {};
    printer.flush();
    return print_live(session, tape, printer, std::max(end, Seq{range.from.value - 1}), most);
}

Result<> get(Session& session, const std::vector<std::string>& seqs) {
    TapeSource& tape = *TRY(session.tape());
    std::ostream& out = *TRY(session.out());
    const auto facts = TRY(tape.facts());
    const RecordLines lines(session, facts.producers);
    for (const auto& text : seqs) {
        const Seq seq = TRY(last_of(text, tape));
        const Recorded recorded = TRY(tape.at(seq));
        if (session.options().json) {
            out << to_json(recorded) << '\n';
            continue;
        }
        out << pretty(recorded, lines.service(recorded.producer));
    }
    return {};
}

}  // namespace tapedeck::cli
