#include "cli/commands.h"
#include "cli/control.h"
#include "cli/stages.h"
#include "ops/nearest.h"

#include <CLI/CLI.hpp>

#include <memory>
#include <set>

namespace tapedeck::cli {

namespace {

constexpr auto kGroup = "Control";

/// The flags of one control command, alive as long as the tree.
struct ControlFlags {
    ControlOptions options;
    std::string strategy;
    std::string instrument;
    std::string venue;
    std::string order;
    std::string at;
    bool all = false;
    bool keep = false;
    bool flatten = false;
};

std::shared_ptr<ControlFlags> new_flags() {
    return std::make_shared<ControlFlags>();
}

void add_options(CLI::App* command, const std::shared_ptr<ControlFlags>& flags) {
    command->add_option("--reason", flags->options.reason, "Why; recorded on the tape");
    command->add_option(
        "--idempotency-key",
        flags->options.idempotency_key,
        "The same key twice is the same request");
    command->add_flag("--dry-run", flags->options.dry_run, "Say what would be recorded");
}

void add_scope(CLI::App* command, const std::shared_ptr<ControlFlags>& flags) {
    auto* strategy = command->add_option("--strategy", flags->strategy, "Only this strategy");
    auto* instrument = command->add_option(
        "--instrument", flags->instrument, "Only this instrument, as kraken:BTC/EUR");
    auto* venue = command->add_option("--venue", flags->venue, "Only this venue");
    strategy->excludes(instrument)->excludes(venue);
    instrument->excludes(venue);
}

struct Scoped {
    Scope scope = Scope::All;
    std::string name;

