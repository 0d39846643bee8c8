#include "bench/bench.h"
#include "bench/made_book.h"
#include "bench/samples.h"
#include "bench/venue_ack.h"
#include "events/codec.h"
#include "venues/kraken/book.h"
#include "venues/kraken/private_requests.h"
#include "venues/kraken/public_messages.h"
#include "venues/kraken/rest_trading.h"
#include "venues/kraken/sign.h"

#include <fmt/format.h>

#include <ctime>

namespace tapedeck::bench {

namespace {

constexpr std::size_t kFrames = 50'000;
constexpr double kSignGoalUs = 20;
constexpr double kUpdateGoalUs = 5;
constexpr double kUpdatesGoal = 20'000;

Duration cpu_time() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// Bytes of a frame to the bytes of the event: read, checksum, best prices, encoded.
class BookReader {
public:
    Result<> take(const std::string& frame) {
        const auto message = TRY(kraken::decode_public(document_, frame));
        const auto* change = std::get_if<kraken::BookChange>(&message);
        if (change == nullptr) return fail("a book message that is none");
        const auto applied = book_.apply(*change);
        if (!applied) return fail(std::string(to_string(applied.error())));
        const auto quote = book_.quote();
        if (!quote || quote == last_) return {};
        last_ = quote;
        record_.clear();
        encode_record(record_, 1, ++number_, Seq{}, *quote);
        return {};
    }

    std::uint64_t quotes() const { return number_; }

private:
    kraken::json::Document document_;
    kraken::Book book_{
        Instrument::parse("kraken:BTC/USD").value(),
        {.depth = 10, .price_decimals = 1, .quantity_decimals = 8}};
    std::optional<QuoteChanged> last_;
    std::string record_;
    std::uint64_t number_ = 0;
};

Result<> measure_book(const Options& options, Report& report) {
    MadeBook made(1);
    std::vector<std::string> frames;
    for (std::size_t i = 0; i < kFrames; ++i) frames.push_back(made.next());
    Samples samples;
    std::uint64_t updates = 0;
    Duration spent{};
    const Duration cpu_before = cpu_time();
    const Duration deadline = options.clock.monotonic() + options.time / 4;
    while (options.clock.monotonic() < deadline && !options.interrupted()) {
        BookReader reader;
        for (const auto& frame : frames) {
            const Duration before = options.clock.monotonic();
            TRY(reader.take(frame));
            const Duration took = options.clock.monotonic() - before;
            samples.add(took);
            spent += took;
        }
        updates += frames.size();
    }
    if (samples.empty()) return fail("interrupted", ExitCode::Interrupted);
    const Duration cpu = cpu_time() - cpu_before;
    report.add(
        {.key = "book_update_p50_us",
         .what = "a book message: read, checksum verified, best prices as an event, p50",
         .value = samples.percentile_us(50),
         .at_most = kUpdateGoalUs});
    report.add(
        {.key = "book_update_p99_us", .what = "the same, p99", .value = samples.percentile_us(99)});
    report.add(
        {.key = "book_update_p999_us",
         .what = "the same, p99.9",
         .value = samples.percentile_us(99.9)});
    report.add(
        {.key = "book_updates_per_second",
         .what = "book messages a second, one core",
         .value = rate(updates, spent),
         .at_least = kUpdatesGoal});
    report.add(
        {.key = "cpu_us_per_1000_messages",
         .what = "processor time of a thousand of them",
         .value = std::chrono::duration<double, std::micro>(cpu).count() * 1000 /
                  static_cast<double>(updates)});
    return {};
}

kraken::NewOrder some_order(const kraken::Pair& pair) {
    kraken::NewOrder order;
    order.pair = &pair;
    order.terms.instrument = pair.instrument;
    order.terms.type = OrderType::Limit;
    order.terms.quantity = Quantity::parse("0.0125").value();
    order.terms.limit_price = Price::parse("64321.5").value();
    order.client_order_id = "5fc24a8f-83e1-4a3c-9ad3-2f0e1c9f7d11";
    order.deadline = parse_time("2026-01-19T15:36:53Z").value();
    return order;
}

/// An order to the bytes that leave: signed for REST, with its token for the WebSocket.
Result<> measure_orders(const Options& options, Report& report) {
    kraken::Pair pair;
    pair.instrument = Instrument::parse("kraken:BTC/USD").value();
    pair.symbol = "BTC/USD";
    pair.altname = "XBTUSD";
    pair.price_decimals = 1;
    pair.quantity_decimals = 8;
    const kraken::NewOrder order = some_order(pair);
    // No key of anybody's: 64 bytes.
    const std::string made_up(86, 'A');
    const kraken::Secret secret = TRY(kraken::Secret::from_base64(made_up + "=="));
    const kraken::Credentials credentials{"key", secret, std::nullopt};
    Samples signing;
    Samples encoding;
    std::uint64_t nonce = 1;
    std::size_t bytes = 0;
    const Duration deadline = options.clock.monotonic() + options.time / 4;
    while (options.clock.monotonic() < deadline && !options.interrupted()) {
        const Duration start = options.clock.monotonic();
        const auto request = kraken::sign_call(kraken::add_order_call(order), credentials, ++nonce);
        const Duration signed_at = options.clock.monotonic();
        const auto text = kraken::encode_add_order(order, {.token = "token", .request = nonce});
        encoding.add(options.clock.monotonic() - signed_at);
        signing.add(signed_at - start);
        bytes = request.body.size() + text.size();
    }
    if (signing.empty() || bytes == 0) return fail("interrupted", ExitCode::Interrupted);
    report.add(
        {.key = "sign_encode_p50_us",
         .what = "an order to signed bytes (REST), p50",
         .value = signing.percentile_us(50),
         .at_most = kSignGoalUs});
    report.add(
        {.key = "sign_encode_p99_us", .what = "the same, p99", .value = signing.percentile_us(99)});
    report.add(
        {.key = "socket_encode_p50_us",
         .what = "an order to bytes (WebSocket), p50",
         .value = encoding.percentile_us(50)});
    report.add(
        {.key = "socket_encode_p99_us",
         .what = "the same, p99",
         .value = encoding.percentile_us(99)});
    return {};
}

}  // namespace

Result<Report> bench_venue_formats(const Options& options) {
    Report report{
        .bench = "venue",
        .where = describe_machine(options.directory.string()),
        .figures = {},
        .notes = {}};
    TRY(measure_orders(options, report));
    TRY(measure_book(options, report));
    report.notes.push_back(fmt::format(
        "Kraken's formats; {} made messages of a book of ten levels, in memory; single times "
        "include some 0.05 us of looking at the clock",
        kFrames));
    return report;
}

Result<Report> bench_venue(const Options& options) {
    Report report = TRY(bench_venue_formats(options));
    TRY(measure_ack(options, report));
    return report;
}

}  // namespace tapedeck::bench
