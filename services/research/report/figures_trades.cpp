#include "research/report/material.h"
#include "research/report/sheet.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <string>

namespace tapedeck::research {

namespace {

using statistics::Value;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr auto kNoTrade = "no closed trade";

double number(Money money) {
    return money.decimal().to_double();
}

struct Group {
    std::vector<const Trade*> trades;
    Money net;
    std::uint64_t wins = 0;

    void add(const Trade& trade) {
        trades.push_back(&trade);
        net += trade.net_reporting;
        if (result_of(trade) == TradeResult::Win) ++wins;
    }
};

/// The trades by how they ended, and the rows of numbers that figures are of.
struct Sums {
    Group wins;
    Group losses;
    Group longs;
    Group shorts;
    std::uint64_t break_even = 0;
    Money net;
    Money gained;  ///< Σ of net > 0
    Money lost;    ///< Σ of the others, ≤ 0
    std::vector<double> nets;
    std::vector<double> percents;  ///< of entry value
    std::vector<double> r;
    std::uint64_t longest_wins = 0;
    std::uint64_t longest_losses = 0;
};

Sums sum_up(const std::vector<Trade>& trades) {
    Sums sums;
    std::uint64_t wins = 0;
    std::uint64_t losses = 0;
    for (const auto& trade : trades) {
        const TradeResult result = result_of(trade);
        wins = result == TradeResult::Win ? wins + 1 : 0;
        losses = result == TradeResult::Loss ? losses + 1 : 0;
        sums.longest_wins = std::max(sums.longest_wins, wins);
        sums.longest_losses = std::max(sums.longest_losses, losses);
        if (result == TradeResult::Win) sums.wins.add(trade);
        if (result == TradeResult::Loss) sums.losses.add(trade);
        if (result == TradeResult::BreakEven) ++sums.break_even;
        (trade.side == Side::Buy ? sums.longs : sums.shorts).add(trade);
        sums.net += trade.net_reporting;
        (trade.net_reporting.is_positive() ? sums.gained : sums.lost) += trade.net_reporting;
        sums.nets.push_back(number(trade.net_reporting));
        if (trade.entry_value.is_positive()) {
            sums.percents.push_back(number(trade.net) / number(trade.entry_value));
        }
        if (trade.r) sums.r.push_back(*trade.r);
    }
    return sums;
}

/// Money over a count, exact where it can be.
std::optional<Money> average(Money sum, std::uint64_t n) {
    if (n == 0) return std::nullopt;
    const auto count = Decimal::from_integer(static_cast<std::int64_t>(n));
    const auto result = divide(sum.decimal(), count, Rounding::HalfEven);
    return result ? std::optional(Money(*result)) : std::nullopt;
}

void put_average(Sheet& sheet, const char* key, Money sum, std::uint64_t n, const char* why) {
    if (const auto value = average(sum, n)) {
        sheet.put(key, *value, n);
    } else {
        sheet.none(key, why, n);
    }
}

void put_mean(Sheet& sheet, const char* key, const std::vector<double>& x, const char* why) {
    sheet.put(key, x.empty() ? Value::none(why) : Value(statistics::mean(x)), x.size());
}

/// gains / losses, where having no losses is infinitely good.
Value over(double gains, double losses) {
    if (losses > 0) return gains / losses;
    if (gains > 0) return kInfinity;
    return Value::none("neither a gain nor a loss");
}

void put_durations(Sheet& sheet, const std::string& prefix, const Group& group, const char* why) {
    std::vector<double> seconds;
    for (const Trade* trade : group.trades) {
        seconds.push_back(std::chrono::duration<double>(trade->duration()).count());
    }
    const std::uint64_t n = seconds.size();
    const auto put = [&](const char* name, double value) {
        sheet.put(prefix + name, n == 0 ? Value::none(why) : Value(value), n);
    };
    put("min", statistics::quantile(seconds, 0));
    put("median", statistics::quantile(seconds, 0.5));
    put("mean", statistics::mean(seconds));
    put("max", statistics::quantile(seconds, 1));
}

void put_side(Sheet& sheet, const std::string& prefix, const Group& group) {
    const std::uint64_t n = group.trades.size();
    sheet.count(prefix + "trades", n, n);
    sheet.put(
        prefix + "win_rate",
        n == 0 ? Value::none(kNoTrade)
               : Value(static_cast<double>(group.wins) / static_cast<double>(n)),
        n);
    sheet.put(prefix + "profit", group.net, n);
}

void put_counts(Sheet& sheet, const Report& report, const Sums& sums) {
    const std::uint64_t n = report.trades.size();
    sheet.count("trades", n, n);
    sheet.count("open_trades", report.open_trades.size(), report.open_trades.size());
    sheet.count("wins", sums.wins.trades.size(), n);
    sheet.count("losses", sums.losses.trades.size(), n);
    sheet.count("break_even", sums.break_even, n);
    sheet.count("longest_win_streak", sums.longest_wins, n);
    sheet.count("longest_loss_streak", sums.longest_losses, n);
    std::map<CloseType, std::uint64_t> closes;
    for (const auto& trade : report.trades) ++closes[trade.close];
    for (const CloseType type :
         {CloseType::Exit,
          CloseType::StopLoss,
          CloseType::TakeProfit,
          CloseType::Emergency,
          CloseType::Flip,
          CloseType::External}) {
        sheet.count("closed_" + std::string(name_of(type)), closes[type], n);
    }
    const double days = report.conventions.length_days;
    sheet.put(
        "trades_per_day",
        days > 0 ? Value(static_cast<double>(n) / days) : Value::none("no time has passed"),
        n);
}

Value payoff_of(const Sums& sums) {
    const auto win = average(sums.wins.net, sums.wins.trades.size());
    const auto loss = average(sums.losses.net, sums.losses.trades.size());
    return over(win ? number(*win) : 0, loss ? -number(*loss) : 0);
}

void put_quality(Sheet& sheet, const Sums& sums, std::uint64_t n) {
    const std::uint64_t wins = sums.wins.trades.size();
    const double rate = n == 0 ? 0 : static_cast<double>(wins) / static_cast<double>(n);
    const auto interval = statistics::wilson(wins, n);
    const Value payoff = payoff_of(sums);
    Value kelly = Value::none("no payoff");
    if (payoff.number && *payoff.number > 0) kelly = rate - (1 - rate) / *payoff.number;
    const auto put = [&](const char* key, const Value& value) {
        sheet.put(key, n == 0 ? Value::none(kNoTrade) : value, n);
    };
    put("win_rate", rate);
    put("win_rate_low", interval.low);
    put("win_rate_high", interval.high);
    put("payoff", payoff);
    put("kelly", kelly);
    put("profit_factor", over(number(sums.gained), -number(sums.lost)));
    const Value t = statistics::t_value(sums.nets);
    put("t_value", t);
    put("p_value",
        t.number ? Value(statistics::t_probability(*t.number, static_cast<double>(n) - 1)) : t);
    put_average(sheet, "expectancy", sums.net, n, kNoTrade);
    put_mean(sheet, "expectancy_percent", sums.percents, kNoTrade);
    put_mean(sheet, "expectancy_r", sums.r, "no trade had a stop");
    put("r_share", n == 0 ? 0.0 : static_cast<double>(sums.r.size()) / static_cast<double>(n));
    sheet.put(
        "sqn",
        sums.r.empty() ? Value::none("no trade had a stop") : statistics::sqn(sums.r),
        sums.r.size());
}

}  // namespace

void put_trades(Sheet& sheet, const Report& report) {
    const Sums sums = sum_up(report.trades);
    const std::uint64_t n = report.trades.size();
    put_counts(sheet, report, sums);
    put_quality(sheet, sums, n);
    put_average(sheet, "average_win", sums.wins.net, sums.wins.trades.size(), "no win");
    put_average(sheet, "average_loss", sums.losses.net, sums.losses.trades.size(), "no loss");
    const auto by_net = [](const Trade& a, const Trade& b) {
        return a.net_reporting < b.net_reporting;
    };
    const auto [worst, best] =
        std::minmax_element(report.trades.begin(), report.trades.end(), by_net);
    if (n > 0) {
        sheet.put("best_trade", best->net_reporting, n);
        sheet.put("worst_trade", worst->net_reporting, n);
    } else {
        sheet.none("best_trade", kNoTrade, n);
        sheet.none("worst_trade", kNoTrade, n);
    }
    put_durations(sheet, "win_duration_", sums.wins, "no win");
    put_durations(sheet, "loss_duration_", sums.losses, "no loss");
    put_side(sheet, "long_", sums.longs);
    put_side(sheet, "short_", sums.shorts);
}

void put_excursions(Sheet& sheet, const Report& report) {
    Money mae;
    Money mfe;
    Money left;
    Money heat;
    std::uint64_t winners = 0;
    std::vector<double> mae_percent;
    std::vector<double> mfe_percent;
    std::vector<double> mae_r;
    std::vector<double> mfe_r;
    std::vector<double> efficiency;
    for (const auto& trade : report.trades) {
        mae += trade.mae;
        mfe += trade.mfe;
        left += trade.mfe - trade.net;
        if (result_of(trade) == TradeResult::Win) {
            heat += trade.mae;
            ++winners;
        }
        if (trade.entry_value.is_positive()) {
            mae_percent.push_back(number(trade.mae) / number(trade.entry_value));
            mfe_percent.push_back(number(trade.mfe) / number(trade.entry_value));
        }
        if (trade.initial_risk) {
            mae_r.push_back(number(trade.mae) / number(*trade.initial_risk));
            mfe_r.push_back(number(trade.mfe) / number(*trade.initial_risk));
        }
        if (trade.mfe.is_positive()) efficiency.push_back(number(trade.net) / number(trade.mfe));
    }
    const std::uint64_t n = report.trades.size();
    put_average(sheet, "mae_mean", mae, n, kNoTrade);
    put_average(sheet, "mfe_mean", mfe, n, kNoTrade);
    put_average(sheet, "left_on_table", left, n, kNoTrade);
    put_average(sheet, "winners_heat", heat, winners, "no win");
    put_mean(sheet, "mae_mean_percent", mae_percent, kNoTrade);
    put_mean(sheet, "mfe_mean_percent", mfe_percent, kNoTrade);
    put_mean(sheet, "mae_mean_r", mae_r, "no trade had a stop");
    put_mean(sheet, "mfe_mean_r", mfe_r, "no trade had a stop");
    put_mean(sheet, "exit_efficiency", efficiency, "no trade was ever in profit");
}

void put_costs(Sheet& sheet, const Report& report, const Material& material) {
    const Costs& costs = material.costs;
    const std::uint64_t n = costs.fills;
    sheet.put("fees", costs.fees(), n);
    sheet.put("maker_fees", costs.maker_fees, n);
    sheet.put("taker_fees", costs.taker_fees, n);
    sheet.put("rebates", costs.rebates, n);
    sheet.none("funding", "no perpetuals on this tape", 0);
    sheet.none("borrow", "nothing was borrowed on this tape", 0);
    sheet.put("traded", costs.traded, n);
    const double traded = number(costs.traded);
    const double fees = number(costs.fees());
    sheet.put(
        "fees_bps", traded > 0 ? Value(fees / traded * 10'000) : Value::none("nothing traded"), n);
    Money gross;
    for (const auto& trade : report.trades) gross += trade.gross_reporting;
    sheet.put(
        "fees_of_gross",
        gross.is_positive() ? Value(fees / number(gross)) : Value::none("no gross profit"),
        report.trades.size());
    sheet.put(
        "slippage_decision_bps",
        costs.decision_value > 0 ? Value(costs.decision_slippage / costs.decision_value)
                                 : Value::none("no fill with a reference price"),
        n);
    sheet.put(
        "slippage_arrival_bps",
        costs.arrival_value > 0 ? Value(costs.arrival_slippage / costs.arrival_value)
                                : Value::none("no fill with an arrival price"),
        n);
}

void put_execution(Sheet& sheet, const Material& material) {
    const OrderBook& orders = material.orders;
    const std::uint64_t n = orders.orders();
    sheet.count("orders", n, n);
    sheet.count("fills", material.costs.fills, material.costs.fills);
    const auto ratio = orders.fill_ratio();
    sheet.put(
        "fill_ratio",
        ratio ? Value(*ratio) : Value::none("no entry or exit order has ended"),
        orders.wanted_orders());
    const double traded = number(material.costs.traded);
    sheet.put(
        "maker_share",
        traded > 0 ? Value(material.costs.maker_traded / traded) : Value::none("nothing traded"),
        material.costs.fills);
    for (const char* group : {"canceled", "replaced", "rejected"}) {
        sheet.count(group, orders.count(group), n);
    }
    const auto put = [&](const std::string& prefix,
                         const std::vector<double>& milliseconds,
                         bool is_of_the_market = false) {
        if (orders.is_data_time() && !is_of_the_market) {
            for (const char* name : {"_p50", "_p99"}) {
                sheet.put(prefix + name, Value::none("the tape's time is that of its data"), 0);
            }
            return;
        }
        for (const auto& [name, q] : {std::pair("_p50", 0.5), std::pair("_p99", 0.99)}) {
            sheet.put(
                prefix + name,
                milliseconds.empty() ? Value::none("no order went this way")
                                     : Value(statistics::quantile(milliseconds, q) / 1000),
                milliseconds.size());
        }
    };
    put("latency_decision", orders.latencies(Stage::Decision));
    put("latency_approval", orders.latencies(Stage::Approval));
    put("latency_sending", orders.latencies(Stage::Sending));
    put("latency_acceptance", orders.latencies(Stage::Acceptance));
    put("latency_fill", orders.latencies(Stage::Fill), true);
    put("tick_to_send", orders.tick_to_send());
}

void put_honesty(Sheet& sheet, const Material& material) {
    const OrderBook& orders = material.orders;
    const std::uint64_t decisions = orders.count("decision");
    sheet.count("signals_blocked", orders.count("blocked"), decisions);
    sheet.count("orders_denied", orders.count("denied"), orders.count("denied") + orders.orders());
    sheet.count("orders_unknown", orders.count("unknown"), orders.orders());
    const Duration length = material.to - material.equity.begun_at();
    const double all =
        static_cast<double>(length.count()) * static_cast<double>(material.instruments);
    const auto put = [&](const char* key, Duration part) {
        sheet.put(
            key,
            all > 0 ? Value(static_cast<double>(part.count()) / all)
                    : Value::none("no time has passed"),
            material.instruments);
    };
    put("gap_share", material.gaps);
    put("stale_share", material.stale);
}

void add_figures(Report& report, const Material& material) {
    Sheet sheet(report.figures);
    put_returns(sheet, report, material);
    put_risk(sheet, report, material);
    put_ratios(sheet, report, material);
    put_trades(sheet, report);
    put_excursions(sheet, report);
    put_exposure(sheet, report, material);
    put_costs(sheet, report, material);
    put_execution(sheet, material);
    put_benchmark(sheet, report, material);
    put_robustness(sheet, report, material);
    put_honesty(sheet, material);
    if (material.equity.has_begun()) return;
    for (auto& figure : report.figures) {
        if (figure.section != "return" && figure.section != "risk") continue;
        figure.value.reset();
        figure.exact.reset();
        figure.missing = "no cash was ever deposited";
    }
}

}  // namespace tapedeck::research
