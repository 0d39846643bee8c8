#include "ops/venue_cache.h"

namespace tapedeck::ops {

VenueCache::VenueCache(Process& process)
    : process_(process),
      answers_({.directory = process.run_directory() / "cache"}, process.clock().wall()) {}

void VenueCache::tell() {
    const auto& figures = answers_.figures();
    if (figures == told_) return;
    told_ = figures;
    auto& vitals = process_.vitals();
    vitals.figure("cache_hit_percent", figures.hit_percent());
    vitals.figure("cache_memory_hits", figures.memory_hits);
    vitals.figure("cache_disk_hits", figures.disk_hits);
    vitals.figure("cache_misses", figures.misses);
    vitals.figure("cache_old_served", figures.old_served);
}

}  // namespace tapedeck::ops
