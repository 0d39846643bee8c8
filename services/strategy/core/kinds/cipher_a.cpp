// VuManChu Cipher A: acts on those of its marks that are told to be entries or exits. By default it
// follows the ribbon: the long EMA mark and the blue triangle in, the short EMA mark and the blood
// diamond out.

#include "strategy/core/indicators/cipher_a.h"

#include "strategy/core/kind.h"
#include "strategy/core/kinds/cipher_settings.h"
#include "strategy/core/parameters.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>

namespace tapedeck::strategy {
namespace {

constexpr Reason kLongEma{
    "cipher_a_long_ema", "With this candle EMA 2 of the ribbon rose above EMA 8: wants long."};
constexpr Reason kBlueTriangle{
    "cipher_a_blue_triangle", "With this candle EMA 2 of the ribbon rose above EMA 3: wants long."};
constexpr Reason kYellowCross{
    "cipher_a_yellow_cross",
    "A red diamond while RSI and WaveTrend are low, but not lowest: the fall may be exhausted, "
    "wants long."};
constexpr Reason kBullCandle{
    "cipher_a_bull_candle",
    "The second rising candle in a row, opened above the ribbon, no red mark: wants long."};
constexpr Reason kBullish{
    "cipher_a_divergence_bullish",
    "It became known that WaveTrend's bottom two candles ago was higher than the one before, at a "
    "lower low: wants long."};
constexpr Reason kBloodDiamond{
    "cipher_a_blood_diamond", "A red diamond and a red cross at once: wants flat (or short)."};
constexpr Reason kShortEma{
    "cipher_a_short_ema",
    "With this candle EMA 8 of the ribbon rose above EMA 2: wants flat (or short)."};
constexpr Reason kRedDiamond{
    "cipher_a_red_diamond",
    "With this candle WaveTrend fell below its signal line: wants flat (or short)."};
constexpr Reason kRedCross{
    "cipher_a_red_cross",
    "With this candle EMA 1 of the ribbon fell below EMA 2: wants flat (or short)."};
constexpr Reason kBearish{
    "cipher_a_divergence_bearish",
    "It became known that WaveTrend's top two candles ago was lower than the one before, at a "
    "higher high: wants flat (or short)."};
constexpr Reason kDisagree{
    "cipher_a_marks_disagree", "The same candle has a mark to buy and a mark to sell."};
constexpr Reason kRibbonUp{
    "cipher_a_ribbon_bullish", "No mark that counts; EMA 2 of the ribbon is above EMA 8."};
constexpr Reason kRibbonDown{
    "cipher_a_ribbon_bearish", "No mark that counts; EMA 2 of the ribbon is not above EMA 8."};

/// A mark that may count, and the setting that makes it.
struct Mark {
    const Reason* reason;
    const char* key;
    const char* enabled;  ///< the setting's default
    const char* help;
    bool (*is_made)(const CipherAMarks& marks);
};

// Of several marks on one candle the first one that counts is the decision's reason.
constexpr std::array kBuys = {
    Mark{
        &kLongEma,
        "long_ema",
        "true",
        "Whether EMA 2 rising above EMA 8 is a buy.",
        [](const CipherAMarks& marks) { return marks.long_ema; }},
    Mark{
        &kBlueTriangle,
        "blue_triangle",
        "true",
        "Whether EMA 2 rising above EMA 3 is a buy.",
        [](const CipherAMarks& marks) { return marks.blue_triangle; }},
    Mark{
        &kYellowCross,
        "yellow_cross",
        "false",
        "Whether a red diamond with low RSI and WaveTrend is a buy.",
        [](const CipherAMarks& marks) { return marks.yellow_cross; }},
    Mark{
        &kBullCandle,
        "bull_candle",
        "false",
        "Whether a second rising candle that opened above the ribbon is a buy.",
        [](const CipherAMarks& marks) { return marks.bull_candle; }},
    Mark{
        &kBullish,
        "bullish_divergence",
        "false",
        "Whether a bullish divergence of WaveTrend is a buy.",
        [](const CipherAMarks& marks) { return marks.wave.bullish; }}};

constexpr std::array kSells = {
    Mark{
        &kBloodDiamond,
        "blood_diamond",
        "true",
        "Whether a red diamond and a red cross at once are a sell.",
        [](const CipherAMarks& marks) { return marks.blood_diamond; }},
    Mark{
        &kShortEma,
        "short_ema",
        "true",
        "Whether EMA 8 rising above EMA 2 is a sell.",
        [](const CipherAMarks& marks) { return marks.short_ema; }},
    Mark{
        &kRedDiamond,
        "red_diamond",
        "false",
        "Whether WaveTrend falling below its signal line is a sell.",
        [](const CipherAMarks& marks) { return marks.red_diamond; }},
    Mark{
        &kRedCross,
        "red_cross",
        "false",
        "Whether EMA 1 falling below EMA 2 is a sell.",
        [](const CipherAMarks& marks) { return marks.red_cross; }},
    Mark{
        &kBearish,
        "bearish_divergence",
        "false",
        "Whether a bearish divergence of WaveTrend is a sell.",
        [](const CipherAMarks& marks) { return marks.wave.bearish; }}};

using Counting = std::array<bool, kBuys.size()>;
static_assert(kBuys.size() == kSells.size());

Counting counting_of(const Settings& own, const std::array<Mark, kBuys.size()>& marks) {
    Counting result{};
    for (std::size_t i = 0; i < marks.size(); ++i) result[i] = own.flag(marks[i].key, false);
    return result;
}

/// Why, if one of these marks was made and counts.
const Reason* first_made(
    const std::array<Mark, kBuys.size()>& marks,
    const Counting& counting,
    const CipherAMarks& now) {
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (counting[i] && marks[i].is_made(now)) return marks[i].reason;
    }
    return nullptr;
}

std::string ribbon_key(std::size_t index) {
    return "ema_" + std::to_string(index + 1);
}

CipherA::Parameters parameters_from(const Settings& own) {
    CipherA::Parameters result;
    for (std::size_t i = 0; i < result.ribbon.size(); ++i) {
        result.ribbon[i] = count_of(own, ribbon_key(i));
    }
    result.wave = cipher::wave_of(own);
    result.rsi = count_of(own, "rsi_period");
    result.rsi_mfi = cipher::rsi_mfi_of(own);
    result.levels.yellow_wave_max = number_of(own, "yellow_wt_max");
    result.levels.yellow_wave_min = number_of(own, "yellow_wt_min");
    result.levels.yellow_rsi_max = number_of(own, "yellow_rsi_max");
    result.levels.yellow_rsi_min = number_of(own, "yellow_rsi_min");
    result.levels.divergence_top = number_of(own, "divergence_top");
    result.levels.divergence_bottom = number_of(own, "divergence_bottom");
    return result;
}

class CipherAStrategy final : public Archived<CipherAStrategy> {
public:
    explicit CipherAStrategy(const Settings& own)
        : buys_(counting_of(own, kBuys)),
          sells_(counting_of(own, kSells)),
          needed_(strategy::bars_needed(parameters_from(own))),
          cipher_(parameters_from(own)) {}

