#include "strategy/core/strategies.h"

namespace tapedeck::strategy {
namespace {

// Raised with every change of what save() writes.
constexpr std::uint32_t kFormat = 1;

}  // namespace

void Strategies::save(StateWriter& writer) const {
    writer(kFormat);
    writer(stopped_);
    writer(paused_);
    writer(is_all_paused_);
    writer(ticks_);
    writer(announced_);
    writer(due_at_);
    writer(states_at_);
    writer(static_cast<std::uint64_t>(all_.size()));
    for (const Configured& configured : all_) {
        writer(configured.name);
        writer(configured.own.values());
        writer(configured.is_removed);
        writer(static_cast<std::uint64_t>(configured.lines.size()));
        for (const Line& line : configured.lines) {
            writer(line.instrument());
            line.save(writer);
        }
    }
}

bool Strategies::load(StateReader& reader) {
    std::uint32_t format = 0;
    reader(format);
    if (format != kFormat) return false;
    reader(stopped_);
    reader(paused_);
    reader(is_all_paused_);
    reader(ticks_);
    reader(announced_);
    reader(due_at_);
    reader(states_at_);
    std::uint64_t count = 0;
    reader(count);
    all_.clear();
    for (; count > 0 && reader.ok(); --count) {
        Configured& configured = all_.emplace_back();
        std::map<std::string, std::string, std::less<>> values;
        reader(configured.name);
        reader(values);
        reader(configured.is_removed);
        configured.own = Settings(std::move(values));
        examine(configured);
        std::uint64_t lines = 0;
        reader(lines);
        for (; lines > 0 && reader.ok(); --lines) {
            Instrument instrument;
            reader(instrument);
            Line& line = configured.lines.emplace_back(instrument);
            const bool is_loaded =
                line.load(reader, configured.kind, configured.own, configured.parameters);
            if (!is_loaded) return false;
        }
    }
    index();
    return reader.ok();
}

}  // namespace tapedeck::strategy
