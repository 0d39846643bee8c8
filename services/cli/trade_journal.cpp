#include "cli/trade_journal.h"

#include "cli/listing.h"
#include "cli/report_verbs.h"
#include "cli/state_verbs.h"
#include "cli/story.h"
#include "cli/why.h"
#include "ops/terminal.h"
#include "research/report/output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace tapedeck::cli {

namespace {

using Json = nlohmann::ordered_json;
using research::Report;
using research::Trade;

constexpr std::size_t kNoteTextMax = 4096;

std::string line(std::string_view label, std::string_view text) {
    return fmt::format("{:<10}{}\n", label, text);
}

std::string side_of(const Trade& trade) {
    return trade.side == Side::Buy ? "long" : "short";
}

std::string show_r(const std::optional<double>& r) {
    return r ? fmt::format("{:.2f}", *r) : "";
}

/// Closed and open ones in the order in which they were opened.
std::vector<Trade> all_trades(const Report& report) {
    std::vector<Trade> trades = report.trades;
    trades.insert(trades.end(), report.open_trades.begin(), report.open_trades.end());
    std::stable_sort(trades.begin(), trades.end(), [](const Trade& a, const Trade& b) {
        return a.opening_fill < b.opening_fill;
    });
    return trades;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

Listing list_trades(const std::vector<Trade>& trades, const Session& session) {
    Listing listing(
        {{"TRADE", "id"},
         {"STRATEGY", "strategy"},
         {"INSTRUMENT", "instrument"},
         {"SIDE", "side"},
         {"OPENED", "opened_at"},
         {"HELD", "held"},
         {"QUANTITY", "quantity", Look::Exact},
         {"NET", "net", Look::Gain},
         {"R", "r"},
         {"MAE", "mae", Look::Gain},
         {"MFE", "mfe", Look::Gain},
         {"FEES", "fees", Look::Money},
         {"CLOSE", "close"},
         {"REASON", "entry_reason"},
         {"TAGS", "tags"}});
    for (const auto& trade : trades) {
        const auto held = std::chrono::floor<std::chrono::seconds>(trade.duration());
        listing.add(
            {order_name(trade.order),
             trade.strategy,
             trade.instrument.to_string(),
             side_of(trade),
             session.show(trade.opened_at),
             to_string(Duration(held)),
             trade.quantity.to_string(),
             trade.net.to_string(),
             show_r(trade.r),
             trade.mae.to_string(),
             trade.mfe.to_string(),
             trade.fees.to_string(),
             std::string(name_of(trade.close)),
             trade.entry_reason,
             joined(trade.tags())});
    }
    return listing;
}

/// The line that the list ends with: how many, and what they came to.
std::string totals(const Report& report) {
    const auto figure = [&](const char* key) {
        const auto* found = report.find(key);
        return found == nullptr ? std::string() : research::show(*found);
    };
    if (report.trades.empty()) {
        return fmt::format("none closed yet, {} open\n", report.open_trades.size());
    }
    return fmt::format(
        "{} closed, {} open · won {} ({} to {}) · profit factor {} · expectancy {} {} · in R {}\n",
        report.trades.size(),
        report.open_trades.size(),
        figure("win_rate"),
        figure("win_rate_low"),
        figure("win_rate_high"),
        figure("profit_factor"),
        figure("expectancy"),
        report.conventions.currency,
        figure("expectancy_r"));
}

/// "-12.34 (-1.23 %, -0.51 R)" of an amount of a trade.
std::string relative(const Trade& trade, Money amount) {
    std::string text = show_gain(amount.decimal());
    if (!trade.entry_value.is_positive()) return text;
    const double value = amount.decimal().to_double();
    text += fmt::format(" ({:.2f} %", value / trade.entry_value.decimal().to_double() * 100);
    if (trade.initial_risk) {
        text += fmt::format(", {:.2f} R", value / trade.initial_risk->decimal().to_double());
    }
    return text + ")";
}

std::string bps(const std::optional<double>& value) {
    return value ? fmt::format("{:+.2f} bps", *value) : "not known";
}

std::string notes_text(const Trade& trade, const Session& session) {
    std::string text;
    for (const auto& note : trade.notes) {
        std::string words = ops::printable(note.text);
        for (const auto& tag : note.tags)
            words += (words.empty() ? "#" : " #") + ops::printable(tag);
        text += line(
            "note",
            fmt::format("{} {}: {}", session.show(note.at), ops::printable(note.by), words));
    }
    return text;
}

std::string trade_text(const Trade& trade, const Session& session) {
    const std::string quote(trade.instrument.quote());
    std::string text = fmt::format(
        "{} {} {} {}  ({}, {})\n",
        order_name(trade.order),
        side_of(trade),
        trade.quantity.to_string(),
        trade.instrument.name(),
        trade.strategy,
        name_of(trade.close));
    text += line(
        "opened",
        fmt::format(
            "{} at {}: {}",
            session.show(trade.opened_at),
            trade.entry_price.to_string(),
            trade.entry_reason));
    const auto held =
        to_string(Duration(std::chrono::floor<std::chrono::milliseconds>(trade.duration())));
    if (trade.is_open()) {
        text +=
            line("open", fmt::format("since {}, as of {}", held, session.show(trade.closed_at)));
    } else {
        text += line(
            "closed",
            fmt::format(
                "{} at {}: {}, after {}",
                session.show(trade.closed_at),
                trade.exit_price.to_string(),
                trade.exit_reason,
                held));
    }
    text += line(
        "result",
        fmt::format(
            "{} {} = gross {} − fees {} (maker {}, taker {})",
            relative(trade, trade.net),
            quote,
            show_gain((trade.gross + trade.open_gross).decimal()),
            show_money(trade.fees.decimal()),
            show_money(trade.maker_fees.decimal()),
            show_money(trade.taker_fees.decimal())));
    text += line(
        "excursion",
        fmt::format("worst {}, best {}", relative(trade, trade.mae), relative(trade, trade.mfe)));
    if (trade.first_stop) {
        text += line(
            "risk",
            fmt::format(
                "first stop {}, {} {} at risk",
                trade.first_stop->to_string(),
                trade.initial_risk ? show_money(trade.initial_risk->decimal()) : "-",
                quote));
    } else {
        text += line("risk", "no stop: no R");
    }
    return text + line(
                      "slippage",
                      fmt::format(
                          "entry {}, exit {}",
                          bps(trade.entry_slippage_bps),
                          bps(trade.exit_slippage_bps)));
}

/// The story of an order, indented; "" for one that the tape does not know.
Result<std::string> order_text(
    Session& session, TapeSource& tape, Seq order, const std::string& title) {
    if (!order.exists()) return std::string();
    const auto facts = TRY(tape.facts());
    const Story story = TRY(gather_story(tape, order));
    return "\n" + session.colors().paint(ops::Color::Bold, title) + "\n" +
           story_text(story, session, facts.profile);
}

Result<Trade> find_trade(const Report& report, const std::string& id) {
    const auto order = parse_order_name(id);
    if (!order) return fail("\"" + id + "\" is no trade; write o-123", ExitCode::Usage);
    for (const auto& trade : all_trades(report)) {
        const bool is_it = trade.order == *order || trade.closing_order == *order ||
                           trade.opening_fill == *order || trade.closing_fill == *order;
        if (is_it) return trade;
    }
    return fail(
        "no trade was opened or closed by " + order_name(*order) +
            ": list them with tapedeck trades",
        ExitCode::NotFound);
}

Result<> show_one(Session& session, const Report& report, const TradesOptions& options) {
    const Trade trade = TRY(find_trade(report, options.id));
    TapeSource* tape = TRY(session.tape());
    if (session.options().json) {
        const auto facts = TRY(tape->facts());
        Json json = Json::parse(research::to_json(trade));
        const auto add = [&](const char* key, Seq order) -> Result<> {
            json[key] = nullptr;
            if (!order.exists()) return {};
            const Story story = TRY(gather_story(*tape, order));
            json[key] = Json::parse(story_json(story, facts.profile));
            return {};
        };
        TRY(add("entry", trade.order));
        TRY(add("exit", trade.closing_order));
        return session.print(json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
    }
    std::string text = trade_text(trade, session) + notes_text(trade, session);
    text += TRY(order_text(session, *tape, trade.order, "entry"));
    text += TRY(order_text(session, *tape, trade.closing_order, "exit"));
    return session.print(text);
}

}  // namespace

Result<> show_trades(Session& session, const TradesOptions& options) {
    ReportVerbOptions how;
    how.to = options.to;
    const Report report = TRY(load_report(session, how));
    if (!options.id.empty()) return show_one(session, report, options);
    std::vector<Trade> trades = all_trades(report);
    std::erase_if(trades, [&](const Trade& trade) {
        const auto tags = trade.tags();
        const bool is_tagged =
            options.tag.empty() || std::find(tags.begin(), tags.end(), options.tag) != tags.end();
        return !is_tagged || !options.filter.wants(trade.strategy, trade.instrument);
    });
    if (options.count > 0 && trades.size() > options.count) {
        trades.erase(trades.begin(), trades.end() - static_cast<std::ptrdiff_t>(options.count));
    }
    if (session.options().json) {
        std::string text;
        for (const auto& trade : trades) text += research::to_json(trade) + '\n';
        return session.print(text);
    }
    const Listing listing = list_trades(trades, session);
    if (session.options().plain) return session.print(listing.plain());
    TapeSource* tape = TRY(session.tape());
    const auto facts = TRY(tape->facts());
    const auto& head = report.conventions;
    std::string text = as_of(session, facts, head.last_seq, head.to) + '\n';
    text += listing.empty() ? "no trade yet\n" : listing.table(session.colors()) + totals(report);
    return session.print(text + "next: tapedeck trades o-123 · tapedeck report\n");
}

Result<> take_note(Session& session, const ControlOptions& control, const NoteOptions& options) {
    const auto about = parse_order_name(options.about);
    if (!about) {
        return fail("\"" + options.about + "\": write o-123, or a seq", ExitCode::Usage);
    }
    if (options.text.empty() && options.tags.empty()) {
        return fail("say something: tapedeck note o-123 \"text\" --tag late", ExitCode::Usage);
    }
    if (options.text.size() > kNoteTextMax) {
        return fail(
            "a note has at most " + std::to_string(kNoteTextMax) + " bytes", ExitCode::Usage);
    }
    for (const auto& tag : options.tags) {
        if (!tag.empty() && tag.find_first_of(" \t\n,#") == std::string::npos) continue;
        return fail("\"" + tag + "\" is no tag: one word, without commas", ExitCode::Usage);
    }
    std::string what = "seq " + std::to_string(about->value);
    if (!control.dry_run) {
        TapeSource* tape = TRY(session.live_tape());
        const Recorded recorded = TRY(tape->at(*about));
        what = std::string(recorded.event.name()) + " " + std::to_string(about->value);
    }
    const Event event = NoteTaken{
        .about = *about,
        .text = options.text,
        .tags = options.tags,
        .request = request_of(session, control)};
    TRY(record_control(session, control, event, "a note about " + what));
    return {};
}

}  // namespace tapedeck::cli