    void take(const Bar& bar) override {
        ++bars_;
        close_ = bar.close;
        cipher_.update(bar);
    }

    Evaluation evaluate() const override {
        const CipherASeries& series = cipher_.series();
        const CipherAMarks& marks = cipher_.value();
        Readings readings;
        readings.add("ema_1", series.ribbon[0]);
        readings.add("ema_2", series.ribbon[1]);
        readings.add("ema_3", series.ribbon[2]);
        readings.add("ema_8", series.ribbon[7]);
        readings.add("wt1", series.wt1);
        readings.add("wt2", series.wt2);
        readings.add("rsi", series.rsi);
        readings.add("rsi_mfi", series.rsi_mfi);
        if (bars_ < needed_) return warming_up(readings);
        const Reason* buy = first_made(kBuys, buys_, marks);
        const Reason* sell = first_made(kSells, sells_, marks);
        if (buy != nullptr && sell != nullptr) return no_signal(kDisagree, readings, {});
        if (buy != nullptr) return signal(*buy, readings, 1);
        if (sell != nullptr) return signal(*sell, readings, -1);
        const double apart = std::abs(*series.ribbon[1] - *series.ribbon[7]);
        return no_signal(
            marks.ribbon_bullish ? kRibbonUp : kRibbonDown, readings, 100 * (apart / close_));
    }

