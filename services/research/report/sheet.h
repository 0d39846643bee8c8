#pragma once

#include "base/time.h"
#include "research/report/figure.h"
#include "research/report/statistics.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tapedeck::research {

struct Material;
struct Report;

/// One figure that a report has, whatever its value.
struct FigureKind {
    std::string_view key;
    std::string_view section;
    std::string_view label;
    Unit unit = Unit::Number;
};

/// Every figure there is, in the order in which they are shown.
std::span<const FigureKind> figure_kinds();

/// The figures of one report under way. A key that figure_kinds() does not list aborts.
class Sheet {
public:
    explicit Sheet(std::vector<Figure>& figures);

    void put(std::string_view key, const statistics::Value& value, std::uint64_t n);
    void put(std::string_view key, Money exact, std::uint64_t n);
    void count(std::string_view key, std::uint64_t value, std::uint64_t n);
    void seconds(std::string_view key, Duration value, std::uint64_t n);
    void none(std::string_view key, std::string why, std::uint64_t n);

private:
    Figure& figure(std::string_view key);

    std::vector<Figure>& figures_;
};

/// The parts of add_figures().
void put_returns(Sheet& sheet, const Report& report, const Material& material);
void put_risk(Sheet& sheet, const Report& report, const Material& material);
void put_ratios(Sheet& sheet, const Report& report, const Material& material);
void put_trades(Sheet& sheet, const Report& report);
void put_excursions(Sheet& sheet, const Report& report);
void put_exposure(Sheet& sheet, const Report& report, const Material& material);
void put_costs(Sheet& sheet, const Report& report, const Material& material);
void put_execution(Sheet& sheet, const Material& material);
void put_benchmark(Sheet& sheet, const Report& report, const Material& material);
void put_robustness(Sheet& sheet, const Report& report, const Material& material);
void put_honesty(Sheet& sheet, const Material& material);

/// The returns of the days.
std::vector<double> returns_of(const Report& report);

/// Returns less the risk-free rate of a day, (1 + rf)^(1/365) − 1.
std::vector<double> excess_returns(const Report& report);

}  // namespace tapedeck::research