    std::string words() const { return scope == Scope::All ? "everything" : name; }
};

Result<Scoped> scope_of(const ControlFlags& flags) {
    if (!flags.strategy.empty()) return Scoped{Scope::Strategy, flags.strategy};
    if (!flags.venue.empty()) return Scoped{Scope::Venue, flags.venue};
    if (flags.instrument.empty()) return Scoped{};
    const auto instrument = Instrument::parse(flags.instrument);
    if (!instrument) return fail(instrument.error().message, ExitCode::Usage);
    return Scoped{Scope::Instrument, flags.instrument};
}

/// Whether the tape knows a strategy of this name.
Result<> must_exist(Session& session, const std::string& strategy) {
    TapeSource* tape = TRY(session.live_tape());
    std::set<std::string> names;
    const Seq end = TRY(tape->end());
    TRY(tape->records(
        Seq{1},
        end,
        [](std::uint16_t type) { return type == StrategyStateChanged::kType; },
        [&](const Recorded& recorded) {
            names.insert(recorded.event.as<StrategyStateChanged>()->strategy);
            return true;
        }));
    if (names.contains(strategy)) return {};
    const auto meant = ops::nearest(strategy, {names.begin(), names.end()});
    return fail(
        "there is no strategy \"" + strategy + "\"" +
            (meant ? ": did you mean \"" + *meant + "\"?" : "; list them with tapedeck status"),
        ExitCode::NotFound);
}

void add_pause(Commands& commands) {
    const auto flags = new_flags();
    CLI::App* pause = commands.add(
        commands.root(),
        "pause",
        kGroup,
        "No new risk: entries are refused, open entry orders canceled; exits and stops go on.",
        "pause --reason \"CPI at 14:30\"\npause --strategy macd_btc --keep",
        [flags](Session& session) -> Result<> {
            const Scoped scope = TRY(scope_of(*flags));
            const bool check = scope.scope == Scope::Strategy && !flags->options.dry_run;
            if (check) TRY(must_exist(session, scope.name));
            const Event event = TradingPaused{
                .scope = scope.scope,
                .name = scope.name,
                .keep_orders = flags->keep,
                .request = request_of(session, flags->options)};
            TRY(record_control(
                session,
                flags->options,
                event,
                "no new risk on " + scope.words() +
                    "; positions stay, with their stops. Lifted by: resume"));
            return {};
        });
    add_options(pause, flags);
    add_scope(pause, flags);
    pause->add_flag("--keep", flags->keep, "Keep open entry orders");
}

void add_resume(Commands& commands) {
    const auto flags = new_flags();
    CLI::App* resume = commands.add(
        commands.root(),
        "resume",
        kGroup,
        "Lifts a pause of the same scope; without a scope also emergency stops.",
        "resume --reason \"figures are out\"\nresume --strategy macd_btc",
        [flags](Session& session) -> Result<> {
            const Scoped scope = TRY(scope_of(*flags));
            const Event event = TradingResumed{
                .scope = scope.scope,
                .name = scope.name,
                .request = request_of(session, flags->options)};
            TRY(record_control(
                session, flags->options, event, scope.words() + " may take risk again"));
            return {};
        });
    add_options(resume, flags);
    add_scope(resume, flags);
}

void add_cancel(Commands& commands) {
    const auto flags = new_flags();
    CLI::App* command = commands.add(
        commands.root(),
        "cancel",
        kGroup,
        "Cancels one order, or all of them; positions stay as they are.",
        "cancel o-48211885\ncancel --all --reason \"maintenance\"",
        [flags](Session& session) -> Result<> {
            if (flags->all == !flags->order.empty()) {
                return fail("name one order (o-123), or --all", ExitCode::Usage);
            }
            return cancel(session, flags->options, flags->order);
        });
    add_options(command, flags);
    command->add_option("order", flags->order, "The order, as o-48211885");
    command->add_flag("--all", flags->all, "Every open order");
}

void add_flatten(Commands& commands) {
    const auto flags = new_flags();
    CLI::App* command = commands.add(
        commands.root(),
        "flatten",
        kGroup,
        "Closes positions by reduce-only market orders, and pauses what it closed.",
        "flatten --confirm demo --reason \"weekend\"\nflatten --instrument kraken:BTC/EUR",
        [flags](Session& session) -> Result<> {
            FlattenOrdered event;
            std::string what = "ALL positions";
            if (!flags->instrument.empty()) {
                const auto instrument = Instrument::parse(flags->instrument);
                if (!instrument) return fail(instrument.error().message, ExitCode::Usage);
                event.instrument = *instrument;
                what = "the positions in " + flags->instrument;
            }
            TRY(confirm(session, flags->options, "FLATTEN closes " + what + " at the market."));
            event.request = request_of(session, flags->options);
            TRY(record_control(
                session, flags->options, event, what + " are closed; the pause stays"));
            return {};
        });
    add_options(command, flags);
    command->add_option("--instrument", flags->instrument, "Only this instrument");
    command->add_option("--confirm", flags->options.confirm, "The profile's name");
}

void add_kill(Commands& commands) {
    const auto flags = new_flags();
    CLI::App* kill = commands.add(
        commands.root(),
        "kill",
        kGroup,
        "Stops everything: no new orders, open ones canceled, latched until unkill.",
        "kill --reason \"venue halt rumours\"\nkill --flatten --confirm demo",
        [flags](Session& session) { return kill_all(session, flags->options, flags->flatten); });
    add_options(kill, flags);
    kill->add_flag("--flatten", flags->flatten, "Close all positions too");
    kill->add_option("--confirm", flags->options.confirm, "The profile's name");
    const auto release = new_flags();
    CLI::App* unkill = commands.add(
        commands.root(),
        "unkill",
        kGroup,
        "Releases a kill; needs the profile's name.",
        "unkill --confirm demo --reason \"rumours were wrong\"",
        [release](Session& session) -> Result<> {
            TRY(confirm(session, release->options, "UNKILL lets strategies trade again."));
            const Event event = KillReleased{.request = request_of(session, release->options)};
            TRY(record_control(session, release->options, event, "trading may go on"));
            return {};
        });
    add_options(unkill, release);
    unkill->add_option("--confirm", release->options.confirm, "The profile's name");
}

void add_branch(Commands& commands) {
    const auto flags = new_flags();
    CLI::App* command = commands.add(
        commands.root(),
        "branch",
        kGroup,
        "Lets a journal in quarantine go on with what it has, under a new tape id.",
        "branch --reason \"the disk lost its cache\" --confirm live",
        [flags](Session& session) { return branch(session, flags->options); });
    command->add_option("--reason", flags->options.reason, "Why; recorded on the tape");
    command->add_option("--confirm", flags->options.confirm, "The profile's name");
}

void add_strategy(Commands& commands) {
    CLI::App* group = commands.add_group(
        "strategy",
        kGroup,
        "Starts and stops single strategies.",
        "strategy stop macd_btc --reason \"new parameters\"\nstrategy start macd_btc");
    const auto stop = new_flags();
    CLI::App* stopping = commands.add(
        *group,
        "stop",
        kGroup,
        "Evaluates it no more; its last target becomes flat.",
        "strategy stop macd_btc",
        [stop](Session& session) -> Result<> {
            if (!stop->options.dry_run) TRY(must_exist(session, stop->strategy));
            const Event event = StrategyStopped{
                .strategy = stop->strategy, .request = request_of(session, stop->options)};
            TRY(record_control(
                session, stop->options, event, stop->strategy + " stops and wants to be flat"));
            return {};
        });
    stopping->add_option("name", stop->strategy, "The strategy")->required();
    add_options(stopping, stop);
    const auto start = new_flags();
    CLI::App* starting = commands.add(
        *group,
        "start",
        kGroup,
        "Evaluates it again; its indicators have gone on all the time.",
        "strategy start macd_btc",
        [start](Session& session) -> Result<> {
            if (!start->options.dry_run) TRY(must_exist(session, start->strategy));
            const Event event = StrategyStarted{
                .strategy = start->strategy, .request = request_of(session, start->options)};
            TRY(record_control(
                session, start->options, event, start->strategy + " is evaluated again"));
            return {};
        });
    starting->add_option("name", start->strategy, "The strategy")->required();
    add_options(starting, start);
}

void add_stage(Commands& commands) {
    const auto shown = new_flags();
    CLI::App* stage = commands.add(
        commands.root(),
        "stage",
        kGroup,
        "The stages of the roll-out: which one there is, and the gates to the next.",
        "stage\nstage advance --reason \"a clean week\"\nstage back",
        [shown](Session& session) { return show_stages(session, shown->at); });
    stage->add_option("--at", shown->at, "A moment of the tape: seq, time, -2h, -10; else its end");
    const auto up = new_flags();
    CLI::App* advance = commands.add(
        *stage,
        "advance",
        kGroup,
        "Goes to the next stage if all gates hold; needs the profile's name.",
        "stage advance --confirm live --reason \"a clean week\"",
        [up](Session& session) { return advance_stage(session, up->options); });
    add_options(advance, up);
    advance->add_option("--confirm", up->options.confirm, "The profile's name");
    const auto down = new_flags();
    CLI::App* back = commands.add(
        *stage,
        "back",
        kGroup,
        "Goes to the stage before; positions stay, with their stops.",
        "stage back --reason \"on holiday\"",
        [down](Session& session) { return lower_stage(session, down->options); });
    add_options(back, down);
}

}  // namespace

void add_control_commands(Commands& commands) {
    add_pause(commands);
    add_resume(commands);
    add_cancel(commands);
    add_flatten(commands);
    add_kill(commands);
    add_strategy(commands);
    add_stage(commands);
    add_branch(commands);
}

}  // namespace tapedeck::cli
