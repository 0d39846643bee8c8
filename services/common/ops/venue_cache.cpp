#include "ops/venue_cache.h"

namespace tapedeck::ops {

net::AnswerCache open_venue_cache(const Process& process) {
    return {{.directory = process.run_directory() / "cache"}, process.clock().wall()};
}

void tell(Vitals& vitals, const net::AnswerCache::Figures& figures) {
    vitals.figure("cache_hit_percent", figures.hit_percent());
    vitals.figure("cache_memory_hits", figures.memory_hits);
    vitals.figure("cache_disk_hits", figures.disk_hits);
    vitals.figure("cache_misses", figures.misses);
    vitals.figure("cache_old_served", figures.old_served);
}

}  // namespace tapedeck::ops