    std::uint64_t bars_needed() const override { return needed_; }

    template <class A>
    void archive(A& a) {
        a(bars_);
        a(close_);
        a(cipher_);
    }

private:
    Counting buys_;
    Counting sells_;
    std::uint64_t needed_;
    std::uint64_t bars_ = 0;
    double close_ = 0;
    CipherA cipher_;
};

std::vector<Problem> problems_of(const Settings& own) {
    std::vector<Problem> found;
    for (std::size_t i = 0; i + 1 < CipherASeries::ribbon_size; ++i) {
        cipher::check_order(own, ribbon_key(i), ribbon_key(i + 1), found);
    }
    cipher::check_wave(own, found);
    cipher::check_order(own, "yellow_wt_min", "yellow_wt_max", found);
    cipher::check_order(own, "yellow_rsi_min", "yellow_rsi_max", found);
    cipher::check_order(own, "divergence_bottom", "divergence_top", found);
    const auto counts = [&own](const Mark& mark) { return own.flag(mark.key, false); };
    if (std::none_of(kBuys.begin(), kBuys.end(), counts)) {
        found.push_back({"long_ema", "at least one mark must be a buy, or it never enters"});
    }
    if (std::none_of(kSells.begin(), kSells.end(), counts)) {
        found.push_back({"short_ema", "at least one mark must be a sell, or it never leaves"});
    }
    return found;
}

std::vector<Setting> own_settings() {
    std::vector<Setting> result;
    for (const auto* marks : {&kBuys, &kSells}) {
        for (const Mark& each : *marks) {
            result.push_back(flag_setting(each.key, each.enabled, each.help));
        }
    }
    const CipherA::Parameters defaults;
    for (std::size_t i = 0; i < defaults.ribbon.size(); ++i) {
        result.push_back(period_setting(
            ribbon_key(i),
            std::to_string(defaults.ribbon[i]),
            "Length of EMA " + std::to_string(i + 1) + " of the ribbon, in candles."));
    }
    const auto add = [&result](std::vector<Setting> more) {
        std::move(more.begin(), more.end(), std::back_inserter(result));
    };
    add(cipher::wave_settings("13"));
    add({period_setting("rsi_period", "14", "Length of RSI, in candles.")});
    add(cipher::rsi_mfi_settings());
    add(
        {cipher::wave_level("yellow_wt_max", "45", "Yellow cross: WaveTrend is below this."),
         cipher::wave_level("yellow_wt_min", "-80", "Yellow cross: WaveTrend is above this."),
         cipher::rsi_level("yellow_rsi_max", "30", "Yellow cross: RSI is below this."),
         cipher::rsi_level("yellow_rsi_min", "15", "Yellow cross: RSI is above this."),
         cipher::wave_level("divergence_top", "45", "Tops of WaveTrend below this do not count."),
         cipher::wave_level(
             "divergence_bottom", "-65", "Bottoms of WaveTrend above this do not count.")});
    return result;
}

}  // namespace

Kind cipher_a_kind() {
    Kind kind;
    kind.name = "cipher_a";
    kind.help =
        "VuManChu Cipher A: a ribbon of eight EMAs, WaveTrend and RSI make marks. Wants to be long "
        "at each mark that is set to be a buy, and flat (or short) at each one that is set to be "
        "a sell.";
    kind.settings = own_settings();
    for (const auto* marks : {&kBuys, &kSells}) {
        for (const Mark& each : *marks) kind.reasons.push_back(*each.reason);
    }
    kind.reasons.insert(kind.reasons.end(), {kDisagree, kRibbonUp, kRibbonDown});
    kind.readings = {"ema_1", "ema_2", "ema_3", "ema_8", "wt1", "wt2", "rsi", "rsi_mfi"};
    kind.problems = problems_of;
    kind.make = [](const Settings& own) -> std::unique_ptr<Strategy> {
        return std::make_unique<CipherAStrategy>(own);
    };
    return kind;
}

}  // namespace tapedeck::strategy
