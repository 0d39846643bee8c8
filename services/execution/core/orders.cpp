#include "execution/core/orders.h"

#include "events/client_order_id.h"

namespace tapedeck::execution {
namespace {

constexpr std::uint32_t kStateFormat = 1;

constexpr std::string_view kAnswerTimeout = "5s";
// The longest deadline that a venue accepts for a request (Kraken: 60 s).
constexpr std::string_view kArrivalWindow = "1m";
// Clocks of venue and host may differ by so much.
constexpr std::string_view kArrivalMargin = "5s";

Duration duration_in(const Settings& settings, std::string_view key, std::string_view fallback) {
    return settings.duration(key, parse_duration(fallback).value_or(Duration{}));
}

}  // namespace

std::vector<SettingsSection> settings() {
    const auto span = [](std::string key, std::string_view value, std::string help) {
        Setting setting;
        setting.key = std::move(key);
        setting.kind = SettingKind::TimeSpan;
        setting.default_text = value;
        setting.min = "100ms";
        setting.help = std::move(help);
        return setting;
    };
    return {
        {"execution",
         "The order manager: how long it waits before it asks, and before it believes a silence.",
         {span(
              "answer_timeout",
              kAnswerTimeout,
              "An order, cancellation or amendment without any answer for so long is in doubt: the "
              "venue is asked."),
          span(
              "arrival_window",
              kArrivalWindow,
              "For orders without valid_until: how long after its intent a request may still "
              "arrive at the venue."),
          span(
              "arrival_margin",
              kArrivalMargin,
              "Added to the end of an order's validity before its absence at the venue proves "
              "anything.")},
         ""}};
}

Orders::Orders() {
    configure({});
}

void Orders::configure(const Settings& settings) {
    answer_timeout_ = duration_in(settings, "execution.answer_timeout", kAnswerTimeout);
    arrival_window_ = duration_in(settings, "execution.arrival_window", kArrivalWindow);
    arrival_margin_ = duration_in(settings, "execution.arrival_margin", kArrivalMargin);
}

void Orders::save(StateWriter& writer) const {
    writer(kStateFormat);
    writer(*this);
}

bool Orders::load(StateReader& reader) {
    std::uint32_t format = 0;
    reader(format);
    if (format != kStateFormat) return false;
    archive(reader);
    next_due_ = next_due();
    return reader.ok();
}

const Order* Orders::find(Seq intent) const {
    if (const auto found = open_.find(intent); found != open_.end()) return &found->second;
    if (const auto found = ended_.find(intent); found != ended_.end()) return &found->second;
    return nullptr;
}

Quantity Orders::position_of(const PositionKey& key) const {
    const auto found = positions_.find(key);
    return found == positions_.end() ? Quantity{} : found->second;
}

std::string Orders::client_order_id_of(Seq intent) const {
    return to_uuid_text({tape_id_, intent});
}

}  // namespace tapedeck::execution
