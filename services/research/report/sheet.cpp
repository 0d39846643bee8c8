#include "research/report/sheet.h"

#include "base/verify.h"
#include "research/report/report.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace tapedeck::research {

Sheet::Sheet(std::vector<Figure>& figures) : figures_(figures) {
    figures_.clear();
    figures_.reserve(figure_kinds().size());
    for (const auto& kind : figure_kinds()) {
        Figure& figure = figures_.emplace_back();
        figure.key = kind.key;
        figure.section = kind.section;
        figure.label = kind.label;
        figure.unit = kind.unit;
        figure.missing = "not known";
    }
}

Figure& Sheet::figure(std::string_view key) {
    const auto found = std::find_if(
        figures_.begin(), figures_.end(), [&](const auto& figure) { return figure.key == key; });
    VERIFY(found != figures_.end());
    return *found;
}

void Sheet::put(std::string_view key, const statistics::Value& value, std::uint64_t n) {
    Figure& figure = this->figure(key);
    figure.n = n;
    figure.value = value.number;
    figure.missing = value.number ? "" : value.missing;
}

void Sheet::put(std::string_view key, Money exact, std::uint64_t n) {
    put(key, exact.decimal().to_double(), n);
    figure(key).exact = exact;
}

void Sheet::count(std::string_view key, std::uint64_t value, std::uint64_t n) {
    put(key, static_cast<double>(value), n);
}

void Sheet::seconds(std::string_view key, Duration value, std::uint64_t n) {
    put(key, std::chrono::duration<double>(value).count(), n);
}

void Sheet::none(std::string_view key, std::string why, std::uint64_t n) {
    put(key, statistics::Value::none(std::move(why)), n);
}

std::vector<double> returns_of(const Report& report) {
    std::vector<double> r;
    r.reserve(report.days.size());
    for (const auto& day : report.days) r.push_back(day.r);
    return r;
}

std::vector<double> excess_returns(const Report& report) {
    std::vector<double> x = returns_of(report);
    const double rf = report.conventions.risk_free;
    const double daily = std::pow(1 + rf, 1 / statistics::kDaysOfYear) - 1;
    for (double& value : x) value -= daily;
    return x;
}

}  // namespace tapedeck::research
